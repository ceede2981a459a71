"""Services that create, change and retire templates, each with an entry in the audit log."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.errors import (
    TemplateChanged,
    TemplateExists,
    TemplateNotFound,
    TemplatesPresent,
    UnknownVariable,
)
from agency_console.reply_templates.models import ReplyTemplate
from agency_console.reply_templates.presenters.placeholders import unknown_variables
from agency_console.reply_templates.types import PARTS, TemplateDraft
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.complaints.enums import PROMISES, Language, Outcome
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import InvalidInput
from shared.reference_data.files import file_entries
from shared.rows.selectors import first_or_refuse
from shared.rows.services import written_or_refuse

REPLY_PARTS = ("facts", "rule", "decision", "remedy")


@transaction.atomic
def template_create(*, draft: TemplateDraft, officer: User, actor: Actor) -> ReplyTemplate:
    """Add a template. Raises ``UnknownVariable``, ``InvalidInput`` or ``TemplateExists``."""
    row = ReplyTemplate(
        act=draft.act,
        language=draft.language,
        **_columns(draft),
        changed_at=clock.now(),
        changed_by=officer,
    )
    _save(row)
    audit_record(actor=actor, action="template.created", subject=f"template {row.pk}")
    return row


@transaction.atomic
def template_change(
    *, template_id: int, draft: TemplateDraft, made_from: datetime, officer: User, actor: Actor
) -> None:
    """Change a template; its act and its language do not change.

    ``made_from``: the template's last change before the page was opened. Raises
    ``TemplateNotFound``, ``TemplateChanged``, ``UnknownVariable``, ``InvalidInput`` or
    ``TemplateExists``.
    """
    row = _locked(template_id)
    if row.changed_at != made_from:
        raise TemplateChanged(str(template_id))
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    row.changed_at, row.changed_by = clock.now(), officer
    _save(row)
    audit_record(actor=actor, action="template.changed", subject=f"template {row.pk}")


@transaction.atomic
def template_offer(*, template_id: int, is_active: bool, officer: User, actor: Actor) -> None:
    """Retire a template or put it in use again. Raises ``TemplateNotFound``."""
    row = _locked(template_id)
    if row.is_active == is_active:
        return
    row.is_active, row.changed_at, row.changed_by = is_active, clock.now(), officer
    row.save(update_fields=["is_active", "changed_at", "changed_by"])
    action = "template.restored" if is_active else "template.retired"
    audit_record(actor=actor, action=action, subject=f"template {row.pk}")


@transaction.atomic
def examples_add(*, officer: User, actor: Actor) -> None:
    """Add the reviewed examples to an agency without templates. Raises ``TemplatesPresent``."""
    if ReplyTemplate.objects.exists():
        raise TemplatesPresent
    rows = []
    for entry in file_entries(__package__, "examples.toml", table="template"):
        draft = TemplateDraft(
            name=entry["name"],
            act=TemplateAct(entry["act"]),
            language=Language(entry["language"]),
            outcome=Outcome(entry["outcome"]) if "outcome" in entry else None,
            promised_days=entry.get("promised_days"),
            **{part: entry.get(part, "").strip() for part in PARTS},
        )
        rows.append(
            ReplyTemplate(
                act=draft.act,
                language=draft.language,
                **_columns(draft),
                changed_at=clock.now(),
                changed_by=officer,
            )
        )
    # The insert fails if a colleague has added the examples at the same moment.
    with written_or_refuse(TemplatesPresent()):
        ReplyTemplate.objects.bulk_create(rows)
    audit_record(actor=actor, action="template.examples_added", subject=f"{len(rows)} templates")


def template_used(template_id: int) -> None:
    """Count one more text that was sent from the template."""
    ReplyTemplate.objects.filter(pk=template_id).update(uses=F("uses") + 1)


def _columns(draft: TemplateDraft) -> Mapping[str, str | int | None]:
    """Check a draft and return its columns. Raises ``UnknownVariable``, ``InvalidInput``."""
    names = REPLY_PARTS if draft.act == TemplateAct.REPLY else ("body",)
    kept = {part: draft.parts[part].strip() if part in names else "" for part in PARTS}
    for part, text in kept.items():
        if unknown := unknown_variables(text):
            raise UnknownVariable(field=part, name=unknown[0])
    if not any(kept.values()):
        raise InvalidInput(field=names[0])
    is_reply = draft.act == TemplateAct.REPLY
    outcome = draft.outcome.value if draft.outcome and is_reply else ""
    promised_days = draft.promised_days if outcome in PROMISES or not outcome else None
    return {
        "name": draft.name.strip(),
        "outcome": outcome,
        "promised_days": promised_days if is_reply else None,
        **kept,
    }


def _locked(template_id: int) -> ReplyTemplate:
    rows = ReplyTemplate.objects.select_for_update().filter(pk=template_id)
    return first_or_refuse(rows, TemplateNotFound(str(template_id)))


def _save(row: ReplyTemplate) -> None:
    with written_or_refuse(TemplateExists(row.name)):
        row.save()

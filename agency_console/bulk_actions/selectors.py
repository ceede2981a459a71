"""Selectors of bulk actions with their texts, previews and results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Func, IntegerField
from django.utils.translation import gettext as _

from agency_console.access.selectors import case_title
from agency_console.bulk_actions.enums import (
    MISSING_VARIABLE,
    TEMPLATED,
    UNDOABLE,
    BulkActionKind,
    BulkState,
    SkipReason,
    missing_code,
)
from agency_console.bulk_actions.errors import BulkActionNotFound
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.permissions import BulkRights, skip_reason
from agency_console.bulk_actions.types import (
    BulkDetail,
    BulkSummary,
    Forecast,
    SampleCase,
    SkipGroup,
)
from agency_console.reply_templates.enums import Variable
from agency_console.reply_templates.presenters.placeholders import (
    citizen_text,
    texts_fill,
    unfilled_variables,
)
from agency_console.reply_templates.selectors import values_among
from agency_console.reply_templates.types import CaseValues, FilledTemplate, TemplateTexts
from shared.accounts.models import User
from shared.accounts.selectors import staff_list, user_get
from shared.complaints.enums import Language, Outcome, Status
from shared.complaints.selectors import case_languages, cases_numbered, label_list
from shared.complaints.services import part_faults
from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.rows.selectors import first_or_refuse
from shared.ui.links import page_language
from shared.ui.messages import code_message
from shared.units.selectors import unit_scope, units
from shared.units.types import WHOLE_AGENCY
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint
    from shared.units.types import UnitInfo

FILE_LIFE = timedelta(days=1)
MAX_LISTED = 50
# The preview shows at most ``MAX_SAMPLES`` cases, at most ``MAX_TEXTS`` of them with texts.
MAX_SAMPLES = 5
MAX_TEXTS = 3
STALLED_AFTER = timedelta(minutes=2)
# The maximum count of skipped cases that are shown for one reason.
MAX_SHOWN = 20


def action_get(*, action_id: UUID, officer: User) -> BulkAction:
    """Return an action of this officer. Raises ``BulkActionNotFound``."""
    rows = BulkAction.objects.filter(pk=action_id, officer=officer)
    return first_or_refuse(rows, BulkActionNotFound(str(action_id)))


def languages_of(case_ids: Sequence[int]) -> list[Language]:
    """Return the languages of the cases, in the order of ``Language``; one query."""
    found = case_languages(case_ids)
    return [language for language in Language if language in found]


def actions_of(*, officer: User) -> list[BulkSummary]:
    """Return the latest actions of an officer, without ``PREPARED`` ones; one query."""
    # The arrays of the actions are not read, because they may be long.
    rows = (
        BulkAction.objects.filter(officer=officer)
        .exclude(state=BulkState.PREPARED)
        .annotate(
            count=Func("case_ids", function="cardinality", output_field=IntegerField()),
            left=Func("skipped", function="jsonb_array_length", output_field=IntegerField()),
        )
        .order_by("-created_at", "pk")
    )
    return [
        BulkSummary(
            id=pk,
            kind=BulkActionKind(kind),
            state=BulkState(state),
            count=count,
            done=done,
            skipped=left,
            created_at=created_at,
        )
        for pk, kind, state, count, done, left, created_at in rows.values_list(
            "pk", "kind", "state", "count", "done", "left", "created_at"
        )[:MAX_LISTED]
    ]


def action_undoing(action: BulkAction) -> UUID | None:
    """Return the id of the action by which an action was undone, or ``None``."""
    rows = BulkAction.objects.filter(officer=action.officer_id, kind=BulkActionKind.UNDO)
    return rows.filter(arguments__action=str(action.pk)).values_list("pk", flat=True).first()


def may_undo(action: BulkAction) -> bool:
    """Return whether the action has ended, and made a change that can still be undone."""
    return (
        action.kind in UNDOABLE
        and bool(action.undo)
        and action.state in (BulkState.DONE, BulkState.CANCELLED)
    )


def is_expired(action: BulkAction) -> bool:
    """Return whether the file of an exported list is due to be deleted."""
    return action.ended_at is not None and clock.now() - action.ended_at > FILE_LIFE


def export_places() -> list[str]:
    """Return the storage paths of this agency's exported lists; used to destroy the agency."""
    return list(BulkAction.objects.exclude(path="").values_list("path", flat=True))


def rights_of(action: BulkAction, *, officer: User, agency: Agency) -> BulkRights:
    """Return the action's arguments with its officer's present rights; at most five queries."""
    target = WHOLE_AGENCY
    if action.kind == BulkActionKind.ASSIGN and action.arguments:
        target = unit_scope(user=user_get(user_id=action.arguments["officer"]))
    return BulkRights(
        target=target,
        kind=BulkActionKind(action.kind),
        arguments=action.arguments,
        officer=officer,
        scope=unit_scope(user=officer),
        needs_approval=agency.needs_approval,
        confirmed_at=action.confirmed_at,
    )


def skip_text(code: str) -> str:
    """Return why a case was skipped, in the active language."""
    if code in SkipReason.values:
        return str(SkipReason(code).label)
    variable = code.removeprefix(MISSING_VARIABLE)
    if variable != code and variable in Variable.values:
        return _("The case has no value for %(variable)s: %(label)s.") % {
            "variable": f"\u2066{Variable(variable).placeholder}\u2069",
            "label": Variable(variable).label,
        }
    return code_message(code)


def skip_groups(skipped: Iterable[Sequence[str]]) -> list[SkipGroup]:
    """Group the skipped cases by reason, the most frequent reason first."""
    by_code = grouped((code, reference) for reference, code in skipped)
    groups = [
        SkipGroup(text=skip_text(code), references=found, shown=found[:MAX_SHOWN])
        for code, found in by_code.items()
    ]
    return sorted(groups, key=lambda one: -len(one.references))


def action_text(action: BulkAction) -> str:
    """Return in words what an action does, with the names of the officer, labels or unit."""
    kind, given = BulkActionKind(action.kind), action.arguments
    if not given:
        return str(kind.label)
    match kind:
        case BulkActionKind.ASSIGN:
            names = dict(staff_list().values_list("pk", "name"))
            return _("Assign to %(name)s") % {"name": _isolated(names.get(given["officer"], ""))}
        case BulkActionKind.LABEL:
            return _labels_text(given["add"], given["remove"])
        case BulkActionKind.UNIT:
            return _unit_text(given["unit"])
        case BulkActionKind.EXPORT:
            return _("Write the list to a file")
        case BulkActionKind.UNDO:
            return _("Undo: %(action)s") % {"action": BulkActionKind(given["kind"]).label}
    return str(kind.label)


def _labels_text(add: Iterable[int], remove: Iterable[int]) -> str:
    names = {one.id: one.name for one in label_list()}

    def listed(numbers: Iterable[int]) -> str:
        return ", ".join(_isolated(names.get(one, str(one))) for one in numbers)

    texts = [
        _("Add the labels: %(names)s") % {"names": listed(add)} if add else "",
        _("Remove the labels: %(names)s") % {"names": listed(remove)} if remove else "",
    ]
    return " · ".join(filter(None, texts))


def _unit_text(unit_id: int | None) -> str:
    if unit_id is None:
        return _("Hand to the administration as a whole")
    names = {one.id: one.names.text(page_language()) for one in units()}
    return _("Hand to the unit %(name)s") % {"name": _isolated(names.get(unit_id, ""))}


def template_filled(snapshot: Mapping[str, Any], values: CaseValues) -> FilledTemplate:
    """Return a template's texts as stored for the preview, filled in with the values of a case."""
    texts = TemplateTexts(
        outcome=Outcome(snapshot["outcome"]) if snapshot["outcome"] else None,
        # Actions of the former release lack ``promised_days``, and their replies name no day.
        promised_days=snapshot.get("promised_days"),
        **{part: snapshot[part] for part in ("facts", "rule", "decision", "remedy", "body")},
    )
    return texts_fill(texts, values, template_id=snapshot["id"])


def has_braces(filled: FilledTemplate) -> bool:
    """Return whether any of the texts still has a variable in double braces."""
    return any(unfilled_variables(text) for text in filled.parts.values())


def action_detail(action: BulkAction) -> BulkDetail:
    """Return an action with its result so far, in the active language."""
    count, ended_at = len(action.case_ids), action.ended_at
    has_file = bool(action.path) and ended_at is not None and not is_expired(action)
    return BulkDetail(
        id=action.pk,
        kind=BulkActionKind(action.kind),
        state=BulkState(action.state),
        count=count,
        done=action.done,
        skipped=len(action.skipped),
        created_at=action.created_at,
        query=action.query,
        what=action_text(action),
        percent=100 * action.position // count,
        groups=skip_groups(action.skipped),
        ended_at=ended_at,
        may_undo=may_undo(action),
        file_until=ended_at + FILE_LIFE if has_file and ended_at else None,
        is_stalled=action.state == BulkState.RUNNING
        and clock.now() - action.changed_at > STALLED_AFTER,
        undone=action_undoing(action) if action.state == BulkState.UNDONE else None,
    )


def forecast(action: BulkAction, *, agency: Agency) -> Forecast:
    """Return what the action would do now; the number of cases adds no queries.

    The result may differ: whether a colleague is writing or sending is checked only later.
    """
    rights = rights_of(action, officer=action.officer, agency=agency)
    versions = dict(zip(action.case_ids, action.case_versions, strict=True))
    known, expected = units(), 0
    skipped: list[tuple[str, str]] = []
    samples: list[SampleCase] = []
    for case in cases_numbered(action.case_ids):
        reason: str | None = skip_reason(case, rights)
        if reason is None and case.version != versions[case.pk] and _is_by_version(action.kind):
            reason = SkipReason.CHANGED
        text = ""
        if reason is None and action.kind in TEMPLATED:
            reason, text = text_of_case(case, rights, agency=agency, known=known)
        if reason is not None:
            skipped.append((case.reference, reason))
            continue
        expected += 1
        if len(samples) < MAX_SAMPLES:
            samples.append(_sample(case, text if len(samples) < MAX_TEXTS else ""))
    return Forecast(
        count=len(action.case_ids),
        expected=expected,
        skipped=skip_groups(skipped),
        samples=samples,
    )


def text_of_case(
    case: "Complaint", rights: BulkRights, *, agency: Agency, known: "Sequence[UnitInfo]"
) -> tuple[str | None, str]:
    """Return the reason to skip a case or ``None``, and the citizen's text, "" if skipped."""
    values = values_among(case, officer=rights.officer, agency=agency, known=known)
    filled = template_filled(rights.arguments["templates"][case.language], values)
    if filled.missing:
        return missing_code(filled.missing[0]), ""
    if has_braces(filled):
        return SkipReason.BRACES, ""
    if rights.kind == BulkActionKind.REPLY:
        parts = {name: text for name, text in filled.parts.items() if name != "body"}
        if faults := part_faults(parts=parts):
            return faults[0].code, ""
    return None, citizen_text(filled, language=case.language, is_second=case.reopened > 0)


def _is_by_version(kind: str) -> bool:
    # Labels are changed even in a case that a colleague has changed since the preview.
    return kind not in (BulkActionKind.LABEL, BulkActionKind.EXPORT)


def _sample(case: "Complaint", text: str) -> SampleCase:
    return SampleCase(
        reference=case.reference,
        subject=case_title(subject=case.subject, handed_to=case.handed_to),
        status=Status(case.status),
        officer=case.assignee.name if case.assignee else "",
        due_on=case.due_on,
        is_open=case.is_open,
        language=case.language,
        text=text,
    )


def _isolated(name: str) -> str:
    return f"\u2068{name}\u2069"

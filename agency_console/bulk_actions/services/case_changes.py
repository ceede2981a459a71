"""Changes that each kind of bulk action makes to one case, whose row is locked first."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from agency_console.bulk_actions.enums import BulkActionKind, SkipReason, missing_code
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.permissions import BulkRights, is_in_scope, skip_reason
from agency_console.bulk_actions.selectors import has_braces, template_filled
from agency_console.casework.errors import DecisionBeingSent
from agency_console.casework.selectors.drafts import leaving_decision
from agency_console.reply_templates.selectors import case_values
from agency_console.reply_templates.services import template_used
from agency_console.reply_templates.types import FilledTemplate
from shared.accounts.errors import UserNotFound
from shared.accounts.models import User
from shared.accounts.permissions import may_work
from shared.accounts.selectors import user_get
from shared.complaints.errors import InvalidDraft
from shared.complaints.presenters import reply_text
from shared.complaints.selectors import case_writers, near_copy_percentage
from shared.complaints.services import (
    case_hold,
    case_label,
    case_unit_change,
    complaint_assign,
    complaint_reply,
    complaint_unassign,
    officer_message_add,
)
from shared.complaints.types import ReplyDraft
from shared.complaints.types.dispatch import Sending
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.units.services import officer_lock
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# The former values of a case; ``None`` where the change cannot be undone.
Before = Mapping[str, Any] | None
Change = Callable[["Complaint", BulkRights, Agency, Actor], tuple[int, Before]]


class CaseSkipped(Exception):
    """The exception that tells the bulk action to skip this case."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def case_change(
    action: BulkAction, *, position: int, rights: BulkRights, agency: Agency, actor: Actor
) -> tuple[int, Before]:
    """Change one case; return its new version (0 after a sent text) and its former values.

    Raises ``CaseSkipped``, or what the services of a single case raise.
    """
    if (user_id := _recipient_id(action, position, rights)) is not None:
        # The officer is locked before the case, as when an account is closed. Otherwise, the two
        # transactions could wait for each other.
        officer_lock(user_id=_at_work(user_id).pk)
    case = case_hold(case_id=action.case_ids[position])
    if reason := skip_reason(case, rights):
        raise CaseSkipped(reason)
    # Labels are changed even in a case that a colleague has changed since the preview.
    if rights.kind != BulkActionKind.LABEL and case.version != action.case_versions[position]:
        raise CaseSkipped(SkipReason.CHANGED)
    if rights.kind == BulkActionKind.UNDO:
        before = action.undo[position]
        if not is_in_scope(before.get("unit", case.unit_id), before.get("officer"), rights):
            raise CaseSkipped(SkipReason.NOT_HERE)
        return _UNDO[BulkActionKind(action.arguments["kind"])](case, before, actor), None
    return _CHANGES[rights.kind](case, rights, agency, actor)


def _recipient_id(action: BulkAction, position: int, rights: BulkRights) -> int | None:
    """Return the id of the officer to whom the case would be assigned, or ``None``."""
    undone = action.undo[position] if rights.kind == BulkActionKind.UNDO else {}
    found = (rights.arguments if rights.kind == BulkActionKind.ASSIGN else undone).get("officer")
    return int(found) if found is not None else None


def _assign(
    case: "Complaint", rights: BulkRights, _agency: Agency, actor: Actor
) -> tuple[int, Before]:
    officer = _at_work(rights.arguments["officer"])
    before = {"officer": case.assignee_id, "stands_in_for": case.stands_in_for_id}
    return complaint_assign(reference=case.reference, officer=officer, actor=actor).version, before


def _label(
    case: "Complaint", rights: BulkRights, _agency: Agency, actor: Actor
) -> tuple[int, Before]:
    has = set(case.label_ids)
    add = [one for one in rights.arguments["add"] if one not in has]
    remove = [one for one in rights.arguments["remove"] if one in has]
    changed = case_label(reference=case.reference, actor=actor, add=add, remove=remove)
    return changed.version, {"added": add, "removed": remove}


def _unit(
    case: "Complaint", rights: BulkRights, _agency: Agency, actor: Actor
) -> tuple[int, Before]:
    before = {
        "unit": case.unit_id,
        "officer": case.assignee_id,
        "stands_in_for": case.stands_in_for_id,
    }
    unit_id = rights.arguments["unit"]
    return case_unit_change(reference=case.reference, unit_id=unit_id, actor=actor).version, before


def _reply(
    case: "Complaint", rights: BulkRights, agency: Agency, actor: Actor
) -> tuple[int, Before]:
    if leaving_decision(case) is not None:
        # Without this check, the reply would take the place of the decision that is being sent.
        raise DecisionBeingSent(case.reference)
    filled = _filled(case, rights, agency)
    if filled.outcome is None:
        raise InvalidDraft(field="outcome")
    draft = ReplyDraft(
        outcome=filled.outcome,
        facts=filled.facts,
        rule=filled.rule,
        decision=filled.decision,
        remedy=filled.remedy,
        promised_on=filled.promised_on(on=clock.civil_day(rights.confirmed_at or clock.now())),
        is_done=filled.is_done,
    )
    text = reply_text(draft=draft, language=case.language, is_second=case.reopened > 0)
    near_copy = near_copy_percentage(text, category_code=case.category_code)
    complaint_reply(
        reference=case.reference,
        draft=draft,
        officer=rights.officer,
        actor=actor,
        sending=Sending(at=rights.confirmed_at, near_copy=near_copy),
    )
    template_used(filled.template_id)
    return 0, None


def _message(
    case: "Complaint", rights: BulkRights, agency: Agency, actor: Actor
) -> tuple[int, Before]:
    filled = _filled(case, rights, agency)
    officer_message_add(
        reference=case.reference,
        body=filled.body,
        officer=rights.officer,
        actor=actor,
        sending=Sending(at=rights.confirmed_at),
    )
    template_used(filled.template_id)
    return 0, None


def _filled(case: "Complaint", rights: BulkRights, agency: Agency) -> FilledTemplate:
    """Return the texts for a case. Raises ``CaseSkipped`` if they must not be sent now."""
    if case_writers(case, but=rights.officer):
        raise CaseSkipped(SkipReason.WRITING)
    values = case_values(case, officer=rights.officer, agency=agency)
    filled = template_filled(rights.arguments["templates"][case.language], values)
    if filled.missing:
        raise CaseSkipped(missing_code(filled.missing[0]))
    if has_braces(filled):
        raise CaseSkipped(SkipReason.BRACES)
    return filled


def _unassign_or_give_back(case: "Complaint", before: Mapping[str, Any], actor: Actor) -> int:
    if before["officer"] is None:
        return complaint_unassign(reference=case.reference, actor=actor).version
    stands_in_for = before["stands_in_for"]
    changed = complaint_assign(
        reference=case.reference,
        officer=_at_work(before["officer"]),
        actor=actor,
        stands_in_for=user_get(user_id=stands_in_for) if stands_in_for is not None else None,
    )
    return changed.version


def _labels_back(case: "Complaint", before: Mapping[str, Any], actor: Actor) -> int:
    add, remove = before["removed"], before["added"]
    return case_label(reference=case.reference, actor=actor, add=add, remove=remove).version


def _unit_back(case: "Complaint", before: Mapping[str, Any], actor: Actor) -> int:
    changed = case_unit_change(reference=case.reference, unit_id=before["unit"], actor=actor)
    if before["officer"] is None:
        return changed.version
    return _unassign_or_give_back(case, before, actor)


def _at_work(user_id: int) -> User:
    """Return an officer to whom a case can be assigned, or raise ``CaseSkipped``."""
    try:
        officer = user_get(user_id=user_id)
    except UserNotFound:
        raise CaseSkipped(SkipReason.NO_LONGER_HERE) from None
    if not (officer.is_active and may_work(officer.role)):
        raise CaseSkipped(SkipReason.NO_LONGER_HERE)
    return officer


_CHANGES: Mapping[BulkActionKind, Change] = {
    BulkActionKind.ASSIGN: _assign,
    BulkActionKind.LABEL: _label,
    BulkActionKind.UNIT: _unit,
    BulkActionKind.REPLY: _reply,
    BulkActionKind.MESSAGE: _message,
}
_UNDO: Mapping[BulkActionKind, Callable[["Complaint", Mapping[str, Any], Actor], int]] = {
    BulkActionKind.ASSIGN: _unassign_or_give_back,
    BulkActionKind.LABEL: _labels_back,
    BulkActionKind.UNIT: _unit_back,
}

"""Selectors of case drafts that are not sent yet, and of the requests that they reach."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from agency_console.access.permissions import may_handle
from agency_console.access.selectors import case_url
from agency_console.casework.enums import DECISIONS, HOLD_SECONDS, DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.thread import case_files
from agency_console.casework.types import (
    Act,
    CaseDrafts,
    CaseFile,
    ColleagueDraft,
    HeldText,
    HeldTexts,
    OwnDraft,
    TextRecipient,
    TextRecipients,
    WaitingApproval,
    WaitingText,
)
from shared.accounts.models import User
from shared.accounts.selectors import staff_names
from shared.complaints.enums import Ground, Outcome, Privacy, RemedyTime
from shared.complaints.selectors import (
    case_draft_files,
    cases_repeated,
    files_of_drafts,
    party_of,
)
from shared.complaints.types.dispatch import CaseWriter
from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query
from shared.ui.dates import day_text
from shared.ui.messages import code_message
from shared.units.selectors import unit_scope
from shared.units.types import UnitScope
from tenants.case_access.selectors import email_digests

if TYPE_CHECKING:
    from agency_console.casework.models import CaseDraft
    from shared.complaints.models import Complaint

# Unicode isolates keep the order of words if a name is in a script of the other direction.
_WRITING = {
    "reply": gettext_lazy("%(name)s is writing a reply…"),
    "refuse": gettext_lazy("%(name)s is writing a refusal…"),
    "direct": gettext_lazy("%(name)s is naming the competent body…"),
    "ask": gettext_lazy("%(name)s is writing a question…"),
    "message": gettext_lazy("%(name)s is writing a message…"),
    "note": gettext_lazy("%(name)s is writing a note…"),
    "interim": gettext_lazy("%(name)s is writing an interim reply…"),
    "": gettext_lazy("%(name)s is writing…"),
}
# The maximum count of texts on the page of approvals.
MAX_WAITING = 100


def case_drafts(case: "Complaint", *, officer: User) -> CaseDrafts:
    """Return the officer's own drafts for a case and colleagues' drafts; at most three queries.

    Colleagues' notes are left out, because notes are not sent, and so are colleagues' empty drafts.
    """
    rows = _drafts(complaint_id=case.pk, officer_id=officer.pk)
    if not rows:
        return CaseDrafts(own={}, colleagues=[])
    files = _files_by_draft(rows, case)
    names = {number: name for number, name, _is_active in staff_names()}
    may_copy = may_handle(case, officer)
    return CaseDrafts(
        own={
            Act(row.act): _own(row, case, files.get(row.pk, ()))
            for row in rows
            if row.officer_id == officer.pk
        },
        colleagues=[
            ColleagueDraft(
                id=row.pk,
                officer=names.get(row.officer_id, ""),
                act_label=str(DraftAct(row.act).label),
                saved_at=row.saved_at,
                is_leaving=row.pressed_at is not None,
                parts=case_draft_parts(row),
                files=files.get(row.pk, ()),
                may_copy=may_copy,
            )
            for row in rows
            if row.officer_id != officer.pk and any(map(str.strip, row.parts.values()))
        ],
    )


@compiled_query()
def _drafts(*, complaint_id: int, officer_id: int) -> QuerySet[CaseDraft]:
    rows = CaseDraft.objects.filter(complaint_id=complaint_id)
    return rows.filter(Q(officer_id=officer_id) | ~Q(act=DraftAct.NOTE)).order_by("-saved_at", "id")


@compiled_query()
def _held_numbers(*, user_id: int) -> QuerySet[CaseDraft, UUID]:
    theirs = Q(officer_id=user_id) | Q(approved_by_id=user_id, pressed_at__isnull=False)
    told = Q(pressed_at__isnull=False) | ~Q(failure="") | ~Q(returned_because="")
    return CaseDraft.objects.filter(theirs, told).order_by().values_list("pk", flat=True)


def _held(*, user_id: int) -> list[CaseDraft]:
    """Return the drafts for ``held_texts``; 1 or 2 queries."""
    numbers = _held_numbers(user_id=user_id)
    if not numbers:
        return []
    rows = CaseDraft.objects.filter(pk__in=numbers).select_related("complaint")
    return list(
        rows.order_by("pressed_at", "id").only(
            "act", "pressed_at", "failure", "returned_because", "complaint__reference"
        )
    )


def case_draft_parts(draft: CaseDraft) -> list[tuple[str, str]]:
    """Return the headings and texts of a draft's parts."""
    choices: dict[str, type[Outcome | Ground | RemedyTime]] = {
        "outcome": Outcome,
        "ground": Ground,
        "carried_out": RemedyTime,
    }
    found = []
    for name, label in _part_labels().items():
        text = str(draft.parts.get(name, "")).strip()
        if text and name in choices and text in choices[name].values:
            text = str(choices[name](text).label)
        elif name in ("promised_on", "until"):
            text = _day_text(text)
        if text:
            found.append((label, text))
    return found


def _day_text(text: str) -> str:
    """Format an ISO day in words; return other text unchanged."""
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text


def held_texts(*, user_id: int) -> HeldTexts:
    """Return an officer's texts that are being sent, could not be sent, or were returned.

    A colleague's text that the officer approved is included while it is being sent.
    """
    now = clock.now()
    leaving: list[HeldText] = []
    failed: list[HeldText] = []
    for row in _held(user_id=user_id):
        reference = row.complaint.reference
        text = HeldText(
            draft_id=row.pk,
            reference=reference,
            act_label=str(DraftAct(row.act).label),
            url=f"{case_url('show-case', reference)}?write={row.act}",
            seconds=_seconds_left(row, now),
            failure=code_message(row.failure) if row.failure else "",
            returned_because=row.returned_because,
        )
        (leaving if row.pressed_at else failed).append(text)
    return HeldTexts(leaving=tuple(leaving), failed=tuple(failed))


def waiting_approvals(*, user: User) -> list[WaitingApproval]:
    """Return the texts that wait for approval in cases that the user may see, oldest first."""
    rows = _waiting(user_id=user.pk, scope=unit_scope(user=user))
    rows = rows.select_related("complaint", "officer").order_by("approval_asked_at", "id")
    return [WaitingApproval(**_waiting_values(row, user)) for row in rows[:MAX_WAITING]]


def _waiting_values(draft: CaseDraft, user: User) -> dict[str, Any]:
    return {
        "draft_id": draft.pk,
        "reference": draft.complaint.reference,
        "subject": draft.complaint.subject,
        "officer": draft.officer.name,
        "act_label": str(DraftAct(draft.act).label),
        "asked_at": draft.approval_asked_at,
        "is_own": draft.officer_id == user.pk,
    }


def approvals_count(*, user_id: int, scope: UnitScope) -> int:
    """Return the number of texts that wait for approval in cases the officer may see; one query."""
    return _waiting(user_id=user_id, scope=scope).count()


def _waiting(*, user_id: int, scope: UnitScope) -> QuerySet[CaseDraft]:
    rows = CaseDraft.objects.filter(approval_asked_at__isnull=False, pressed_at=None)
    if scope.unit_ids is None:
        return rows
    return rows.filter(Q(complaint__unit_id__in=scope.unit_ids) | Q(complaint__assignee=user_id))


def case_draft_find(*, draft_id: UUID) -> CaseDraft | None:
    """Return a draft with its case and author, or ``None`` if it does not exist any more."""
    return (
        CaseDraft.objects.filter(pk=draft_id)
        .select_related("officer", "complaint", "complaint__party", "complaint__assignee")
        .first()
    )


def case_draft_own(*, reference: str, act: DraftAct, officer: User) -> CaseDraft | None:
    """Return the officer's draft of an act, even if the officer may not open the case any more."""
    rows = CaseDraft.objects.filter(complaint__reference=reference, act=act, officer=officer)
    return rows.select_related("complaint").first()


def waiting_text(draft: CaseDraft, *, user: User) -> WaitingText:
    """Return a text that waits for approval, with its files and recipients."""
    case, cases = draft.complaint, cases_repeated(draft.complaint)
    rows = files_of_drafts(complaint_id=case.pk, draft_ids=(draft.pk,))
    return WaitingText(
        **_waiting_values(draft, user),
        files=tuple(case_files(rows, reference=case.reference)),
        has_changed=draft.version != case.version,
        recipients=text_recipients(draft, cases, user=user),
        digest=approval_digest(draft, cases),
    )


def leaving_decision(case: "Complaint") -> CaseDraft | None:
    """Return the decision on the case that is being sent at this moment, or ``None``."""
    rows = CaseDraft.objects.filter(complaint_id=case.pk, pressed_at__isnull=False)
    return rows.filter(act__in=DECISIONS).select_related("officer", "complaint").first()


def writers_of(writers: Iterable[CaseWriter]) -> list[str]:
    """Return a sentence for each colleague who is writing in a case now."""
    return [
        _WRITING.get(one.act, _WRITING[""]) % {"name": f"\u2068{one.name}\u2069"} for one in writers
    ]


def _own(draft: CaseDraft, case: "Complaint", files: tuple[CaseFile, ...]) -> OwnDraft:
    return OwnDraft(
        id=draft.pk,
        act=Act(draft.act),
        act_label=str(DraftAct(draft.act).label),
        parts=draft.parts,
        texts=case_draft_parts(draft),
        version=draft.version,
        saved_at=draft.saved_at,
        is_leaving=draft.pressed_at is not None,
        waits_for_approval=draft.approval_asked_at is not None,
        failure=code_message(draft.failure) if draft.failure else "",
        returned_because=draft.returned_because,
        changed_since=draft.version != case.version and draft.act != DraftAct.NOTE,
        files=files,
    )


def _files_by_draft(
    rows: Sequence[CaseDraft], case: "Complaint"
) -> Mapping[UUID | None, tuple[CaseFile, ...]]:
    attachments = files_of_drafts(complaint_id=case.pk, draft_ids={row.pk for row in rows})
    found: dict[UUID | None, tuple[CaseFile, ...]] = {}
    for attachment, file in zip(
        attachments, case_files(attachments, reference=case.reference), strict=True
    ):
        found[attachment.draft_id] = (*found.get(attachment.draft_id, ()), file)
    return found


def _seconds_left(draft: CaseDraft, now: datetime) -> int:
    if draft.pressed_at is None:
        return 0
    left = draft.pressed_at + timedelta(seconds=HOLD_SECONDS) - now
    return max(0, -(-int(left.total_seconds() * 1000) // 1000))


def _part_labels() -> Mapping[str, str]:
    return {
        "outcome": _("Outcome"),
        "ground": _("Ground"),
        "body_name": _("Competent body"),
        "facts": _("What we found"),
        "rule": _("The rule that applies"),
        "decision": _("Our decision"),
        "remedy": _("What will be done"),
        "carried_out": _("When it is done"),
        "promised_on": _("Day by which it will be done"),
        "act_number": _("Number of the act"),
        "explanation": _("Explanation"),
        "way_on": _("Where the citizen can turn"),
        "done": _("What was done so far"),
        "delay": _("Why the reply takes longer"),
        "until": _("By when the reply will come"),
        "body": _("Text"),
    }


def address_digests(cases: "Iterable[Complaint]") -> dict[str, str]:
    """Return a dict: reference of a case -> digest of its e-mail addresses; one query.

    The addresses are the address in the agency's table, to which e-mails are sent, and the address
    in the public schema.
    """
    cases = list(cases)
    known = email_digests(references=[one.reference for one in cases])
    return {
        one.reference: _digest([party_of(one).email, known.get(one.reference, "")]) for one in cases
    }


def approval_digest(draft: "CaseDraft", cases: "Iterable[Complaint]") -> str:
    """Return a digest of all that a supervisor approves: a text, its files and its addresses."""
    return _digest([text_digest(draft), address_digests(cases)])


def text_digest(draft: "CaseDraft") -> str:
    """Return a digest of the text and of its files; one query."""
    return _digest(
        [
            draft.act,
            draft.parts,
            sorted(str(file.pk) for file in case_draft_files(draft_id=draft.pk)),
        ]
    )


def text_recipients(
    draft: "CaseDraft", cases: "Iterable[Complaint]", *, user: User
) -> TextRecipients:
    """Return the requests that a text reaches, and their addresses, as ``user`` may see them.

    ``user`` sees no reference of another unit's case, and no address unless the case is named.
    """
    cases, scope = list(cases), unit_scope(user=user)
    noted = draft.recipients if isinstance(draft.recipients, dict) else None
    seen = [one for one in cases if one.assignee_id == user.pk or scope.holds(one.unit_id)]
    return TextRecipients(
        shown=tuple(
            TextRecipient(
                reference=one.reference,
                subject=one.subject,
                name=party_of(one).name if one.privacy == Privacy.NAMED else "",
                email=party_of(one).email if one.privacy == Privacy.NAMED else "",
                is_hidden=one.privacy != Privacy.NAMED,
                has_joined=noted is not None and one.reference not in noted,
            )
            for one in seen
        ),
        hidden=len(cases) - len(seen),
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

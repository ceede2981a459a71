"""Merging of cases of one person: officers work on one case, the register has every case.

A merged case keeps its messages, files, notes, officer, unit and days. Officers work on a merged
case only through the main case.
"""

from collections.abc import Collection

from django.db import transaction

from shared.audit.services import audit_record
from shared.complaints.enums import OPEN, EventKind
from shared.complaints.errors import (
    AlreadyOffered,
    CaseMerged,
    EarlierTerm,
    HasMergedCases,
    MergedIntoItself,
    NotMerged,
    NotOpenToMerge,
    PartOfWhole,
    StaleCase,
    TooManyMerged,
)
from shared.complaints.models import Complaint
from shared.complaints.models.complaint import NO_TERM
from shared.complaints.models.party import party_of
from shared.complaints.services.history import (
    case_lock,
    cases_lock,
    cases_together,
    event_record,
)
from shared.complaints.services.list_columns import waiting_since_set
from shared.kernel.actors import Actor
from shared.kernel.seams import imported, seams

MAX_MERGED = 10


@transaction.atomic
def case_merge(
    *,
    reference: str,
    into: str,
    actor: Actor,
    version: int | None = None,
    into_version: int | None = None,
) -> None:
    """Merge an open case into another open case of the same person; no rows of a case are moved.

    The main case must be the case whose legal term ends first, so that the merge hides no passed
    term. Raises ``MergedIntoItself``, ``NotSamePerson``, ``ComplaintNotFound``, ``StaleCase`` and
    the errors of ``merge_require``.
    """
    if reference == into:
        raise MergedIntoItself(reference)
    # The routes of both cases are locked before the cases, as in a transfer, to prevent deadlocks.
    imported(seams().same_person_require)(references=(reference, into))
    by_reference = {row.reference: row for row in cases_lock(references=[reference, into])}
    merged, main = by_reference[reference], by_reference[into]
    if version not in (None, merged.version) or into_version not in (None, main.version):
        raise StaleCase(reference)
    merge_require(merged, into=main)
    merged.merged_into = main
    event_record(merged, EventKind.MERGED, actor, merged_with=main.reference)
    main.has_citizen_news = main.has_citizen_news or merged.has_citizen_news
    waiting_since_set(main, [merged, *_open_in(main)])
    event_record(
        main,
        EventKind.MERGE_RECEIVED,
        actor,
        merged_with=merged.reference,
        is_told=_has_own_mailbox(main, merged),
    )


def merge_require(merged: Complaint, *, into: Complaint) -> None:
    """Raise an error if the state of one of two cases does not allow their merge.

    Raises ``CaseMerged``, ``HasMergedCases``, ``NotOpenToMerge``, ``AlreadyOffered``,
    ``PartOfWhole``, ``EarlierTerm`` or ``TooManyMerged``.
    """
    if merged.is_merged or into.is_merged:
        raise CaseMerged(merged.reference)
    if not (merged.is_open and into.is_open):
        raise NotOpenToMerge(merged.reference)
    if merged.offered_to:
        # An offered case may be transferred at any moment, and nobody withdraws a merged case's
        # offer.
        raise AlreadyOffered(merged.reference)
    _require_whole(merged, into)
    if _open_in(merged):
        raise HasMergedCases(merged.reference)
    if (merged.due_on or NO_TERM) < (into.due_on or NO_TERM):
        raise EarlierTerm(merged.reference)
    if len(_open_in(into)) >= MAX_MERGED:
        raise TooManyMerged(into.reference)


def _require_whole(*cases: Complaint) -> None:
    """Raise ``PartOfWhole`` for a part that was cut out here.

    The whole request, or the agency that accepts the part, answers the part.
    """
    for one in cases:
        if one.cut_from_id is not None:
            raise PartOfWhole(one.reference)


@transaction.atomic
def case_unmerge(*, reference: str, actor: Actor, version: int | None = None) -> None:
    """Undo the merge of an open case, so that officers work on the case separately again.

    Messages and files stay with the case in which they were received. Raises ``NotMerged``,
    ``ComplaintNotFound`` or ``StaleCase``.
    """
    complaint = case_lock(reference=reference, version=version, is_together=True)
    if not complaint.is_merged:
        raise NotMerged(reference)
    _end(complaint, actor=actor, is_told=True)


@transaction.atomic
def case_part(*, reference: str, actor: Actor) -> None:
    """Separate a case, open or answered, from its main case; send e-mails to both citizens.

    Used if the proof that both cases are of one person is no longer valid. Raises ``NotMerged``,
    ``ComplaintNotFound`` or ``StaleCase``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    if complaint.merged_into_id is None:
        raise NotMerged(reference)
    main = _end(complaint, actor=actor, is_told=True, is_main_told=True)
    audit_record(actor=actor, action="case.merge_ended", subject=reference)
    audit_record(actor=actor, action="case.merge_ended", subject=main.reference)


@transaction.atomic
def merges_end(*, reference: str, actor: Actor) -> None:
    """End the open merges of a case whose e-mail address changes. The citizens of the other cases
    get an e-mail.

    Raises ``ComplaintNotFound`` or ``StaleCase``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    if complaint.is_merged:
        _end(complaint, actor=actor, is_told=False, is_main_told=True)
    for one in merged_locked(complaint):
        _part(one, complaint, actor=actor, is_told=True)


def merge_end(complaint: Complaint, *, actor: Actor, is_told: bool = True) -> None:
    """End the merges of a case, whether it is the merged case or the main case.

    Used when a case is withdrawn, re-opened or transferred; ``case_lock`` with ``is_together`` must
    have locked the case. Cases that were answered with the case do not change. ``is_told``: send
    the citizen an e-mail, which is needed if no other e-mail is sent.
    """
    if complaint.merged_into_id is not None:
        _end(complaint, actor=actor, is_told=is_told)
    for one in merged_locked(complaint):
        _part(one, complaint, actor=actor, is_told=True)


def merges_cut(*, references: Collection[str], actor: Actor) -> None:
    """Separate cases that left a restored agency from the cases that stay in the agency.

    Cases that left get no event here, because the agency that has the cases records their history.
    """
    gone = Complaint.objects.filter(reference__in=references)
    gone.filter(merged_into__reference__in=references).update(merged_into=None)
    merged_rows = gone.filter(merged_into__isnull=False).select_related("merged_into")
    for merged in merged_rows.order_by("pk"):
        if merged.merged_into is not None:
            main = case_lock(reference=merged.merged_into.reference, is_together=True)
            Complaint.objects.filter(pk=merged.pk).update(merged_into=None)
            _parted(main, merged, actor=actor)
    stay = Complaint.objects.filter(merged_into__reference__in=references, status__in=OPEN)
    for reference, main_reference in stay.order_by("pk").values_list(
        "reference", "merged_into__reference"
    ):
        left = case_lock(reference=reference)
        left.merged_into = None
        event_record(left, EventKind.UNMERGED, actor, merged_with=main_reference, is_told=False)


def unmerged_lock(*, reference: str, version: int | None, is_together: bool = False) -> Complaint:
    """Return a case as ``case_lock`` does. Raises ``CaseMerged`` for a merged case as well."""
    complaint = case_lock(reference=reference, version=version, is_together=is_together)
    require_not_merged(complaint)
    return complaint


def require_not_merged(complaint: Complaint) -> None:
    """Raise ``CaseMerged`` for an open case that is merged into another case."""
    if complaint.is_merged:
        raise CaseMerged(complaint.reference)


def merged_locked(complaint: Complaint) -> list[Complaint]:
    """Return the open cases merged into a case, as ``case_lock`` locked them, sorted by id."""
    others = cases_together(complaint)
    return [one for one in others if one.merged_into_id == complaint.pk and one.is_open]


def _has_own_mailbox(main: Complaint, merged: Complaint) -> bool:
    """Return whether a main case and a merged case have different e-mail addresses."""
    return party_of(main).email != party_of(merged).email


def _end(
    merged: Complaint, *, actor: Actor, is_told: bool, is_main_told: bool | None = None
) -> Complaint:
    """Separate a case from its main case and return the main case; both must be locked."""
    others = cases_together(merged)
    main = next(one for one in others if one.pk == merged.merged_into_id)
    _part(merged, main, actor=actor, is_told=is_told, is_main_told=is_main_told)
    return main


def _part(
    merged: Complaint,
    main: Complaint,
    *,
    actor: Actor,
    is_told: bool,
    is_main_told: bool | None = None,
) -> None:
    """Separate two cases; e-mail the citizen of the main case too if the two addresses differ."""
    if is_main_told is None:
        is_main_told = is_told and _has_own_mailbox(main, merged)
    merged.merged_into = None
    event_record(merged, EventKind.UNMERGED, actor, merged_with=main.reference, is_told=is_told)
    _parted(main, merged, actor=actor, is_told=is_main_told)


def _parted(main: Complaint, merged: Complaint, *, actor: Actor, is_told: bool = False) -> None:
    waiting = main.waiting_since
    waiting_since_set(main, _open_in(main))
    if waiting is None:
        # An officer has responded in the main case, so its citizen does not wait.
        main.waiting_since = None
    event_record(main, EventKind.UNMERGED, actor, merged_with=merged.reference, is_told=is_told)


def _open_in(main: Complaint) -> list[Complaint]:
    rows = Complaint.objects.filter(merged_into=main)
    return [one for one in rows.order_by("pk") if one.is_open]

"""Splitting of a request that concerns several bodies: a part becomes a case with its own clock."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model

from shared.complaints.enums import EventKind
from shared.complaints.errors import AlreadyOffered, PartOfWhole, TransitionNotAllowed
from shared.complaints.services.history import event_record
from shared.complaints.services.intake import complaint_file
from shared.complaints.services.merge import unmerged_lock
from shared.complaints.types import ComplaintDraft, Filed
from shared.kernel.actors import CITIZEN, Actor


@transaction.atomic
def part_store(
    *,
    reference: str,
    part_reference: str,
    draft: ComplaintDraft,
    agency_code: str,
    actor: Actor,
    version: int | None = None,
    beside: Iterable[Model] = (),
) -> Filed:
    """Store a part of an open case as a new case of the same person, filed on the same day.

    The part has the legal term of the whole request; if the whole was re-opened, the term begins
    with the re-opening. No figure counts the part until another agency accepts it. ``agency_code``:
    the agency whose officer writes the part's text. ``beside``: the rows by which people find the
    part. Raises ``TransitionNotAllowed``, ``CaseMerged``, ``AlreadyOffered``, ``PartOfWhole``,
    ``StaleCase`` or ``InvalidDraft``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    if not complaint.is_open:
        raise TransitionNotAllowed(reference)
    if complaint.cut_from_id is not None:
        raise PartOfWhole(reference)
    if complaint.offered_to:
        # A case with an offer may be transferred at any moment, or oversight is deciding on
        # competence.
        raise AlreadyOffered(reference)
    filed = complaint_file(
        reference=part_reference,
        draft=draft,
        actor=CITIZEN,
        beside=beside,
        received_at=complaint.reopened_at or complaint.received_at,
        cut_from=complaint,
        cut_by_code=agency_code,
    )
    event_record(complaint, EventKind.SPLIT, actor)
    return filed

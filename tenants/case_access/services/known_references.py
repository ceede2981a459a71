"""Marks of references that an agency without the case knows; no e-mail address opens such a case.

An agency that had a case, or read its reference elsewhere, may know the person's address as well,
or try the addresses of suspected people. The mark is a column of the route, which no agency's role
can change. A mark is never removed, because the agency may have kept the address.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft
from tenants.models import Agency, EncryptedParty, Route


def is_email_no_key(*, reference: str) -> bool:
    """Return whether the e-mail address of a request must not open the request.

    That is true if the request is confidential or another agency knows the reference. An unknown
    reference needs the same query, so that the time taken reveals nothing.
    """
    # A row that an agency has inserted about another agency's case does not count.
    encrypted = EncryptedParty.objects.filter(
        reference=OuterRef("reference"), schema_name=OuterRef("agency_id")
    )
    rows = Route.objects.filter(Q(is_known_elsewhere=True) | Exists(encrypted), reference=reference)
    return rows.exists()


def references_mark(references: Iterable[str]) -> int:
    """Mark references as known to an agency without the case; return the count of new marks."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.update(is_known_elsewhere=True)


def references_of_others_mark(references: Iterable[str], *, agency: Agency) -> int:
    """Mark the references whose case another agency has; return the count of new marks."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.exclude(agency=agency).update(is_known_elsewhere=True)


def follow_up_mark(*, draft: ComplaintDraft, agency: Agency) -> None:
    """Mark the request that a draft with a name follows, if another agency has that request."""
    if draft.follows and draft.privacy == Privacy.NAMED:
        references_of_others_mark([draft.follows], agency=agency)

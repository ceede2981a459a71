"""References known to an agency that does not hold the case: no e-mail address opens them.

An agency that had a case, or reads its reference elsewhere, may know the person's address as well,
or try the addresses of people it suspects. The mark is on the route, which no agency's role can
change, and it is never removed: what somebody has read is not forgotten.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft
from tenants.models import Agency, EncryptedParty, Route


def is_email_no_key(*, reference: str) -> bool:
    """Return whether the e-mail address of a request does not open it, whoever types it.

    True if the identity is hidden from the agency, or another agency knows the reference. One
    statement, whether the reference exists or not.
    """
    # An agency may add rows under its own name: one about another agency's case does not count.
    encrypted = EncryptedParty.objects.filter(
        reference=OuterRef("reference"), schema_name=OuterRef("agency_id")
    )
    rows = Route.objects.filter(Q(is_known_elsewhere=True) | Exists(encrypted), reference=reference)
    return rows.exists()


def references_mark(references: Iterable[str]) -> int:
    """Mark references as known to an agency without the case; return how many are new."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.update(is_known_elsewhere=True)


def references_of_others_mark(references: Iterable[str], *, agency: Agency) -> int:
    """Mark references that an agency knows and does not hold; return how many are new."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.exclude(agency=agency).update(is_known_elsewhere=True)


def follow_up_mark(*, draft: ComplaintDraft, agency: Agency) -> None:
    """Mark the earlier request of another agency that a draft follows; no query without one."""
    if draft.follows and draft.privacy == Privacy.NAMED:
        references_of_others_mark([draft.follows], agency=agency)

"""References that an agency knows whose case it is not: no e-mail address opens them.

Whoever had a case, or reads its reference elsewhere, may know its person's address as well, or try
those of whom they suspect. The mark stands on the route, which no agency's role changes, and it
stays: what somebody has read is not forgotten.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft
from tenants.models import Agency, EncryptedParty, Route


def is_email_no_key(*, reference: str) -> bool:
    """Return whether the e-mail address of a request does not open it, whoever types it.

    Its identity is kept from its agency, or another agency knows the reference. One statement,
    whether the reference exists or not.
    """
    # An agency may add seals under its own name: one about another agency's case counts for none.
    encrypted = EncryptedParty.objects.filter(
        reference=OuterRef("reference"), schema_name=OuterRef("agency_id")
    )
    rows = Route.objects.filter(Q(is_known_elsewhere=True) | Exists(encrypted), reference=reference)
    return rows.exists()


def references_mark(references: Iterable[str]) -> int:
    """Mark references as known to an agency that does not hold the case; how many are new."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.update(is_known_elsewhere=True)


def references_of_others_mark(references: Iterable[str], *, agency: Agency) -> int:
    """Mark those that an agency knows and does not hold; how many are new."""
    rows = Route.objects.filter(reference__in=references, is_known_elsewhere=False)
    return rows.exclude(agency=agency).update(is_known_elsewhere=True)


def follow_up_mark(*, draft: ComplaintDraft, agency: Agency) -> None:
    """Mark the earlier request that a new one with another agency names; no query for others."""
    if draft.follows and draft.privacy == Privacy.NAMED:
        references_of_others_mark([draft.follows], agency=agency)

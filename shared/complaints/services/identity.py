"""Services that record accesses to the citizen's identity, and changes of the e-mail address.

The encrypted data itself is never read here.
"""

from django.db import transaction

from shared.complaints.enums import EventKind, Privacy
from shared.complaints.models.party import party_of
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.search_words import words_replace
from shared.complaints.types import PartyDraft
from shared.kernel.actors import Actor


@transaction.atomic
def identity_opened(*, reference: str, actor: Actor) -> None:
    """Record that the encrypted identity was opened, and notify the citizen.

    Raises ``ComplaintNotFound``.
    """
    event_record(case_lock(reference=reference), EventKind.IDENTITY_OPENED, actor)


@transaction.atomic
def email_changed(*, reference: str, email: str, actor: Actor) -> None:
    """Record that the citizen proved another e-mail address; the party of a named case gets it.

    Raises ``ComplaintNotFound``.
    """
    complaint = case_lock(reference=reference)
    if complaint.privacy == Privacy.NAMED:
        party = party_of(complaint)
        party.email = email
        party.save()
        # The words are replaced, so that a search for the former address does not find the case.
        words_replace(complaint)
    event_record(complaint, EventKind.EMAIL_CHANGED, actor)


@transaction.atomic
def identity_extract(*, reference: str) -> PartyDraft:
    """Return and erase the unencrypted party data that an older release stored of a confidential
    case.

    The caller encrypts the returned data. Raises ``ComplaintNotFound``.
    """
    complaint = case_lock(reference=reference)
    party = party_of(complaint)
    taken = PartyDraft(
        name=party.name, email=party.email, phone=party.phone, national_id=party.national_id
    )
    party.name = party.email = party.phone = party.national_id = ""
    party.save(update_fields=["name", "email", "phone", "national_id"])
    words_replace(complaint)
    complaint.save(update_fields=["more_words"])
    return taken

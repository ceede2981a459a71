"""Keep the identity of a confidential person encrypted, apart from the case."""

import json
from dataclasses import asdict

from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.rows.services import row
from tenants.case_access.errors import NothingSealed
from tenants.case_access.services.encryption import Sealed, seal, unseal
from tenants.case_access.types import Identity
from tenants.models import (
    Route,
    SealedParty,
)


def sealed_party_row(*, reference: str, party: PartyDraft) -> SealedParty:
    """Who a confidential person is, sealed for that reference; to be written with the complaint."""
    sealed = _party_sealed(reference, party)
    return row(
        SealedParty,
        reference=reference,
        key_id=sealed.key_id,
        sealed=sealed.content,
        created_at=clock.now(),
    )


def identity_of(*, reference: str) -> Identity:
    """The sealed identity in clear. Raises ``NothingSealed`` or ``SealBroken``."""
    # An agency may add seals under its own name: one about another agency's case counts for none.
    holders = Route.objects.filter(reference=reference).values("agency_id")
    found = SealedParty.objects.filter(reference=reference, schema_name__in=holders).first()
    if found is None:
        raise NothingSealed(reference)
    sealed = Sealed(key_id=found.key_id, content=bytes(found.sealed))
    return Identity(**json.loads(unseal(sealed, about=_party_place(reference))))


def is_sealed(*, reference: str) -> bool:
    """Whether the identity behind a request is kept from its agency."""
    holders = Route.objects.filter(reference=reference).values("agency_id")
    return SealedParty.objects.filter(reference=reference, schema_name__in=holders).exists()


def identity_reseal(*, reference: str, identity: Identity) -> None:
    """Put another content under the seal, or the same under the key of today."""
    sealed = _party_sealed(reference, PartyDraft(**asdict(identity)))
    SealedParty.objects.filter(reference=reference).update(
        key_id=sealed.key_id, sealed=sealed.content
    )


def _party_sealed(reference: str, party: PartyDraft) -> Sealed:
    identity = Identity(
        name=party.name, email=party.email, phone=party.phone, national_id=party.national_id
    )
    return seal(json.dumps(asdict(identity)), about=_party_place(reference))


def _party_place(reference: str) -> str:
    return f"party:{reference}"

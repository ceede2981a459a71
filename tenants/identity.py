"""The doors to who a citizen is: sealed, opened by national oversight alone and with a reason."""

from django.db import transaction

from shared.audit.services import audit_record
from shared.complaints import selectors as cases
from shared.complaints import services
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.mail.services import addresses_forget
from tenants.context import agency_context
from tenants.errors import NothingSealed
from tenants.models import VaultOpening
from tenants.selectors import agency_list, route_by_reference
from tenants.services import (
    identities_reseal,
    identity_of,
    route_of_token,
    sealed_party_row,
)
from tenants.types import Identity, IdentityLook

OPENED = "vault.opened"


@transaction.atomic
def identity_open(*, reference: str, reason: str, actor: Actor) -> Identity:
    """Look at who is behind a confidential complaint; the citizen is told, with the reason.

    Raises ``NothingSealed``, or ``SealBroken``, which leaves no trace: nothing was seen.
    """
    route = route_by_reference(reference)
    if route is None or actor.user_id is None:
        raise NothingSealed(reference)
    found = identity_of(reference=reference)
    VaultOpening.objects.create(
        id=uuid7(),
        reference=reference,
        user_id=actor.user_id,
        label=actor.label,
        reason=reason,
        at=clock.now(),
    )
    audit_record(actor=actor, action=OPENED, subject=reference)
    with agency_context(route.agency):
        services.identity_opened(reference=reference, actor=actor)
    return found


def identity_looks(*, token: str) -> list[IdentityLook]:
    """Who looked at the identity behind one's own complaint, oldest first.

    Raises ``TokenNotFound``.
    """
    reference = route_of_token(token).reference
    rows = VaultOpening.objects.filter(reference=reference).order_by("at", "id")
    return [IdentityLook(at=row.at, reason=row.reason) for row in rows]


def identities_seal() -> int:
    """Seal what older rows still hold, and what a former key sealed; returns how many."""
    sealed = identities_reseal()
    for agency in agency_list():
        with agency_context(agency):
            references = cases.identities_unsealed()
        for reference in references:
            with transaction.atomic():
                with agency_context(agency):
                    party = services.identity_take_out(reference=reference)
                    addresses_forget(reference=reference)
                row = sealed_party_row(reference=reference, party=party)
                row.schema_name = agency.schema_name
                row.save(force_insert=True)
        sealed += len(references)
    return sealed

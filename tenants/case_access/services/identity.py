"""Access to the encrypted identities of confidential persons, and re-encryption of identities."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared.audit.services import audit_record
from shared.complaints import selectors as cases, services
from shared.complaints.types import Identity
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.mail.services import addresses_forget
from tenants.agencies.selectors import agency_list
from tenants.approvals.errors import ApprovalNotFound, ReasonNeeded
from tenants.approvals.services import approval_ask, approval_use
from tenants.case_access.errors import (
    DecryptionFailed,
    EncryptedIdentityNotFound,
    IdentityNotAsked,
)
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.party_encryption import (
    encrypted_party_row,
    identity_encrypt_again,
    identity_of,
)
from tenants.case_access.services.routes import route_held
from tenants.case_access.services.text_encryption import current_key_id
from tenants.case_access.services.tokens import token_find, token_is_own
from tenants.case_access.types import IdentityAccess
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, EncryptedParty, IdentityOpening, Review, Route
from tenants.models.enums import ApprovalKind

logger = logging.getLogger(__name__)

OPENED = "vault.opened"
# The separator between the reason and the reference of the court's decision.
COURT = "\n\n—\n\n"


def identity_ask(*, reference: str, reason: str, court_reference: str, actor: Actor) -> None:
    """Ask for a second person's approval to read the identity behind a confidential complaint.

    ``court_reference``: the decision of a court that demands the identity. When a second person has
    approved, the person who asked may read the identity once. Raises ``EncryptedIdentityNotFound``,
    ``IdentityNotAsked``, ``ApprovalAskedAlready``.
    """
    if route_by_reference(reference) is None:
        raise EncryptedIdentityNotFound(reference)
    identity_of(reference=reference)
    if not court_reference.strip():
        raise IdentityNotAsked(reference)
    approval_ask(
        kind=ApprovalKind.IDENTITY,
        subject=reference,
        arguments={"court_reference": court_reference.strip()},
        reason=reason,
        actor=actor,
    )


def identity_is_free(*, reference: str) -> bool:
    """Return whether an identity may be opened without an approval because a review waits."""
    return Review.objects.filter(reference=reference, decision="").exists()


@transaction.atomic
def identity_open(
    *, reference: str, actor: Actor, reason: str = "", approval_id: UUID | None = None
) -> Identity:
    """Return the identity behind a confidential complaint; record why, for the citizen to read.

    Either the citizen's review waits for its decision, or ``approval_id`` names an approval that
    ``identity_ask`` asked for and a second person gave; then the approval's reason is recorded.
    Raises ``EncryptedIdentityNotFound``, ``ReasonNeeded``, what ``approval_use`` raises, or
    ``DecryptionFailed``, which leaves no record because nothing was seen.
    """
    route = route_by_reference(reference)
    if route is None or actor.user_id is None:
        raise EncryptedIdentityNotFound(reference)
    found = identity_of(reference=reference)
    court_reference = ""
    if approval_id is not None:
        approved = approval_use(
            kind=ApprovalKind.IDENTITY, subject=reference, approval_id=approval_id, actor=actor
        )
        reason, court_reference = approved.reason, approved.arguments["court_reference"]
    elif not identity_is_free(reference=reference):
        raise ApprovalNotFound(reference)
    if not reason.strip():
        # The terms of the portal promise that an identity is opened with a reason only.
        raise ReasonNeeded(field="reason")
    IdentityOpening.objects.create(
        id=uuid7(),
        reference=reference,
        user_id=actor.user_id,
        label=actor.label,
        reason=reason,
        court_reference=court_reference,
        at=clock.now(),
    )
    audit_record(actor=actor, action=OPENED, subject=reference)
    with agency_context(route_held(route).agency):
        services.identity_opened(reference=reference, actor=actor)
    return found


def identity_accesses(*, token: str) -> list[IdentityAccess]:
    """Return when and why the identity behind a token's complaint was read, oldest first.

    The reasons are blank if other people may have the token too. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    is_proved = token_is_own(found)
    return [
        IdentityAccess(
            at=row.at,
            reason=COURT.join(part for part in (row.reason, row.court_reference) if part)
            if is_proved
            else "",
        )
        for row in IdentityOpening.objects.filter(reference=found.route_id).order_by("at", "id")
    ]


def identities_encrypt() -> int:
    """Encrypt plain identities, and identities that a former key encrypted; return how many.

    A plain identity is skipped if an encrypted row exists or the case is another agency's, because
    it must not replace the encrypted identity; the number of skipped ones is logged.
    """
    encrypted = _identities_reseal()
    for agency in agency_list():
        with agency_context(agency):
            named = cases.identities_unsealed()
        references = [reference for reference in named if _is_unsealed(reference, agency)]
        if len(references) < len(named):
            logger.error(
                "%s parties of %s were left unsealed",
                len(named) - len(references),
                agency.schema_name,
            )
        for reference in references:
            with transaction.atomic():
                with agency_context(agency):
                    party = services.identity_extract(reference=reference)
                    addresses_forget(reference=reference)
                row = encrypted_party_row(reference=reference, party=party)
                row.schema_name = agency.schema_name
                # A row that another agency has inserted is not this case's identity, and would
                # conflict with the primary key of the new row.
                EncryptedParty.objects.filter(reference=reference).delete()
                row.save(force_insert=True)
        encrypted += len(references)
    return encrypted


def identities_under_other_keys() -> int:
    """Return how many identities are not encrypted with the current key."""
    return _of_other_keys().count()


def _identities_reseal() -> int:
    """Encrypt with the current key the identities that a former key encrypted; return how many.

    A row that cannot be decrypted, or that an agency has added about another agency's case, is
    logged and not changed.
    """
    encrypted = 0
    for reference, schema_name in list(
        _of_other_keys().order_by("reference").values_list("reference", "schema_name")
    ):
        try:
            identity = identity_of(reference=reference)
        except (EncryptedIdentityNotFound, DecryptionFailed) as error:
            logger.error("a seal of %s was left: %s", schema_name, type(error).__name__)
        else:
            identity_encrypt_again(reference=reference, identity=identity)
            encrypted += 1
    return encrypted


def _of_other_keys() -> QuerySet[EncryptedParty]:
    return EncryptedParty.objects.exclude(key_id=current_key_id())


def _is_unsealed(reference: str, agency: Agency) -> bool:
    own = Route.objects.filter(reference=reference, agency=agency)
    seals = EncryptedParty.objects.filter(reference=reference, schema_name=agency.schema_name)
    return own.exists() and not seals.exists()

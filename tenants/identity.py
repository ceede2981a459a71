"""The doors to who a citizen is: the seal that oversight opens, and the address that they prove."""

import logging
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared.audit.services import audit_record
from shared.complaints import selectors as cases
from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.types import PublicCase
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor
from shared.kernel.contacts import is_disposable
from shared.kernel.identifiers import uuid7
from shared.mail.services import addresses_forget, mail_resend
from shared.mail.tasks import deliver_mail
from tenants.approvals import approval_ask, approval_use
from tenants.context import agency_context
from tenants.correspondence import (
    EMAIL_CHANGED,
    FIRST_EMAIL,
    NEW_EMAIL,
    OLD_EMAIL,
    address_of,
    email_place,
    letter_place,
    new_address,
)
from tenants.enums import ApprovalKind, KeyKind, LinkPurpose, TokenScope
from tenants.errors import (
    ApprovalNotFound,
    DisposableEmail,
    IdentityNotAsked,
    LinkNotFound,
    NoEmailToChange,
    NothingSealed,
    ReasonNeeded,
    SameEmail,
    SealBroken,
)
from tenants.models import Agency, EmailChange, Review, Route, SealedParty, VaultOpening
from tenants.selectors import agency_info, agency_list, route_by_reference
from tenants.services import (
    LINK_LIVES,
    email_change_forget,
    email_change_keep,
    email_set,
    identity_of,
    identity_reseal,
    letter_queue,
    link_find,
    link_use,
    lookup_digest,
    normal_email,
    route_of_proof,
    route_of_token,
    sealed_party_row,
    token_find,
)
from tenants.types import EmailProof, Identity, IdentityLook
from tenants.vault import current_key_id, seal, seal_text

logger = logging.getLogger(__name__)

OPENED = "vault.opened"
# Between the reason and the reference of the court's decision.
COURT = "\n\n—\n\n"
PROOFS = (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL)


def identity_ask(*, reference: str, reason: str, court_reference: str, actor: Actor) -> None:
    """Ask to look at who is behind a confidential complaint that is not under review.

    ``court_reference`` names the decision of a court that asks for it. Another person must agree,
    and then the one who asked may look once. Raises ``NothingSealed``, ``IdentityNotAsked``,
    ``ApprovalAskedAlready``.
    """
    if route_by_reference(reference) is None:
        raise NothingSealed(reference)
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
    """Whether one person may open it: its citizen's own review waits for a decision."""
    return _is_under_review(reference)


@transaction.atomic
def identity_open(
    *, reference: str, actor: Actor, reason: str = "", approval_id: UUID | None = None
) -> Identity:
    """Look at who is behind a confidential complaint; the citizen is told, with the reason.

    Either the citizen's own review waits for its decision, or a second person has agreed to what
    ``identity_ask`` asked for, which ``approval_id`` names and which has its own reason. Raises
    ``NothingSealed``, ``ReasonNeeded``, what ``approval_use`` raises, or ``SealBroken``, which
    leaves no trace: nothing was seen.
    """
    route = route_by_reference(reference)
    if route is None or actor.user_id is None:
        raise NothingSealed(reference)
    found = identity_of(reference=reference)
    court_reference = ""
    if approval_id is not None:
        approved = approval_use(
            kind=ApprovalKind.IDENTITY, subject=reference, approval_id=approval_id, actor=actor
        )
        reason, court_reference = approved.reason, approved.arguments["court_reference"]
    elif not _is_under_review(reference):
        raise ApprovalNotFound(reference)
    if not reason.strip():
        # The citizen is promised to read why.
        raise ReasonNeeded(field="reason")
    VaultOpening.objects.create(
        id=uuid7(),
        reference=reference,
        user_id=actor.user_id,
        label=actor.label,
        reason=reason,
        court_reference=court_reference,
        at=clock.now(),
    )
    audit_record(actor=actor, action=OPENED, subject=reference)
    with agency_context(route.agency):
        services.identity_opened(reference=reference, actor=actor)
    return found


def _is_under_review(reference: str) -> bool:
    return Review.objects.filter(reference=reference, decision="").exists()


def identity_looks(*, token: str) -> list[IdentityLook]:
    """Who looked at the identity behind one's own complaint, oldest first.

    Raises ``TokenNotFound``.
    """
    found = token_find(token)
    is_proved = found.scope == TokenScope.FULL
    rows = VaultOpening.objects.filter(reference=found.route_id).order_by("at", "id")
    return [IdentityLook(at=row.at, reason=_why(row) if is_proved else "") for row in rows]


def _why(row: VaultOpening) -> str:
    return COURT.join(part for part in (row.reason, row.court_reference) if part)


def identities_seal() -> int:
    """Seal what older rows still hold, and what a former key sealed; returns how many.

    What stands in an agency's tables over a seal of its own, or under another agency's number, is
    named in the log and left: it must not take the place of what is sealed.
    """
    sealed = _identities_reseal()
    for agency in agency_list():
        with agency_context(agency):
            named = cases.identities_unsealed()
        references = [reference for reference in named if _is_unsealed(reference, agency)]
        if len(references) < len(named):
            left = len(named) - len(references)
            logger.error("%s parties of %s were left unsealed", left, agency.schema_name)
        for reference in references:
            with transaction.atomic():
                with agency_context(agency):
                    party = services.identity_take_out(reference=reference)
                    addresses_forget(reference=reference)
                row = sealed_party_row(reference=reference, party=party)
                row.schema_name = agency.schema_name
                # What another agency has laid there is no seal of this case, and kept it open.
                SealedParty.objects.filter(reference=reference).delete()
                row.save(force_insert=True)
        sealed += len(references)
    return sealed


def seals_of_other_keys() -> int:
    """How many seals are not under the key of today."""
    return _of_other_keys().count()


def _identities_reseal() -> int:
    """Seal under the key of today what a former key had sealed; returns how many.

    An agency may add seals: what does not open, or is about another agency's case, is named in the
    log and left as it is.
    """
    rows = _of_other_keys().order_by("reference").values_list("reference", "schema_name")
    sealed = 0
    for reference, schema_name in list(rows):
        try:
            identity = identity_of(reference=reference)
        except (NothingSealed, SealBroken) as error:
            logger.error("a seal of %s was left: %s", schema_name, type(error).__name__)
        else:
            identity_reseal(reference=reference, identity=identity)
            sealed += 1
    return sealed


def _of_other_keys() -> QuerySet[SealedParty]:
    return SealedParty.objects.exclude(key_id=current_key_id())


def _is_unsealed(reference: str, agency: Agency) -> bool:
    own = Route.objects.filter(reference=reference, agency=agency)
    seals = SealedParty.objects.filter(reference=reference, schema_name=agency.schema_name)
    return own.exists() and not seals.exists()


@transaction.atomic
def email_change_begin(*, token: str, email: str) -> None:
    """Write to both addresses; when both have answered, the new one takes the other's place.

    Where there was none only the new one is asked: without an address nothing but the receipt code
    has opened the request. Raises ``TokenNotFound``, ``ProofRequired``, ``NoEmailToChange``,
    ``SameEmail``, ``DisposableEmail``.
    """
    route = route_of_proof(token)
    case = _case(route)
    is_gone = not _is_first(route) and not address_of(route)
    if case.privacy == Privacy.ANONYMOUS or is_gone:
        raise NoEmailToChange(route.reference)
    digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email))
    if route.email_digest is not None and digest == bytes(route.email_digest):
        raise SameEmail(field="email")
    if is_disposable(email):
        raise DisposableEmail(field="email")
    sealed = seal(email.strip(), about=email_place(route.reference))
    email_change_keep(route=route, sealed=sealed, is_first=_is_first(route))
    for letter in (FIRST_EMAIL,) if _is_first(route) else (OLD_EMAIL, NEW_EMAIL):
        letter_queue(
            letter=letter,
            language=case.language,
            reference=route.reference,
            life=LINK_LIVES[LinkPurpose.NEW_EMAIL],
        )


def has_email(*, token: str) -> bool:
    """Whether letters about one's own case go anywhere. Raises ``TokenNotFound``."""
    return not _is_first(route_of_token(token))


def email_change_of(*, token: str) -> EmailProof | None:
    """The change of address that waits in one's own case.

    Raises ``TokenNotFound`` or ``ProofRequired``.
    """
    route = route_of_proof(token)
    change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
    return _proof(route, change) if change else None


@transaction.atomic
def email_change_cancel(*, token: str) -> None:
    """Take one's own change of address back. Raises ``TokenNotFound`` or ``ProofRequired``."""
    email_change_forget(route=route_of_proof(token))


def email_look(*, key: str) -> EmailProof:
    """What the link of a letter would prove. Raises ``LinkNotFound``."""
    link = link_find(token=key, purposes=PROOFS)
    return _proof(link.route, _change(link.route), purpose=link.purpose)


@transaction.atomic
def email_prove(*, key: str) -> EmailProof:
    """Use a link to prove an address; the second of the two changes it.

    Raises ``LinkNotFound``.
    """
    link = link_use(token=key, purposes=PROOFS)
    # Locked: of two proofs at the same time the second must see the first.
    change = _change(link.route, is_locked=True)
    if link.purpose == LinkPurpose.OLD_EMAIL:
        change.is_old_proved = True
    else:
        change.is_new_proved = True
    change.save(update_fields=["is_old_proved", "is_new_proved"])
    proof = _proof(link.route, change, purpose=link.purpose)
    if proof.is_changed:
        _email_change(link.route, new_address(change), proof.case.language)
    return proof


@transaction.atomic
def email_refuse(*, key: str) -> None:
    """Use a link to take the change back: whoever reads that mailbox does not want it.

    Raises ``LinkNotFound``.
    """
    email_change_forget(route=link_use(token=key, purposes=PROOFS).route)


def _email_change(route: Route, email: str, language: str) -> None:
    reference, former = route.reference, address_of(route)
    with suppress(NothingSealed):
        identity = replace(identity_of(reference=reference), email=email)
        identity_reseal(reference=reference, identity=identity)
    with agency_context(route.agency):
        services.email_changed(reference=reference, email=email, actor=CITIZEN)
        # What the former address refused goes to this one.
        for letter in mail_resend(reference=reference):
            deliver_mail.enqueue(mail_id=str(letter))
    email_set(route=route, email=email)
    if former:
        letter_queue(
            letter=EMAIL_CHANGED,
            language=language,
            reference=reference,
            sealed=seal_text(former, about=letter_place(reference)),
        )


def _change(route: Route, *, is_locked: bool = False) -> EmailChange:
    rows = EmailChange.objects.filter(route=route, expires_at__gt=clock.now())
    found = (rows.select_for_update() if is_locked else rows).first()
    if found is None:
        raise LinkNotFound
    return found


def _proof(route: Route, change: EmailChange, *, purpose: str = "") -> EmailProof:
    return EmailProof(
        case=_case(route),
        agency=agency_info(route.agency),
        is_old_proved=change.is_old_proved,
        is_new_proved=change.is_new_proved,
        expires_at=change.expires_at,
        is_of_old=purpose == LinkPurpose.OLD_EMAIL,
        is_first=_is_first(route),
    )


def _is_first(route: Route) -> bool:
    return route.email_digest is None


def _case(route: Route) -> PublicCase:
    with agency_context(route.agency):
        return cases.public_case(reference=route.reference)

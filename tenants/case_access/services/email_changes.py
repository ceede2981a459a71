"""Changes of a request's e-mail address, which wait for the proof of the addresses."""

from contextlib import suppress
from dataclasses import replace

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.contacts import is_disposable
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import agency_info
from tenants.case_access.enums import EmailState, KeyKind
from tenants.case_access.errors import (
    DisposableEmail,
    EncryptedIdentityNotFound,
    LinkNotFound,
    NoEmailToChange,
    SameEmail,
)
from tenants.case_access.services.email_proofs import (
    CHANGE_PURPOSES,
    email_change_forget,
    held_mail_release,
)
from tenants.case_access.services.mail_recipients import (
    EMAIL_CHANGED,
    FIRST_EMAIL,
    NEW_EMAIL,
    OLD_EMAIL,
    address_of,
    email_context,
    is_address_of,
    mail_context,
    national_mail_queue,
    new_address,
)
from tenants.case_access.services.party_encryption import (
    identity_encrypt_again,
    identity_of,
)
from tenants.case_access.services.printed_codes import printed_code_used
from tenants.case_access.services.receipt_codes import lookup_digest
from tenants.case_access.services.routes import case_of, email_state, normal_email, route_held
from tenants.case_access.services.text_encryption import Ciphertext, encrypt_text, text_encrypt
from tenants.case_access.services.tokens import (
    LINK_LIVES,
    link_find,
    link_use,
    proof_find,
    route_of_proof,
    rows_delete,
)
from tenants.case_access.types import EmailProof
from tenants.isolation.schema_switch import agency_context
from tenants.models import (
    EmailChange,
    LinkToken,
    OwnedRoute,
    Route,
    SamePersonClaim,
    TrackingToken,
)
from tenants.models.enums import LinkPurpose, PrintedCode, PrintedCodeUse


def email_change_keep(*, route: Route, encrypted: Ciphertext, is_first: bool) -> None:
    """Store a request's new address until it is proved; delete an earlier change and its links.

    ``is_first``: the request has no proved address whose mailbox would have to agree.
    """
    email_change_forget(route=route)
    EmailChange.objects.create(
        route=route,
        key_id=encrypted.key_id,
        sealed=encrypted.content,
        is_old_proved=is_first,
        expires_at=clock.now() + LINK_LIVES[LinkPurpose.NEW_EMAIL],
    )


def email_set(*, route: Route, email: str) -> None:
    """Store a request's new, proved address; delete all tokens and links of the request.

    Accounts with the case by the former address lose the case, because a stranger who reads the
    former mailbox may be the reason for the change.
    """
    Route.objects.filter(pk=route.pk).update(
        email_digest=lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email)),
        is_email_proved=True,
        email_proved_at=clock.now(),
        printed_code=Case(
            # Whoever has the printed code may also have given this new mailbox.
            When(printed_code=PrintedCode.WAITS, then=Value(PrintedCode.ADDED)),
            default=F("printed_code"),
        ),
    )
    # Delete the questions "are both requests yours": a reader of the former address may have
    # answered them.
    rows_delete(SamePersonClaim.objects.filter(Q(first=route) | Q(second=route)))
    EmailChange.objects.filter(route=route).delete()
    rows_delete(LinkToken.objects.filter(route=route))
    rows_delete(TrackingToken.objects.filter(route=route))
    rows_delete(OwnedRoute.objects.filter(route=route, is_by_email=True))


@transaction.atomic
def email_change_begin(*, token: str, email: str) -> None:
    """Ask the old and the new mailbox to agree to a change of a request's e-mail address.

    If the old address is missing or not proved, only the new mailbox is asked, because the old
    address may be a stranger's, typed by mistake. Raises ``TokenNotFound``, ``ProofRequired``,
    ``NoEmailToChange``, ``SameEmail``, ``DisposableEmail``.
    """
    found = proof_find(token)
    route = found.route
    case = case_of(route)
    is_gone = email_state(route) != EmailState.NONE and not address_of(route)
    if case.privacy == Privacy.ANONYMOUS or is_gone:
        raise NoEmailToChange(route.reference)
    if is_address_of(route, email):
        raise SameEmail(field="email")
    if is_disposable(email):
        raise DisposableEmail(field="email")
    email_change_keep(
        route=route,
        encrypted=text_encrypt(email.strip(), about=email_context(route.reference)),
        is_first=_is_first(route),
    )
    for letter in (FIRST_EMAIL,) if _is_first(route) else (OLD_EMAIL, NEW_EMAIL):
        national_mail_queue(
            letter=letter,
            language=case.language,
            reference=route.reference,
            life=LINK_LIVES[LinkPurpose.NEW_EMAIL],
        )
    printed_code_used(found, PrintedCodeUse.EMAIL)


def email_change_of(*, token: str) -> EmailProof | None:
    """Return the change of e-mail address that waits for proof in a token's case, or ``None``.

    Raises ``TokenNotFound`` or ``ProofRequired``.
    """
    route = route_of_proof(token)
    change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
    return _proof(route, change) if change else None


@transaction.atomic
def email_change_cancel(*, token: str) -> None:
    """Cancel a case's change of e-mail address. Raises ``TokenNotFound``, ``ProofRequired``."""
    email_change_forget(route=route_of_proof(token))


def email_change_preview(*, key: str) -> EmailProof:
    """Return the change of e-mail address that a link is about; the link stays usable.

    Raises ``LinkNotFound``.
    """
    link = link_find(token=key, purposes=CHANGE_PURPOSES)
    return _proof(link.route, _change(link.route), purpose=link.purpose)


@transaction.atomic
def email_prove(*, key: str) -> EmailProof:
    """Use a link to prove one address of a change; the last missing proof makes the change.

    Raises ``LinkNotFound``.
    """
    link = link_use(token=key, purposes=CHANGE_PURPOSES)
    # The row is locked so that, of two simultaneous proofs, the second one sees the first.
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
    """Use up a link to cancel the change of e-mail address about which the link asks.

    Raises ``LinkNotFound``.
    """
    email_change_forget(route=link_use(token=key, purposes=CHANGE_PURPOSES).route)


def _email_change(route: Route, email: str, language: str) -> None:
    # Lock the route before the case: a merge locks the route FOR SHARE and then waits for the case,
    # so the opposite order would be a deadlock.
    Route.objects.select_for_update(no_key=True).get(pk=route.pk)
    route = route_held(route)
    reference, former = route.reference, address_of(route)
    with suppress(EncryptedIdentityNotFound):
        identity_encrypt_again(
            reference=reference, identity=replace(identity_of(reference=reference), email=email)
        )
    with agency_context(route.agency):
        services.merges_end(reference=reference, actor=SYSTEM)
        services.email_changed(reference=reference, email=email, actor=CITIZEN)
    email_set(route=route, email=email)
    with agency_context(route.agency):
        held_mail_release(reference=reference)
    # No e-mail is sent to an unproved former address, which may be a stranger's.
    if former and route.is_email_proved:
        national_mail_queue(
            letter=EMAIL_CHANGED,
            language=language,
            reference=reference,
            encrypted=encrypt_text(former, about=mail_context(reference)),
        )


def _change(route: Route, *, is_locked: bool = False) -> EmailChange:
    rows = EmailChange.objects.filter(route=route, expires_at__gt=clock.now())
    return first_or_refuse(rows.select_for_update() if is_locked else rows, LinkNotFound())


def _proof(route: Route, change: EmailChange, *, purpose: str = "") -> EmailProof:
    return EmailProof(
        case=case_of(route),
        agency=agency_info(route.agency),
        is_old_proved=change.is_old_proved,
        is_new_proved=change.is_new_proved,
        expires_at=change.expires_at,
        is_of_old=purpose == LinkPurpose.OLD_EMAIL,
        is_first=_is_first(route),
    )


def _is_first(route: Route) -> bool:
    return email_state(route) != EmailState.PROVED

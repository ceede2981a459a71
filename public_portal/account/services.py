"""Services of the citizen's account: create, change, sign out, erase, and send e-mails."""

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.db.models import QuerySet

from public_portal.account.enums import Purpose
from public_portal.account.errors import PasskeyNotFound, TooManyPasskeys
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import user_by_email
from shared.accounts.services.users import (
    citizen_email_change,
    citizen_erase,
    citizen_sessions_end,
    user_create,
)
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.errors import TryLater
from shared.limits.services.attempt_counter import limits_give_back, limits_require
from shared.limits.services.lookups import lookup_failed
from shared.limits.types import HOUR, MINUTE, Limit
from shared.mail.services import mail_forget
from shared.mail.tasks import mail_queue
from shared.rows.selectors import first_or_refuse
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.services.case_owners import owner_forget, owner_tokens_void
from tenants.case_access.services.citizen_sessions import citizen_session_end, sessions_end_all
from tenants.case_access.services.owned_cases import case_adopt, case_restore

MAX_PASSKEYS = 10
LETTERS = ("account_code", "account_elsewhere", "account_notice")
LETTERS_LIFE = timedelta(days=1)
CODE_LIFE = timedelta(minutes=10)


def citizen_actor(user: User) -> Actor:
    """Return the actor for a citizen with an account; the actor has the user's id and no name."""
    return Actor(kind=ActorKind.CITIZEN, label="citizen", user_id=user.pk)


@transaction.atomic
def code_mail(*, email: str, code: str, purpose: Purpose, language: str) -> None:
    """Queue the e-mail with a code.

    If the address belongs to staff or to a closed account, a notice without a code is sent, unless
    ``purpose`` is to prove an identity: staff need more than a mailbox to sign in.
    """
    known = user_by_email(email=email)
    is_elsewhere = known is not None and (known.role != Role.CITIZEN or not known.is_active)
    if is_elsewhere and purpose != Purpose.PROVE:
        mail_queue(to=email, letter="account_elsewhere", language=language, context={})
    else:
        mail_queue(
            to=email,
            letter="account_code",
            language=language,
            context={"code": code},
            life=CODE_LIFE,
        )


@transaction.atomic
def account_make(*, email: str, name: str, language: str, actor: Actor) -> User:
    """Create an account for a proved e-mail address. Raises ``EmailTaken``."""
    return user_create(
        email=email, name=name, role=Role.CITIZEN, password=None, actor=actor, language=language
    )


@transaction.atomic
def account_email_change(*, user: User, email: str) -> User:
    """Set a proved e-mail address, and notify the former address. Raises ``EmailTaken``."""
    former = User.objects.values_list("email", flat=True).get(pk=user.pk)
    citizen_email_change(user=user, email=email, actor=citizen_actor(user))
    mail_queue(
        to=former, letter="account_notice", language=user.language, context={"what": "email"}
    )
    return user


@transaction.atomic
def account_sign_out_everywhere(*, user: User, keeping: UUID | None) -> User:
    """End the sessions of an account but ``keeping``, and revoke its requests' tracking tokens.

    The caller must renew the hash of the session ``keeping``, or that session ends too.
    """
    sessions_end_all(user_id=user.pk, keeping=keeping)
    owner_tokens_void(user_id=user.pk)
    return citizen_sessions_end(user=user, actor=citizen_actor(user))


@transaction.atomic
def account_session_end(*, user: User, session_id: UUID) -> bool:
    """End a session of an account; return ``False`` if the session was not open any more."""
    is_ended = citizen_session_end(user_id=user.pk, session_id=session_id)
    if is_ended:
        audit_record(
            actor=citizen_actor(user), action="citizen.session_ended", subject=f"user {user.pk}"
        )
    return is_ended


@transaction.atomic
def account_erase(*, user: User) -> None:
    """Erase an account and its links to requests; the requests stay with their agencies."""
    owner_forget(user_id=user.pk)
    citizen_erase(user=user, actor=citizen_actor(user))


def complaint_adopt(*, user: User, reference: str, code: str, place: str) -> None:
    """Add an earlier request to an account, by its receipt code or the account's address.

    Refused tries also count for the limits of the tracking sign-in. The function is not atomic,
    because a rollback would undo the count. Raises ``CaseNotFound`` for a wrong reference, code or
    address, ``AnonymousStaysApart``, ``TooManyAttempts`` or ``TryLater``.
    """
    limits = [
        Limit(name="tracking.reference", subject=reference, allowed=10, window=HOUR),
        Limit(name="tracking.address", subject=place, allowed=20, window=MINUTE),
        Limit(name="account.adopt", subject=str(user.pk), allowed=10, window=HOUR),
    ]
    limits_require(limits)
    try:
        case_adopt(
            user_id=user.pk,
            reference=reference,
            kind=KeyKind.RECEIPT if code else KeyKind.EMAIL,
            value=code or user.email,
        )
    except CaseNotFound:
        lookup_failed()
        raise
    except TryLater:
        # The agency's server does not answer, so the try is not counted.
        limits_give_back(limits)
        raise
    limits_give_back(limits)


@transaction.atomic
def complaint_restore(
    *, user: User, reference: str, is_by_email: bool, is_by_printed_code: bool
) -> None:
    """Add a removed request to an account again, by the same proof as before.

    Raises ``CaseNotFound`` if the proof was the e-mail address and the request has another address
    now.
    """
    if is_by_email:
        case_adopt(user_id=user.pk, reference=reference, kind=KeyKind.EMAIL, value=user.email)
    else:
        case_restore(user_id=user.pk, reference=reference, is_by_printed_code=is_by_printed_code)


@transaction.atomic
def passkey_add(*, user: User, name: str, credential: dict[str, object]) -> None:
    """Store a new passkey, and notify its owner by e-mail. Raises ``TooManyPasskeys``."""
    # Without the lock, two requests at once could exceed the limit together.
    User.objects.select_for_update().get(pk=user.pk)
    if _passkeys(user).count() >= MAX_PASSKEYS:
        raise TooManyPasskeys
    WebAuthn.add(user, name, credential)
    audit_record(
        actor=citizen_actor(user), action="citizen.passkey_added", subject=f"user {user.pk}"
    )
    mail_queue(
        to=user.email, letter="account_notice", language=user.language, context={"what": "passkey"}
    )


@transaction.atomic
def passkey_rename(*, user: User, passkey_id: int, name: str) -> None:
    """Rename a passkey. Raises ``PasskeyNotFound``."""
    passkey = first_or_refuse(
        _passkeys(user).select_for_update().filter(pk=passkey_id), PasskeyNotFound(str(passkey_id))
    )
    passkey.wrap().name = name
    passkey.save(update_fields=["data"])


@transaction.atomic
def passkey_remove(*, user: User, passkey_id: int) -> None:
    """Delete a passkey. Raises ``PasskeyNotFound``."""
    if not _passkeys(user).filter(pk=passkey_id).delete()[0]:
        raise PasskeyNotFound(str(passkey_id))
    audit_record(
        actor=citizen_actor(user), action="citizen.passkey_removed", subject=f"user {user.pk}"
    )


def account_mail_prune() -> int:
    """Delete the e-mails with codes and notices that were sent more than a day ago."""
    return mail_forget(letters=LETTERS, before=clock.now() - LETTERS_LIFE)


def _passkeys(user: User) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.all()
    return rows.filter(user=user, type=Authenticator.Type.WEBAUTHN)

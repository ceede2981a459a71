"""Services that create, change and end accounts and their sessions."""

from collections.abc import Collection
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from shared.accounts.enums import STAFF_ROLES, Role
from shared.accounts.errors import EmailTaken, LastAdministrator
from shared.accounts.models import StaffSession, User
from shared.accounts.selectors import staff_sessions_living, user_by_email
from shared.accounts.services.sign_in_attempts import is_first_refusal, tries_prune
from shared.audit.services import audit_record
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.kernel.devices import Device
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import rows_insert, written_or_refuse


@transaction.atomic
def user_create(
    *, email: str, name: str, role: Role, password: str | None, actor: Actor, language: str = "ar"
) -> User:
    """Create an account in this schema; its e-mail address counts as proved.

    Raises ``EmailTaken``.
    """
    with written_or_refuse(EmailTaken(email)):
        user = User.objects.create_user(email=email, password=password, name=name, role=role)
    user.language = language
    user.save(update_fields=["language"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit_record(actor=actor, action="user.created", subject=f"user {user.pk}")
    return user


@transaction.atomic
def user_change(*, user: User, role: Role, is_active: bool, actor: Actor) -> User:
    """Change the role and ``is_active`` of an account, from the user's next request on.

    A deactivated account loses its open cases. Raises ``LastAdministrator`` if the agency would
    have no administrator.
    """
    others = administrators_lock() - {user.pk}
    loses_one = user.role == Role.ADMINISTRATOR and user.is_active
    if loses_one and not others and (role != Role.ADMINISTRATOR or not is_active):
        raise LastAdministrator
    user.role, user.is_active = role, is_active
    user.save(update_fields=["role", "is_active"])
    if not is_active:
        _sessions_drop(StaffSession.objects.filter(user=user))
        _cases_leave([user.pk], actor)
    audit_record(actor=actor, action="user.changed", subject=f"user {user.pk}")
    return user


def administrators_lock() -> frozenset[int]:
    """Lock the rows of active administrators until the transaction ends; return their ids.

    Call this function before rows of other staff or of cases are locked.
    """
    # With ``no_key``, inserts of cases and assignments that refer to these rows do not wait.
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    return frozenset(row.pk for row in rows.filter(role=Role.ADMINISTRATOR, is_active=True))


def _cases_leave(numbers: Collection[int], actor: Actor) -> None:
    """Unassign the open cases of deactivated staff; accounts that are not staff have no cases."""
    staff = User.objects.filter(pk__in=numbers, role__in=STAFF_ROLES)
    if (path := seams().accounts_closed) and (closed := sorted(staff.values_list("pk", flat=True))):
        imported(path)(user_ids=closed, actor=actor)


@transaction.atomic
def users_deactivate(
    *, actor: Actor, keeping: Collection[Role] = (), only: Collection[int] | None = None
) -> list[int]:
    """Deactivate staff from their next request on, except roles in ``keeping``; return their ids.

    ``only`` limits the accounts to the given ids. Open cases go to the units. Unlike
    ``user_change``, this function may leave an agency without an administrator, because acting
    staff answer in the agency's place meanwhile.
    """
    rows = (
        User.objects.select_for_update(no_key=True)
        .filter(role__in=STAFF_ROLES, is_active=True)
        .exclude(role__in=keeping)
    )
    if only is not None:
        rows = rows.filter(pk__in=only)
    numbers = [user.pk for user in rows.order_by("pk")]
    User.objects.filter(pk__in=numbers).update(is_active=False)
    _sessions_drop(StaffSession.objects.filter(user__in=numbers))
    for number in numbers:
        audit_record(actor=actor, action="user.door_closed", subject=f"user {number}")
    _cases_leave(numbers, actor)
    return numbers


@transaction.atomic
def users_reactivate(*, user_ids: Collection[int], actor: Actor) -> None:
    """Reactivate accounts, so that their users can sign in again."""
    User.objects.filter(pk__in=user_ids).update(is_active=True)
    for number in user_ids:
        audit_record(actor=actor, action="user.door_opened", subject=f"user {number}")


def sign_in_failed(*, email: str) -> None:
    """Record a wrong password in the audit log.

    An unknown address also adds a row, without the address, so that the time of the response does
    not show whether an account exists.
    """
    audit_record(actor=SYSTEM, action="user.sign_in_failed", subject=_subject_of(email))


def sign_in_refused(*, email: str) -> None:
    """Record in the audit log that a sign-in was refused over a limit.

    At most one refusal an hour is recorded for an account, and one for all unknown addresses
    together, because the log is permanent and a refused client may try a thousand times.
    """
    subject = _subject_of(email)
    if is_first_refusal(subject=subject):
        tries_prune()
        audit_record(actor=SYSTEM, action="user.sign_in_refused", subject=subject)


def _subject_of(email: str) -> str:
    user = user_by_email(email=email)
    return f"user {user.pk if user else 'unknown'}"


def code_failed(*, user: User) -> None:
    """Record in the audit log a wrong code of the second step after a right password."""
    audit_record(actor=SYSTEM, action="user.code_failed", subject=f"user {user.pk}")


@transaction.atomic
def staff_notify(*, user: User, what: str, email: str) -> None:
    """Record a change of a user's way to sign in, and queue an e-mail about the change.

    ``what`` is ``email_changed``, ``password_changed``, ``second_step_on``, ``second_step_off``,
    ``recovery_codes_made`` or ``sign_in_changed``. The e-mail never names the new address.
    """
    staff_act_record(user=user, what=what)
    _notice_queue(user, what, email)


@transaction.atomic
def second_step_reset(*, user: User, actor: Actor) -> None:
    """Remove the app and recovery codes of a user who has lost them, and notify the user.

    The password is removed too, which ends every session, because otherwise the password alone
    would be enough to set up a new app.
    """
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit_record(actor=actor, action="user.second_step_reset", subject=f"user {user.pk}")
    _notice_queue(user, "second_step_off", user.email)


def _notice_queue(user: User, what: str, email: str) -> None:
    mail = mail_row(
        to=email,
        letter="staff_notice",
        language=user.language,
        reference="",
        context={"what": what},
    )
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))


def staff_act_record(*, user: User, what: str) -> None:
    """Record in the audit log an action of staff on their own account, or an event of a session.

    ``what`` is ``signed_in``, ``signed_out``, ``session_idle``, ``sessions_ended`` or a change of
    ``staff_notify``.
    """
    kind = ActorKind.OFFICER if user.role in STAFF_ROLES else ActorKind.OVERSIGHT
    actor = Actor(kind=kind, label=user.name, user_id=user.pk)
    audit_record(actor=actor, action=f"user.{what}", subject=f"user {user.pk}")


def staff_session_record(*, user: User, session_key: str, device: Device) -> None:
    """Insert the row of a staff session, or update its last activity, in one statement."""
    now = clock.now()
    seen = {"user": user, "browser": device.browser, "system": device.system, "seen_at": now}
    StaffSession.objects.bulk_create(
        [StaffSession(id=uuid7(), session_key=session_key, began_at=now, **seen)],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=seen,
    )


@transaction.atomic
def staff_session_end(*, user: User, session_id: UUID) -> bool:
    """End one session of ``user``; return ``False`` if the user has no session with that id."""
    return _sessions_end(user, StaffSession.objects.filter(user=user, pk=session_id)) > 0


@transaction.atomic
def staff_sessions_end(*, user: User, session_key: str) -> int:
    """End all sessions of ``user`` except ``session_key``; return the count of ended sessions."""
    return _sessions_end(
        user, StaffSession.objects.filter(user=user).exclude(session_key=session_key)
    )


@transaction.atomic
def staff_sessions_prune(*, user: User) -> None:
    """Delete the rows of a user's sessions that have ended."""
    StaffSession.objects.filter(user=user).exclude(
        pk__in=staff_sessions_living(user_id=user.pk).values("pk")
    ).delete()


def staff_session_move(*, former_key: str, session_key: str) -> None:
    """Store the new key of a session whose key has changed."""
    StaffSession.objects.filter(session_key=former_key).update(session_key=session_key)


def _sessions_end(user: User, rows: QuerySet[StaffSession]) -> int:
    if ended := _sessions_drop(rows):
        staff_act_record(user=user, what="sessions_ended")
    return ended


def _sessions_drop(rows: QuerySet[StaffSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    # Otherwise the Django session would be valid again once the user may sign in again.
    Session.objects.filter(session_key__in=keys).delete()
    StaffSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def citizen_change(*, user: User, name: str, language: str) -> User:
    """Change a citizen's name, and the language of our e-mails to the citizen."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def citizen_email_change(*, user: User, email: str, actor: Actor) -> User:
    """Change the sign-in address of a citizen; the caller has proved the new address.

    Raises ``EmailTaken``.
    """
    user.email = email
    with written_or_refuse(EmailTaken(email)):
        user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    audit_record(actor=actor, action="citizen.email_changed", subject=f"user {user.pk}")
    return user


@transaction.atomic
def citizen_sessions_end(*, user: User, actor: Actor) -> User:
    """End all sessions of a citizen.

    A session contains a digest of the password column, and ends when the column changes. The column
    gets a random value, because a citizen has no password.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit_record(actor=actor, action="citizen.sessions_ended", subject=f"user {user.pk}")
    return user


@transaction.atomic
def citizen_erase(*, user: User, actor: Actor) -> None:
    """Erase a citizen's account with its e-mail address and passkeys."""
    number = user.pk
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    # ``delete()`` would query every table that refers to users, and the tables of cases are not in
    # the public schema.
    rows = User.objects.filter(pk=number)
    rows._raw_delete(rows.db)
    audit_record(actor=actor, action="citizen.erased", subject=f"user {number}")

"""Invitations and rules for an agency's staff, and e-mails to the agency's administrators."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken
from shared.accounts.models import User
from shared.accounts.selectors import has_administrator, officers, user_by_email
from shared.accounts.services.users import user_create
from shared.kernel.actors import Actor, ActorKind
from tenants.agencies.selectors import address_book_clear, console_url
from tenants.agencies.services import hosts_context, reason_context, workspace_mail_queue
from tenants.approvals.services import approval_ask, approval_confirm
from tenants.case_access.services.text_encryption import encrypt_text
from tenants.fleet.errors import AdministratorExists, AlreadyTakenOver
from tenants.fleet.services.lifecycle.agency_row import (
    agency_locked,
    reason_of,
    record_in_both_logs,
)
from tenants.fleet.types import Administrator
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency
from tenants.models.enums import AgencyState, ApprovalKind

LIVING = (AgencyState.ACTIVE, AgencyState.SUSPENDED, AgencyState.ARCHIVED)


@transaction.atomic
def invite_ask(*, agency_code: str, person: Administrator, reason: str, actor: Actor) -> None:
    """Ask for a second person's approval of an administrator's account in an agency.

    Raises the errors of ``administrator_invite``, and ``ApprovalAskedAlready``.
    """
    agency = agency_locked(code=agency_code, states=LIVING)
    if agency.taken_over_at is not None:
        raise AlreadyTakenOver(agency_code)
    with agency_context(agency):
        if user_by_email(email=person.email) is None and has_administrator():
            raise AdministratorExists(agency_code)
    approval_ask(
        kind=ApprovalKind.INVITE,
        subject=agency_code,
        arguments={"people": [asdict(person)]},
        reason=reason_of(reason),
        actor=actor,
    )


@transaction.atomic
def invite_confirm(*, agency_code: str, approval_id: UUID | None, actor: Actor) -> None:
    """Approve an administrator's account that another person asked for, and send the invitation.

    Raises the errors of ``approval_confirm`` and ``administrator_invite``.
    """
    approval_confirm(
        kind=ApprovalKind.INVITE,
        subject=agency_code,
        approval_id=approval_id,
        actor=actor,
        do=lambda found: administrator_invite(
            agency_code=agency_code,
            person=Administrator(**found.arguments["people"][0]),
            actor=actor,
        ),
    )


@transaction.atomic
def administrator_invite(
    *, agency_code: str, person: Administrator, actor: Actor, reason: str = ""
) -> User:
    """Create an administrator's account, if it is new, and send the invitation by e-mail.

    The account needs no free seat. Raises ``AgencyNotFound``, ``AgencyStateConflict``,
    ``AlreadyTakenOver``, ``EmailTaken`` for a deactivated account or an account of another role,
    and ``AdministratorExists`` if a person of national oversight invites while the agency has an
    active administrator.
    """
    agency = agency_locked(code=agency_code, states=LIVING)
    if agency.taken_over_at is not None:
        # During acting administration, a new administrator could create accounts of other officers.
        raise AlreadyTakenOver(agency_code)
    with agency_context(agency):
        if (user := user_by_email(email=person.email)) is None:
            if actor.kind is ActorKind.OVERSIGHT and has_administrator():
                raise AdministratorExists(agency_code)
            # Administrators are notified before the account is created, so that the new
            # administrator does not get this e-mail.
            administrators_notify(agency=agency, what="administrator_invited", reason=reason)
            user = user_create(
                email=person.email,
                name=person.name,
                role=Role.ADMINISTRATOR,
                password=None,
                language=person.language,
                actor=actor,
            )
        elif user.role != Role.ADMINISTRATOR or not user.is_active:
            raise EmailTaken(person.email)
        workspace_mail_queue(
            agency=agency, email=user.email, language=person.language, letter="colleague"
        )
    record_in_both_logs(agency=agency, action="agency.administrator_invited", actor=actor)
    return user


@transaction.atomic
def staff_invite(*, agency_code: str, actor: Actor) -> int:
    """Send an invitation to each active account without a password, for example after a restore.

    Returns the count of invitations. Raises ``AgencyNotFound``, ``AgencyStateConflict``.
    """
    agency = agency_locked(code=agency_code, states=LIVING)
    with agency_context(agency):
        people = [one for one in officers() if not one.has_usable_password()]
        for user in people:
            workspace_mail_queue(
                agency=agency, email=user.email, language=user.language, letter="colleague"
            )
    record_in_both_logs(agency=agency, action="agency.staff_invited", actor=actor)
    return len(people)


def second_step_set(*, agency: Agency, is_needed: bool, actor: Actor) -> None:
    """Set whether staff of an agency must sign in with a second step after the password.

    Raises ``AgencyStateConflict``.
    """
    action = "agency.second_step_on" if is_needed else "agency.second_step_off"
    _demand_set(agency, "needs_second_step", is_needed, actor, action)


def approval_set(*, agency: Agency, is_needed: bool, actor: Actor) -> None:
    """Set whether decisions of an agency's agents need a supervisor's approval.

    Raises ``AgencyStateConflict``.
    """
    action = "agency.approval_on" if is_needed else "agency.approval_off"
    _demand_set(agency, "needs_approval", is_needed, actor, action)


@transaction.atomic
def _demand_set(agency: Agency, column: str, is_needed: bool, actor: Actor, action: str) -> None:
    with national_context():
        row = agency_locked(code=agency.code, states=LIVING)
        setattr(row, column, is_needed)
        row.save(update_fields=[column])
        record_in_both_logs(agency=row, action=action, actor=actor)
    transaction.on_commit(address_book_clear)


def administrators_notify(
    *, agency: Agency, what: str, reason: str, hosts: tuple[str, str] | None = None
) -> None:
    """Queue an e-mail to each administrator about a change of the workspace, with the reason.

    ``what`` is ``suspended``, ``archived``, ``taken_over``, ``exported``, ``destroy_asked``,
    ``administrator_invited``, or with ``hosts`` (the old and the new host) ``host_added``,
    ``host_primary`` or ``host_released``.
    """
    place = reason_context(schema_name=agency.schema_name, what=what)
    place_of_hosts = hosts_context(schema_name=agency.schema_name, what=what)
    confidential_hosts = (
        {"sealed_hosts": encrypt_text("\n".join(hosts), about=place_of_hosts)} if hosts else {}
    )
    with agency_context(agency):
        for user in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk"):
            workspace_mail_queue(
                agency=agency,
                email=user.email,
                language=user.language,
                letter="standing",
                context={
                    "what": what,
                    "reason": reason,
                    "sealed": encrypt_text(reason, about=place),
                    "leaving_url": f"{console_url(agency)}/leaving/",
                    "staff_url": f"{console_url(agency)}/staff/",
                    **confidential_hosts,
                },
            )

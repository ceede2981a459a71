"""Acting administration: people named by national oversight answer in an agency's place."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken
from shared.accounts.selectors import officers, user_by_email
from shared.accounts.services.users import (
    user_change,
    user_create,
    users_deactivate,
    users_reactivate,
)
from shared.complaints.services import cases_reassign
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import address_book_clear
from tenants.agencies.services import workspace_mail_queue
from tenants.approvals.services import approval_ask, approval_confirm
from tenants.fleet.errors import (
    ActingOfficerNeeded,
    AlreadyTakenOver,
    CasesNeedActingOfficers,
    DestroyAskedAlready,
    NotTakenOver,
)
from tenants.fleet.services.lifecycle.administrators import LIVING, administrators_notify
from tenants.fleet.services.lifecycle.agency_row import (
    agency_locked,
    open_case_count,
    reason_of,
    record_in_both_logs,
)
from tenants.fleet.services.lifecycle.destroy_orders import destroy_is_wanted
from tenants.fleet.types import ActingOfficer
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TakeOver
from tenants.models.enums import AgencyState, ApprovalKind


@transaction.atomic
def acting_administration_ask(
    *, agency_code: str, reason: str, acting_officers: Sequence[ActingOfficer], actor: Actor
) -> None:
    """Ask for a second person's approval of an agency's acting administration.

    Raises the errors of ``acting_administration_start``, and ``ApprovalAskedAlready``.
    """
    _require_free(agency_code, acting_officers)
    approval_ask(
        kind=ApprovalKind.TAKE_OVER,
        subject=agency_code,
        arguments={"people": [asdict(one) for one in acting_officers]},
        reason=reason_of(reason),
        actor=actor,
    )


@transaction.atomic
def acting_administration_confirm(
    *, agency_code: str, approval_id: UUID | None, actor: Actor
) -> None:
    """Approve and start the acting administration that another person asked for.

    Raises the errors of ``approval_confirm`` and ``acting_administration_start``.
    """

    approval_confirm(
        kind=ApprovalKind.TAKE_OVER,
        subject=agency_code,
        approval_id=approval_id,
        actor=actor,
        do=lambda found: acting_administration_start(
            agency_code=agency_code,
            reason=found.reason,
            acting_officers=[ActingOfficer(**one) for one in found.arguments["people"]],
            actor=actor,
            asked_by=found.asked_by,
        ),
    )


@transaction.atomic
def acting_administration_start(
    *,
    agency_code: str,
    reason: str,
    acting_officers: Sequence[ActingOfficer],
    actor: Actor,
    asked_by: str = "",
) -> TakeOver:
    """Start the acting administration of an agency.

    All accounts of the agency's staff except administrators are deactivated. Open cases get no
    officer and stay with their unit. ``asked_by`` is the name of the person who asked for the
    acting administration. Raises ``AgencyNotFound``, ``AgencyStateConflict``, ``AlreadyTakenOver``,
    ``ReasonNeeded``, ``ActingOfficerNeeded``, ``EmailTaken``, and ``DestroyAskedAlready`` while an
    order to destroy the agency waits for approval.
    """
    agency = _require_free(agency_code, acting_officers)
    former = {
        number
        for numbers in TakeOver.objects.filter(agency=agency).values_list("caretakers", flat=True)
        for number in numbers
    }
    with agency_context(agency):
        closed = users_deactivate(keeping=(Role.ADMINISTRATOR,), actor=actor)
        for administrator in officers():
            cases_reassign(officer=administrator, to=None, actor=actor)
        numbers = [_acting_officer_make(agency, one, former, actor) for one in acting_officers]
    record_in_both_logs(agency=agency, action="agency.taken_over", actor=actor)
    administrators_notify(agency=agency, what="taken_over", reason=reason_of(reason))
    made = TakeOver.objects.create(
        id=uuid7(),
        agency=agency,
        reason=reason_of(reason),
        user_id=actor.user_id or 0,
        label=" + ".join(name for name in (asked_by, actor.label) if name)[:120],
        started_at=clock.now(),
        closed_users=closed,
        caretakers=numbers,
    )
    agency.taken_over_at = made.started_at
    _save(agency)
    return made


@transaction.atomic
def acting_administration_end(*, agency_code: str, actor: Actor) -> TakeOver:
    """End an acting administration, and reactivate the accounts that its start deactivated.

    Raises ``AgencyNotFound``, ``AgencyStateConflict``, ``NotTakenOver``, and
    ``CasesNeedActingOfficers`` if the agency is archived and has open requests.
    """
    agency = agency_locked(code=agency_code, states=LIVING)
    taken = first_or_refuse(
        TakeOver.objects.select_for_update().filter(agency=agency, ended_at=None),
        NotTakenOver(agency_code),
    )
    if agency.state == AgencyState.ARCHIVED and open_case_count(agency):
        raise CasesNeedActingOfficers(agency_code)
    with agency_context(agency):
        users_deactivate(only=taken.caretakers, actor=actor)
        users_reactivate(user_ids=taken.closed_users, actor=actor)
    record_in_both_logs(agency=agency, action="agency.handed_back", actor=actor)
    taken.ended_at = clock.now()
    taken.save(update_fields=["ended_at"])
    agency.taken_over_at = None
    _save(agency)
    return taken


def _require_free(agency_code: str, acting_officers: Sequence[ActingOfficer]) -> Agency:
    agency = agency_locked(code=agency_code, states=LIVING)
    if agency.taken_over_at is not None:
        raise AlreadyTakenOver(agency_code)
    if destroy_is_wanted(agency_code=agency_code):
        # Acting officers could write replies into tables that will soon be dropped.
        raise DestroyAskedAlready(agency_code)
    if not acting_officers or len({one.email.lower() for one in acting_officers}) < len(
        acting_officers
    ):
        raise ActingOfficerNeeded(agency_code, field="caretakers")
    return agency


def _save(agency: Agency) -> None:
    agency.save(update_fields=["taken_over_at"])
    transaction.on_commit(address_book_clear)


def _acting_officer_make(
    agency: Agency, one: ActingOfficer, former: Collection[int], actor: Actor
) -> int:
    """Create or reactivate an acting officer's account, and return the account's id."""
    if (known := user_by_email(email=one.email)) is None:
        user = user_create(
            email=one.email,
            name=one.name,
            role=Role.SUPERVISOR,
            password=None,
            language=one.language,
            actor=actor,
        )
    elif known.pk in former:
        user = user_change(user=known, role=Role.SUPERVISOR, is_active=True, actor=actor)
    else:
        # A person of the agency already has this account, and the audit log could not show whether
        # the person acted for the agency or for national oversight.
        raise EmailTaken(one.email)
    workspace_mail_queue(agency=agency, email=one.email, language=one.language, letter="caretaker")
    return user.pk

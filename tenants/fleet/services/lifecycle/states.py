"""Changes of an agency's state and name: suspend, archive, reopen, rename."""

from uuid import UUID

from django.db import transaction

from shared.audit.services import audit_record
from shared.directory.selectors.organisations import handling_agency_codes
from shared.directory.services.agency_assignment import (
    organisations_give_back,
    organisations_pass_on,
)
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.text import Wording
from tenants.agencies.selectors import address_book_clear, agency_list
from tenants.approvals.services import approval_ask, approval_confirm
from tenants.billing.enums import Capability
from tenants.billing.permissions.entitlements import require
from tenants.fleet.errors import (
    CasesNeedActingOfficers,
    DestroyAskedAlready,
    NoSuccessor,
    SuccessorUnfit,
)
from tenants.fleet.services.lifecycle.administrators import LIVING, administrators_notify
from tenants.fleet.services.lifecycle.agency_row import (
    agency_locked,
    open_case_count,
    reason_of,
    record_in_both_logs,
)
from tenants.fleet.services.lifecycle.destroy_orders import destroy_is_wanted
from tenants.models import Agency
from tenants.models.enums import AgencyState, ApprovalKind

WORKING = (AgencyState.ACTIVE, AgencyState.SUSPENDED)


@transaction.atomic
def agency_suspend(*, agency_code: str, reason: str, actor: Actor) -> Agency:
    """Suspend an agency: its console is closed, and citizens can still file and follow requests.

    Raises ``AgencyNotFound``, ``AgencyStateConflict``, ``ReasonNeeded``.
    """
    return _closed(
        agency_locked(code=agency_code, states=(AgencyState.ACTIVE,)),
        AgencyState.SUSPENDED,
        reason_of(reason),
        actor,
    )


@transaction.atomic
def agency_reactivate(*, agency_code: str, actor: Actor) -> Agency:
    """Reactivate a suspended agency. Raises ``AgencyNotFound``, ``AgencyStateConflict``."""
    return _opened(
        agency_locked(code=agency_code, states=(AgencyState.SUSPENDED,)),
        "agency.reactivated",
        actor,
    )


@transaction.atomic
def archive_ask(*, agency_code: str, reason: str, successor_code: str, actor: Actor) -> None:
    """Ask for a second person's approval of archiving an agency.

    Raises ``AgencyNotFound``, ``AgencyStateConflict``, ``ReasonNeeded``, ``SuccessorUnfit``,
    ``CasesNeedActingOfficers``, ``ApprovalAskedAlready``.
    """
    agency = agency_locked(code=agency_code, states=WORKING)
    if successor_code:
        successor_require(successor_code=successor_code, agency_code=agency_code)
    _require_nobody_waits(agency)
    approval_ask(
        kind=ApprovalKind.ARCHIVE,
        subject=agency_code,
        arguments={"successor": successor_code},
        reason=reason_of(reason),
        actor=actor,
    )


@transaction.atomic
def archive_confirm(*, agency_code: str, approval_id: UUID | None, actor: Actor) -> None:
    """Approve the archiving that another person asked for, and archive the agency.

    Raises the errors of ``approval_confirm`` and ``agency_archive``.
    """

    approval_confirm(
        kind=ApprovalKind.ARCHIVE,
        subject=agency_code,
        approval_id=approval_id,
        actor=actor,
        do=lambda found: agency_archive(
            agency_code=agency_code,
            reason=found.reason,
            successor_code=found.arguments["successor"],
            actor=actor,
        ),
    )


@transaction.atomic
def agency_archive(
    *, agency_code: str, reason: str, actor: Actor, successor_code: str = ""
) -> Agency:
    """Archive an agency, and assign its bodies to the successor.

    Without a successor, the agency of the body above answers for each body. Raises
    ``AgencyNotFound``, ``AgencyStateConflict``, ``ReasonNeeded``, ``SuccessorUnfit``,
    ``NoSuccessor``, and ``CasesNeedActingOfficers`` if open cases have no acting officers.
    """
    agency = agency_locked(code=agency_code, states=WORKING)
    if successor_code:
        successor_require(successor_code=successor_code, agency_code=agency_code)
    passed = organisations_pass_on(
        agency_code=agency_code, successor_code=successor_code, actor=actor
    )
    _require_answerers(passed)
    _require_nobody_waits(agency)
    agency.successor_code, agency.passed_on = successor_code, passed
    return _closed(agency, AgencyState.ARCHIVED, reason_of(reason), actor)


@transaction.atomic
def agency_unarchive(*, agency_code: str, actor: Actor) -> Agency:
    """Reopen an archived agency with its former bodies that no other agency has now.

    Raises ``AgencyNotFound``, ``AgencyStateConflict``, and ``DestroyAskedAlready`` if the
    destruction of the agency has been requested.
    """
    agency = agency_locked(code=agency_code, states=(AgencyState.ARCHIVED,))
    if destroy_is_wanted(agency_code=agency_code):
        raise DestroyAskedAlready(agency_code)
    organisations_give_back(
        codes=agency.passed_on or [],
        agency_code=agency_code,
        holder_code=agency.successor_code,
        actor=actor,
    )
    agency.successor_code, agency.passed_on = "", None
    return _opened(agency, "agency.unarchived", actor)


@transaction.atomic
def agency_rename(*, agency_code: str, names: Wording, actor: Actor) -> Agency:
    """Set an agency's name in all three languages; the code and the host names do not change.

    Raises ``AgencyNotFound``, ``AgencyStateConflict``, ``LimitedUntilPaid``, ``WorkspaceClosed``.
    """
    agency = agency_locked(code=agency_code, states=LIVING)
    require(agency, Capability.RENAME, today=clock.today())
    agency.name_ar, agency.name_fr, agency.name_en = names.ar, names.fr, names.en
    agency.save(update_fields=["name_ar", "name_fr", "name_en"])
    audit_record(actor=actor, action="agency.renamed", subject=f"agency {agency_code}")
    transaction.on_commit(address_book_clear)
    return agency


def successor_require(*, successor_code: str, agency_code: str) -> None:
    """Require that the successor is another active agency, and lock the successor's row.

    Raises ``SuccessorUnfit``.
    """
    if (
        successor_code == agency_code
        or not agency_list()
        .filter(code=successor_code, state=AgencyState.ACTIVE)
        .select_for_update()
        .exists()
    ):
        raise SuccessorUnfit(successor_code, field="successor")


def _require_nobody_waits(agency: Agency) -> None:
    if agency.taken_over_at is None and open_case_count(agency):
        raise CasesNeedActingOfficers(agency.code)


def _require_answerers(codes: list[str]) -> None:
    """Require an active or suspended agency for each of the bodies. Raises ``NoSuccessor``."""
    handlers = handling_agency_codes(codes)
    able = set(
        agency_list()
        .filter(code__in=set(handlers.values()), state__in=WORKING)
        .values_list("code", flat=True)
    )
    if void := [code for code in codes if handlers.get(code) not in able]:
        raise NoSuccessor(", ".join(void[:5]))


def _closed(agency: Agency, state: AgencyState, reason: str, actor: Actor) -> Agency:
    record_in_both_logs(agency=agency, action=f"agency.{state}", actor=actor)
    administrators_notify(agency=agency, what=state.value, reason=reason)
    agency.state, agency.state_reason, agency.state_since = state, reason, clock.now()
    return _saved(agency)


def _opened(agency: Agency, action: str, actor: Actor) -> Agency:
    record_in_both_logs(agency=agency, action=action, actor=actor)
    agency.state, agency.state_reason, agency.state_since = AgencyState.ACTIVE, "", None
    return _saved(agency)


def _saved(agency: Agency) -> Agency:
    agency.save(
        update_fields=["state", "state_reason", "state_since", "successor_code", "passed_on"]
    )
    # The cache is cleared after the commit, because another request could otherwise cache the old
    # state again.
    transaction.on_commit(address_book_clear)
    return agency

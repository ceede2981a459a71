"""Selectors of acting administrations and of orders to destroy an agency."""

from shared.accounts.enums import Role
from shared.accounts.models import User
from tenants.fleet.errors import ExportMissing
from tenants.fleet.services.lifecycle.destroy_orders import WAIVER, destroy_waiting, export_require
from tenants.fleet.types import ActingAdministration, DestroyOrderApproved, DestroyOrderSummary
from tenants.isolation.errors import AgencyUnreachable, AgencyUpdating
from tenants.isolation.schema_switch import agency_context, connection, national_context
from tenants.models import Agency, DestroyOrder, TakeOver


def acting_administration_summary(*, agency: Agency) -> ActingAdministration | None:
    """Return an agency's acting administration that has not ended, or ``None``."""
    if (row := TakeOver.objects.filter(agency=agency, ended_at=None).first()) is None:
        return None
    return ActingAdministration(
        since=row.started_at,
        reason=row.reason,
        by=row.label,
        acting_officers=_names(agency, row.caretakers),
        closed=len(row.closed_users),
    )


def acting_administration_reason(*, agency: Agency) -> str:
    """Return the reason for an agency's acting administration, or an empty text.

    The reason is read in the public schema, because an agency's role cannot read the table.
    """
    if agency.taken_over_at is None:
        return ""
    with national_context():
        return (
            TakeOver.objects.filter(agency=agency, ended_at=None)
            .values_list("reason", flat=True)
            .first()
            or ""
        )


def roles_displaced() -> tuple[Role, ...]:
    """Return the roles that may not open cases of the active agency.

    During acting administration the agency's administrators may not open cases.
    """
    schema_name = connection.schema_name
    with national_context():
        is_taken_over = Agency.objects.filter(
            schema_name=schema_name, taken_over_at__isnull=False
        ).exists()
    return (Role.ADMINISTRATOR,) if is_taken_over else ()


def destroy_order_summary(*, agency_code: str, reader_id: int) -> DestroyOrderSummary | None:
    """Return an agency's order of destruction that waits for a second person, or ``None``."""
    if (row := destroy_waiting(agency_code=agency_code)) is None:
        return None
    reason, waiver = order_reasons(row)
    return DestroyOrderSummary(
        id=row.pk,
        by=row.asked_by,
        at=row.asked_at,
        until=row.expires_at,
        reason=reason,
        waiver=waiver,
        has_export=_has_export(agency_code),
        is_own=row.asked_by_id == reader_id,
    )


def destroy_order_approved(*, agency_code: str) -> DestroyOrderApproved | None:
    """Return the last approved order to destroy an agency, or ``None``."""
    row = (
        DestroyOrder.objects.filter(
            agency_code=agency_code, confirmed_at__isnull=False, withdrawn_at=None
        )
        .order_by("-confirmed_at")
        .first()
    )
    if row is None or row.confirmed_at is None:
        return None
    return DestroyOrderApproved(
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        agreed_by=row.confirmed_by,
        agreed_at=row.confirmed_at,
    )


def order_reasons(row: DestroyOrder) -> tuple[str, str]:
    """Return the reason of an order, and the reason why no export is needed or an empty text."""
    if not row.is_waived:
        return row.reason, ""
    # Older orders have only a blank line between both reasons.
    reason, _mark, waiver = row.reason.rpartition(WAIVER if WAIVER in row.reason else "\n\n")
    return reason, waiver


def _has_export(agency_code: str) -> bool:
    try:
        export_require(Agency.objects.get(code=agency_code))
    except (ExportMissing, AgencyUpdating, AgencyUnreachable):
        return False
    return True


def _names(agency: Agency, numbers: list[int]) -> tuple[str, ...]:
    try:
        with agency_context(agency):
            return tuple(
                f"{user.name} <{user.email}>"
                for user in User.objects.filter(pk__in=numbers).order_by("name", "pk")
            )
    except (AgencyUpdating, AgencyUnreachable):
        # Without the names, the page of the agency opens while the agency's tables cannot be read.
        return ()

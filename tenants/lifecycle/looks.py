"""What the page of a workspace shows of a take-over and of a wish for destruction."""

from shared.accounts.models import User
from tenants.context import agency_context
from tenants.errors import AgencyUpdating
from tenants.lifecycle.orders import destroy_waiting
from tenants.models import Agency, TakeOver
from tenants.types import OrderLook, TakeOverLook


def take_over_look(*, agency: Agency) -> TakeOverLook | None:
    """The take-over in force; ``None`` when its own staff answers."""
    row = TakeOver.objects.filter(agency=agency, ended_at=None).first()
    if row is None:
        return None
    return TakeOverLook(
        since=row.started_at,
        reason=row.reason,
        by=row.label,
        caretakers=_names(agency, row.caretakers),
        closed=len(row.closed_users),
    )


def order_look(*, agency_code: str, reader_id: int) -> OrderLook | None:
    """The wish for destruction that waits for a second person; ``None`` when there is none."""
    row = destroy_waiting(agency_code=agency_code)
    if row is None:
        return None
    return OrderLook(
        by=row.asked_by,
        at=row.asked_at,
        until=row.expires_at,
        reason=row.reason,
        is_own=row.asked_by_id == reader_id,
    )


def _names(agency: Agency, numbers: list[int]) -> tuple[str, ...]:
    try:
        with agency_context(agency):
            rows = User.objects.filter(pk__in=numbers).order_by("name", "pk")
            return tuple(f"{user.name} <{user.email}>" for user in rows)
    except AgencyUpdating:
        # The page is about the agency, not about its tables: it must open meanwhile.
        return ()

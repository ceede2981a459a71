"""Complaints that a citizen keeps in an account, and the proof for each of them."""

from django.db import transaction

from shared.kernel import clock
from tenants.case_access.services.tokens import rows_delete
from tenants.models import CitizenSession, OwnedRoute, TrackingToken


@transaction.atomic
def owner_link(
    *,
    user_id: int,
    reference: str,
    is_by_email: bool = False,
    is_by_printed_code: bool = False,
) -> None:
    """Keep a complaint in a citizen's account.

    ``is_by_email``: the account has proved the request's address and nothing more.
    ``is_by_printed_code``: the account was opened to the complaint by a code that an officer had
    printed, and opens what that code opens. If the complaint is kept already, the stronger proof
    stays.
    """
    OwnedRoute.objects.bulk_create(
        [
            OwnedRoute(
                user_id=user_id,
                route_id=reference,
                linked_at=clock.now(),
                is_by_email=is_by_email,
                is_by_printed_code=is_by_printed_code,
            )
        ],
        ignore_conflicts=True,
    )
    kept = OwnedRoute.objects.filter(user_id=user_id, route=reference)
    if not is_by_printed_code:
        kept.filter(is_by_printed_code=True).update(is_by_printed_code=False)
        if not is_by_email:
            kept.filter(is_by_email=True).update(is_by_email=False)


@transaction.atomic
def owner_unlink(*, user_id: int, reference: str) -> OwnedRoute | None:
    """Take a complaint out of an account; return its former row, or ``None`` if there was none."""
    if (kept := OwnedRoute.objects.filter(user_id=user_id, route=reference).first()) is not None:
        OwnedRoute.objects.filter(pk=kept.pk).delete()
    return kept


@transaction.atomic
def owner_forget(*, user_id: int) -> int:
    """Take complaints and sessions out of an account before its erasure; count the complaints."""
    owner_tokens_void(user_id=user_id)
    CitizenSession.objects.filter(user_id=user_id).delete()
    return OwnedRoute.objects.filter(user_id=user_id).delete()[0]


@transaction.atomic
def owner_tokens_void(*, user_id: int) -> int:
    """Delete all tracking tokens of an account's complaints; return how many."""
    own = OwnedRoute.objects.filter(user_id=user_id).values("route")
    return rows_delete(TrackingToken.objects.filter(route__in=own))

"""Complaints in a citizen's account, and the proof with which each complaint was added."""

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
    """Keep a complaint in a citizen's account; of two proofs the stronger proof is kept.

    ``is_by_email``: the citizen proved only the request's e-mail address. ``is_by_printed_code``:
    the citizen typed a receipt code that an officer had printed, so the account may do with the
    complaint only what that code allows.
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
    """Take a complaint out of an account; return the deleted row, or ``None`` if not in it."""
    if (kept := OwnedRoute.objects.filter(user_id=user_id, route=reference).first()) is not None:
        OwnedRoute.objects.filter(pk=kept.pk).delete()
    return kept


@transaction.atomic
def owner_forget(*, user_id: int) -> int:
    """Delete an account's sessions, its list of complaints and the tokens of these complaints.

    Returns how many complaints the list had.
    """
    owner_tokens_void(user_id=user_id)
    CitizenSession.objects.filter(user_id=user_id).delete()
    return OwnedRoute.objects.filter(user_id=user_id).delete()[0]


@transaction.atomic
def owner_tokens_void(*, user_id: int) -> int:
    """Delete all tracking tokens of an account's complaints; return how many."""
    own = OwnedRoute.objects.filter(user_id=user_id).values("route")
    return rows_delete(TrackingToken.objects.filter(route__in=own))

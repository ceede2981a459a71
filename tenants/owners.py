"""Which complaints a citizen keeps in their account."""

from django.db import transaction

from shared.kernel import clock
from tenants.models import OwnedRoute, Visit
from tenants.services import tokens_void


@transaction.atomic
def owner_link(*, user_id: int, reference: str) -> None:
    """Keep a complaint in a citizen's account; kept already, nothing changes."""
    link = OwnedRoute(user_id=user_id, route_id=reference, linked_at=clock.now())
    OwnedRoute.objects.bulk_create([link], ignore_conflicts=True)


@transaction.atomic
def owner_unlink(*, user_id: int, reference: str) -> bool:
    """Take a complaint out of an account; ``False`` when it was not there."""
    return OwnedRoute.objects.filter(user_id=user_id, route=reference).delete()[0] > 0


@transaction.atomic
def owner_forget(*, user_id: int) -> int:
    """Take complaints and visits out of an account that is to be erased; how many complaints."""
    owner_tokens_void(user_id=user_id)
    Visit.objects.filter(user_id=user_id).delete()
    return OwnedRoute.objects.filter(user_id=user_id).delete()[0]


@transaction.atomic
def owner_tokens_void(*, user_id: int) -> int:
    """Close the complaints of an account wherever they are open; returns how many tokens ended."""
    owned = OwnedRoute.objects.filter(user_id=user_id).values("route")
    return tokens_void(routes=owned)

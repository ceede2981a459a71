"""Limit on e-mail addresses tried with one reference, against guessing whose request it is."""

from datetime import timedelta

from django.utils.crypto import salted_hmac

from shared.kernel import clock
from shared.limits.models import TriedAddress

# From this number of different addresses within the window on, no address opens the reference.
MAX_TRIED = 5
TRIED_FOR = timedelta(hours=24)


def address_tried(*, reference: str, address: str) -> bool:
    """Record an address tried at a reference; return whether too many addresses were tried.

    Callers record a try before the lookup. Each try is recorded by its own statement and not in a
    transaction, so only the first few of a hundred concurrent tries pass. The right address counts
    like a wrong address.
    """
    whole, now = _digest(reference), clock.now()
    TriedAddress.objects.bulk_create(
        [
            TriedAddress(
                digest=_digest(f"{reference} {address}"), reference_digest=whole, tried_at=now
            )
        ],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["tried_at"],
    )
    tried = TriedAddress.objects.filter(reference_digest=whole, tried_at__gt=now - TRIED_FOR)
    return len(tried.values_list("pk")[:MAX_TRIED]) >= MAX_TRIED


def tried_addresses_prune() -> int:
    """Delete the addresses that were tried before the window, and return how many were deleted."""
    rows = TriedAddress.objects.filter(tried_at__lte=clock.now() - TRIED_FOR)
    return int(rows._raw_delete(rows.db))


def _digest(value: str) -> bytes:
    return bytes(salted_hmac("limits.tried", value, algorithm="sha256").digest())

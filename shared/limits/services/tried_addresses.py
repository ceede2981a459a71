"""Limit on e-mail addresses tried with one reference, against guessing who filed a request."""

from datetime import timedelta

from django.utils.crypto import salted_hmac

from shared.kernel import clock
from shared.limits.models import TriedAddress

# If this count of different addresses is reached in the window, every address is refused.
MAX_TRIED = 5
TRIED_FOR = timedelta(hours=24)


def address_tried(*, reference: str, address: str) -> bool:
    """Record an address tried at a reference; return whether too many addresses were tried.

    Callers must record before the lookup and outside of a transaction, because otherwise concurrent
    tries would all pass. The right address counts too.
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
    """Delete the addresses last tried more than a day ago; return the count of deleted rows."""
    rows = TriedAddress.objects.filter(tried_at__lte=clock.now() - TRIED_FOR)
    return int(rows._raw_delete(rows.db))


def _digest(value: str) -> bytes:
    return bytes(salted_hmac("limits.tried", value, algorithm="sha256").digest())

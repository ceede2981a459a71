"""Scheduled tasks for offers and for cases that change agency."""

from shared.jobs.services.schema_tasks import schema_task
from shared.kernel.errors import DomainError
from tenants.custody.services.holdings import holdings_backfill
from tenants.custody.services.known_references import older_offers_complete
from tenants.custody.services.moves import move_complete, moves_waiting
from tenants.custody.services.notices import offers_notify
from tenants.custody.services.offers import offers_lapse
from tenants.isolation.retry import retried


@schema_task()
def lapse_offers() -> int:
    """End the offers whose days have passed, and complete those of older code; returns how many.

    And write down who held which case where a move by the former release left no record.
    """
    retried(holdings_backfill)
    retried(older_offers_complete)
    return retried(offers_lapse)


@schema_task()
def tell_of_offers() -> int:
    """Write to agencies to which cases were offered; returns the number of letters."""
    return retried(offers_notify)


@schema_task()
def complete_moves() -> int:
    """Complete what a process that died has left between two agencies; returns how many.

    One that cannot be completed now does not keep the others.
    """
    done = 0
    for reference in moves_waiting():
        try:
            done += move_complete(reference=reference)
        except DomainError:
            continue
    return done

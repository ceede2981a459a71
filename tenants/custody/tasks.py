"""Scheduled tasks for offers and for cases in transfer."""

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
    """End overdue offers and offers to closed agencies; return how many.

    Also writes what code of the former release does not write: offers' numbers, and holdings.
    """
    retried(holdings_backfill)
    retried(older_offers_complete)
    return retried(offers_lapse)


@schema_task()
def tell_of_offers() -> int:
    """Queue e-mails for agencies to which cases were offered; return how many e-mails."""
    return retried(offers_notify)


@schema_task()
def complete_moves() -> int:
    """Complete transfers in a cluster that a crashed process left incomplete; return how many.

    A transfer that cannot be completed now is skipped.
    """
    done = 0
    for reference in moves_waiting():
        try:
            done += move_complete(reference=reference)
        except DomainError:
            continue
    return done

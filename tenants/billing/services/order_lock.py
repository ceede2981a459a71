"""The lock by which an agency has one order at a time, and the idempotency key of an order.

Without the lock, two clicks or two colleagues could subscribe twice. No row is locked during a call
to Stripe, so that adding staff does not wait for Stripe.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg2.errors import QueryCanceled

from shared.kernel.errors import DomainError
from tenants.billing.errors import OrderRuns, StripeUnavailable
from tenants.billing.models import Subscription
from tenants.billing.services.plans import seats_hold, seats_release
from tenants.billing.services.stripe_sync import row_reread
from tenants.isolation.schema_switch import national_context
from tenants.isolation.sql import sql_run
from tenants.models import Agency

# The first key of the advisory locks for orders; the second key is the agency's id.
ORDER_LOCKS = 7_406_353
ORDER_SECONDS = 10


@contextmanager
def order_locked(agency: Agency) -> Iterator[None]:
    """Lock the orders of an agency during a block; another order waits at most five seconds.

    The lock is an advisory lock of the database session, because a row must not be locked during
    calls to Stripe. Raises ``OrderRuns``.
    """
    with national_context():
        try:
            sql_run("SELECT pg_advisory_lock(%s, %s)", ORDER_LOCKS, agency.pk)
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise OrderRuns(agency.code, retry_after=ORDER_SECONDS) from None
            raise
        try:
            yield
        finally:
            # If the connection was lost, its lock has ended, and this call only logs a warning.
            sql_run("SELECT pg_advisory_unlock(%s, %s)", ORDER_LOCKS, agency.pk)


@contextmanager
def seats_held(row: Subscription, seats: int) -> Iterator[None]:
    """Limit an agency to the seats being ordered during a block that orders them at Stripe."""
    seats_hold(agency=row.agency, seats=seats)
    try:
        yield
    except StripeUnavailable:
        # Stripe may have carried the order out, so the limit is kept until it expires.
        raise
    except DomainError:
        seats_release(agency=row.agency)
        raise
    if reread_unless_unavailable(row):
        seats_release(agency=row.agency)


def reread_unless_unavailable(row: Subscription) -> bool:
    """Reread a subscription from Stripe; return ``False`` if Stripe is unavailable."""
    try:
        row_reread(row)
    except StripeUnavailable:
        return False
    return True


def order_key(kind: str, agency: Agency, token: str, *asked: object) -> str:
    """Compute the idempotency key of an order from its kind, agency, token and arguments.

    ``asked`` must contain all values that are sent to Stripe, because Stripe refuses a repeated key
    with other values.
    """
    return f"{kind}:{agency.code}:{token}:{digest(asked)}"


def digest(asked: object) -> str:
    """Return a digest, of 24 hexadecimal digits, of an order's arguments."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:24]

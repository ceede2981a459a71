"""The lock for one order of an agency at a time, and the idempotency key of an order.

A second click, or a colleague at another computer, would subscribe twice. No row is locked during a
call to Stripe: a person who adds a colleague does not wait for the network.
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

# The first number of the locks that are held while an agency orders; the second is the agency's.
ORDER_LOCKS = 7_406_353
ORDER_SECONDS = 10


@contextmanager
def order_locked(agency: Agency) -> Iterator[None]:
    """Lock the orders of an agency; another order waits five seconds at most.

    An advisory lock of the session and not of a row: it is held for as long as Stripe takes. Raises
    ``OrderRuns``.
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
            # On a new connection the lock went with the old one; freeing it again only warns.
            sql_run("SELECT pg_advisory_unlock(%s, %s)", ORDER_LOCKS, agency.pk)


@contextmanager
def seats_held(row: Subscription, seats: int) -> Iterator[None]:
    """Limit an agency to so many seats during an order: nobody takes a seat that may be lost."""
    seats_hold(agency=row.agency, seats=seats)
    try:
        yield
    except StripeUnavailable:
        # It may have been done. Until that is known, the smaller number counts; it lapses by
        # itself.
        raise
    except DomainError:
        seats_release(agency=row.agency)
        raise
    if reread_unless_unavailable(row):
        seats_release(agency=row.agency)


def reread_unless_unavailable(row: Subscription) -> bool:
    """Reread a row from Stripe; return ``False`` if Stripe is unavailable: its webhook follows."""
    try:
        row_reread(row)
    except StripeUnavailable:
        return False
    return True


def order_key(kind: str, agency: Agency, token: str, *asked: object) -> str:
    """Compute an order's idempotency key: an equal ``token`` and arguments give an equal key.

    Other arguments give another key, whatever the token: ``asked`` holds all that is sent to
    Stripe.
    """
    return f"{kind}:{agency.code}:{token}:{digest(asked)}"


def digest(asked: object) -> str:
    """Shorten the arguments to 24 hexadecimal digits."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:24]

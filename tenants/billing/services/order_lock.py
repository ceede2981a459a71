"""Allow one order of an agency at a time, and compute its idempotency key.

A second click, or a colleague at another computer, would subscribe twice. No row is locked while
Stripe is asked: who adds a colleague does not wait for the network.
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
    """Let other orders of this agency wait, five seconds at most. Raises ``OrderRuns``.

    A lock of the session and not of a row: it is held for as long as Stripe takes.
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
    """Reserve so many seats while Stripe is asked: nobody takes one that may be lost."""
    seats_hold(agency=row.agency, seats=seats)
    try:
        yield
    except StripeUnavailable:
        # Perhaps it was done. Until somebody knows, the smaller number counts; it lapses by itself.
        raise
    except DomainError:
        seats_release(agency=row.agency)
        raise
    if reread_unless_unavailable(row):
        seats_release(agency=row.agency)


def reread_unless_unavailable(row: Subscription) -> bool:
    """Read the row again from Stripe; ``False`` when Stripe is unavailable: its webhook follows."""
    try:
        row_reread(row)
    except StripeUnavailable:
        return False
    return True


def order_key(kind: str, agency: Agency, token: str, *asked: object) -> str:
    """Compute the idempotency key: ``token`` with the same arguments is the same order.

    With other answers it is another one, whatever the token: ``asked`` holds all that Stripe hears.
    """
    return f"{kind}:{agency.code}:{token}:{digest(asked)}"


def digest(asked: object) -> str:
    """Shorten the arguments to 24 hexadecimal digits."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:24]

"""Events of Stripe, which a view stores once, a task applies, and operators can replay.

The content of an event is never applied, because events may come late, twice or in any order. Each
event only causes a new reading of its customer (``tenants.billing.services.stripe_sync``).
"""

import json
import logging

from django.db import transaction
from prometheus_client import Counter

from shared.audit.services import audit_record
from shared.jobs.enums import Queue
from shared.jobs.services.schema_tasks import AFTER_MAIL, schema_task
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from shared.rows.selectors import first_or_refuse
from tenants.billing.enums import EventState
from tenants.billing.errors import EventNotFound, InvalidSignature
from tenants.billing.models import StripeEvent
from tenants.billing.services import stripe_client
from tenants.billing.services.stripe_sync import customer_reread
from tenants.isolation.schema_switch import national_context
from tenants.isolation.sql import sql_run

logger = logging.getLogger(__name__)
security = logging.getLogger("security")

# Between the attempts are pauses of 30 s, 90 s, 4 min, 13 min, 40 min and 2 h.
ATTEMPTS = 7
REFUSED = Counter("insaf_stripe_webhooks_refused_total", "Webhooks that Stripe did not sign")
SETTLED_COUNT = Counter("insaf_stripe_events_total", "Events of Stripe's, settled", ["state"])
SETTLED = frozenset({EventState.APPLIED, EventState.IGNORED})


def event_receive(*, payload: bytes, signature: str) -> bool:
    """Store a signed event and queue its task; return ``False`` if the event was stored before.

    Raises ``InvalidSignature``; then nothing is stored.
    """
    try:
        event = stripe_client.event_verified(payload=payload, signature=signature)
    except InvalidSignature as refusal:
        REFUSED.inc()
        security.warning("stripe webhook refused: %s", refusal)
        raise
    with national_context(), transaction.atomic():
        # SQL is used, because ``ignore_conflicts`` does not return whether the row was new.
        inserted = sql_run(
            "INSERT INTO billing_stripeevent"
            " (id, type, customer_id, created_at, received_at, payload, state, attempts, fault)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 0, '') ON CONFLICT DO NOTHING",
            event.id,
            event.type[:80],
            event.customer_id,
            event.created_at,
            clock.now(),
            # JSON may contain the character NUL, and the type jsonb refuses it.
            json.dumps(event.payload).replace("\\u0000", "\\ufffd"),
            EventState.RECEIVED,
        )
        if inserted:
            settle_event.enqueue(event_id=event.id)
        return bool(inserted)


@schema_task(attempts=ATTEMPTS, priority=AFTER_MAIL, queue=Queue.EXTERNAL)
def settle_event(event_id: str) -> str:
    """Apply an event; after the last failed attempt the event is dead until operators replay it."""
    return event_settle(event_id=event_id)


def event_settle(*, event_id: str) -> str:
    """Reread the customer of an event, unless the event is settled; return the event's state.

    An error is recorded in the event's row and raised again.
    """
    event = first_or_refuse(StripeEvent.objects.filter(pk=event_id), EventNotFound(event_id))
    if event.state in SETTLED:
        return event.state
    try:
        return _event_settled(
            event_id,
            (
                EventState.APPLIED
                if customer_reread(customer_id=event.customer_id)
                else EventState.IGNORED
            ),
        )
    except Exception as error:
        # Every error is recorded, so that operators find it with the event and not only in a log.
        _event_failed(event_id, error)
        raise


@transaction.atomic
def event_replay(*, event_id: str, actor: Actor) -> None:
    """Queue an event to be applied again, whatever its state. Raises ``EventNotFound``."""
    event = _event_locked(event_id)
    event.state, event.attempts, event.settled_at = EventState.RECEIVED, 0, None
    event.save(update_fields=["state", "attempts", "settled_at"])
    audit_record(actor=actor, action="billing.event_replayed", subject=event_id)
    settle_event.enqueue(event_id=event_id)


def _event_locked(event_id: str) -> StripeEvent:
    return first_or_refuse(
        StripeEvent.objects.select_for_update().filter(pk=event_id), EventNotFound(event_id)
    )


@transaction.atomic
def _event_settled(event_id: str, state: EventState) -> str:
    event = _event_locked(event_id)
    if event.state not in SETTLED:
        event.state, event.settled_at, event.fault = state, clock.now(), ""
        # The payload is erased, because it names people and is not needed any more.
        event.payload = None
        event.save(update_fields=["state", "settled_at", "fault", "payload"])
        SETTLED_COUNT.labels(state=event.state).inc()
    return event.state


@transaction.atomic
def _event_failed(event_id: str, error: Exception) -> None:
    event = _event_locked(event_id)
    if event.state in SETTLED:
        return
    event.attempts += 1
    code = error.code if isinstance(error, DomainError) else type(error).__name__
    event.fault = f"{code}: {error}"[:500]
    if event.attempts >= ATTEMPTS:
        event.state, event.settled_at = EventState.DEAD, clock.now()
        SETTLED_COUNT.labels(state=event.state).inc()
        logger.error("stripe event given up: %s %s", event.pk, code)
    event.save(update_fields=["attempts", "fault", "state", "settled_at"])

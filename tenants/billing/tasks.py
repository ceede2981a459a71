"""Scheduled tasks of billing."""

from shared.jobs.enums import Queue
from shared.jobs.services.schema_tasks import AFTER_MAIL, schema_task
from tenants.billing.selectors import paying_agencies
from tenants.billing.services.plans import events_forget
from tenants.billing.services.stripe_client import is_set_up
from tenants.billing.services.stripe_sync import subscription_reconcile


@schema_task()
def reconcile() -> int:
    """Queue a comparison with Stripe for every paying agency; return how many agencies.

    Also deletes old events of Stripe.
    """
    events_forget()
    codes = paying_agencies() if is_set_up() else []
    for code in codes:
        reconcile_agency.enqueue(agency_code=code)
    return len(codes)


@schema_task(attempts=3, priority=AFTER_MAIL, queue=Queue.EXTERNAL)
def reconcile_agency(agency_code: str) -> bool:
    """Compare an agency's payments with Stripe; save changes, and return whether there are any."""
    return subscription_reconcile(agency_code=agency_code)

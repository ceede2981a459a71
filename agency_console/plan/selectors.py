"""Selectors of the plan of this agency for its administrators."""

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext as _, ngettext

from agency_console.plan.types import PlanPage, Use
from tenants.billing.enums import PlanKind
from tenants.billing.permissions.entitlements import ALWAYS, TABLE, limited_labels
from tenants.billing.selectors import (
    invoice_row,
    invoices_of,
    payment_text,
    plans_offered,
    status_tone,
    subscription_status_text,
    subscription_summary,
)
from tenants.billing.services.stripe_client import is_set_up
from tenants.billing.types import PlanSummary, SubscriptionSummary
from tenants.models import Agency


def plan_page(agency: Agency, *, waits: bool = False) -> PlanPage:
    """Return the page's data; ``waits``: the user has paid, but Stripe's event may be late."""
    found, offered = subscription_summary(agency), seat_plan()
    return PlanPage(
        subscription=found,
        offer=offered,
        tax=tax_text(found.plan if found.is_live else offered),
        status=subscription_status_text(found),
        tone=status_tone(found.status),
        payment=payment_text(found),
        uses=(
            _seats_use(found),
            _storage_use(found),
            Use(
                label=_("API calls per day"),
                used=_("without limit")
                if found.plan.api_calls is None
                else _("at most %(limit)d") % {"limit": found.plan.api_calls},
                note=_("The API for administrations is not available yet. Nothing is counted."),
            ),
            Use(
                label=_("Console at an internet address of your own domain"),
                used=_("included") if found.plan.has_custom_host else _("not included"),
            ),
        ),
        invoices=tuple(invoice_row(one) for one in invoices_of(agency)),
        limited=limited_labels(),
        kept=tuple(str(row.label) for row, allowed in TABLE.items() if allowed == ALWAYS),
        is_set_up=is_set_up(),
        contact=settings.OVERSIGHT_EMAIL,
        waits=waits and not found.is_live,
    )


def seat_plan() -> PlanSummary | None:
    """Return the offered plan whose price depends on the count of seats, or ``None``."""
    return next((plan for plan in plans_offered() if plan.kind is PlanKind.SEATS), None)


def tax_text(plan: PlanSummary | None) -> str:
    """Return the text on tax beside the price of a plan; blank without a plan."""
    return plan.taxes.text(get_language() or "fr") if plan else ""


def _seats_use(subscription: SubscriptionSummary) -> Use:
    used, limit = subscription.seats_used, subscription.seats
    note = _("Each person who may sign in takes one seat.")
    if limit is None:
        words = _("%(used)d, without limit") % {"used": used}
        return Use(label=_("Seats"), used=words, note=note)
    words = _("%(used)d of %(limit)d") % {"used": used, "limit": limit}
    if used > limit:
        over = ngettext("%(count)d too many", "%(count)d too many", used - limit)
        words = f"{words} · {over % {'count': used - limit}}"
        note = _(
            "Nobody is signed out. To free seats, open the staff list and remove “May sign in” "
            "from people who no longer work here. Until then nobody can be added."
        )
    elif used == limit:
        note = _(
            "All seats are taken. To free a seat, open the staff list and remove “May sign in” "
            "from a person who no longer works here."
        )
    return Use(label=_("Seats"), used=words, note=note, percent=_percent(used, limit))


def _storage_use(subscription: SubscriptionSummary) -> Use:
    used, limit = subscription.storage_used, subscription.plan.storage_bytes
    shown = _("not measured yet") if used is None else filesizeformat(used)
    if limit is None:
        return Use(label=_("Storage"), used=_("%(used)s, without limit") % {"used": shown})
    return Use(
        label=_("Storage"),
        used=_("%(used)s of %(limit)s") % {"used": shown, "limit": filesizeformat(limit)},
        note=_(
            "Files of requests are always accepted, even above this limit: from citizens, and "
            "from officers who file for a person."
        ),
        percent=None if used is None else _percent(used, limit),
    )


def _percent(used: int, limit: int) -> int:
    return min(100, round(100 * used / limit)) if limit else 100

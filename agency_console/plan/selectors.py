"""The plan of this agency as its administrators read it."""

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agency_console.plan.types import PlanPage, Use
from tenants.billing.enums import BillingStatus, PlanKind
from tenants.billing.permissions.entitlements import ALWAYS, TABLE
from tenants.billing.selectors import (
    invoice_row,
    invoices_of,
    payment_text,
    plans_offered,
    status_text,
    status_tone,
    subscription_summary,
)
from tenants.billing.services.stripe_client import is_set_up
from tenants.billing.types import PlanSummary, SubscriptionSummary
from tenants.models import Agency


def plan_page(agency: Agency, *, waits: bool = False) -> PlanPage:
    """The page; ``waits`` after a payment of which Stripe has not told yet."""
    look = subscription_summary(agency)
    return PlanPage(
        look=look,
        offer=offer(),
        tax=_tax(look),
        status=status_text(look),
        tone=status_tone(look.status),
        payment=payment_text(look),
        uses=tuple(_uses(look)),
        invoices=tuple(invoice_row(one) for one in invoices_of(agency)),
        limited=tuple(
            str(row.label) for row, allowed in TABLE.items() if BillingStatus.LIMITED not in allowed
        ),
        kept=tuple(str(row.label) for row, allowed in TABLE.items() if allowed == ALWAYS),
        is_set_up=is_set_up(),
        contact=settings.OVERSIGHT_EMAIL,
        waits=waits and not look.is_live,
    )


def offer() -> PlanSummary | None:
    """The plan that is paid by the seat; ``None`` where there is none to be had."""
    return next((plan for plan in plans_offered() if plan.kind is PlanKind.SEATS), None)


def _tax(look: SubscriptionSummary) -> str:
    plan = look.plan if look.is_live else offer()
    return plan.tax((get_language() or "")[:2]) if plan else ""


def _uses(look: SubscriptionSummary) -> list[Use]:
    plan = look.plan
    return [
        _seats_use(look),
        _storage_use(look.storage_used, plan.storage_bytes),
        Use(
            label=_("Calls of the interface in a day"),
            used=_("without limit")
            if plan.api_calls is None
            else _("at most %(limit)d") % {"limit": plan.api_calls},
            note=_("The interface for administrations is not there yet: nothing is counted."),
        ),
        Use(
            label=_("A host name of your own"),
            used=_("included") if plan.has_custom_host else _("not included"),
        ),
    ]


def _seats_use(look: SubscriptionSummary) -> Use:
    used, limit = look.seats_used, look.seats
    note = _("Everybody who may sign in takes one.")
    if limit is None:
        words = _("%(used)d, without limit") % {"used": used}
        return Use(label=_("Seats"), used=words, note=note)
    if used > limit:
        over = ngettext("%(count)d too many", "%(count)d too many", used - limit)
        words = _("%(used)d of %(limit)d") % {"used": used, "limit": limit}
        note = _(
            "Nobody is signed out. Who has left frees one when their door is closed in the staff "
            "list; until then nobody can be added."
        )
        return Use(
            label=_("Seats"), used=f"{words} · {over % {'count': used - limit}}", note=note,
            percent=100,
        )  # fmt: skip
    if used == limit:
        note = _(
            "All are taken. Who has left frees one when their door is closed in the staff list."
        )
    return Use(
        label=_("Seats"),
        used=_("%(used)d of %(limit)d") % {"used": used, "limit": limit},
        note=note,
        percent=_percent(used, limit),
    )


def _storage_use(used: int | None, limit: int | None) -> Use:
    label = _("Storage")
    note = _("Files of citizens are always taken, over this limit too; staff send none here.")
    shown = _("not measured yet") if used is None else filesizeformat(used)
    if limit is None:
        return Use(label=label, used=shown, note=note)
    words = _("%(used)s of %(limit)s") % {"used": shown, "limit": filesizeformat(limit)}
    percent = None if used is None else _percent(used, limit)
    return Use(label=label, used=words, note=note, percent=percent)


def _percent(used: int, limit: int) -> int:
    return min(100, round(100 * used / limit)) if limit else 100

"""Addresses and titles of cases, names of codes, and the notice of a late payment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from shared.accounts.models import User
from shared.accounts.permissions import may_administer
from shared.complaints.selectors import cases_referenced, scope_condition
from shared.kernel import clock
from shared.kernel.references import LENGTH
from shared.kernel.text import Wording, search_key
from shared.ui.links import page_language
from shared.units.types import UnitScope
from tenants.agencies.selectors import agency_name_of_code
from tenants.billing.permissions import entitlements
from tenants.billing.selectors import invoice_owed
from tenants.billing.types import InvoiceSummary
from tenants.models import Agency

# ``reverse`` gets this text, which is then replaced by the reference of a case.
ANY_REFERENCE = "0" * LENGTH
# The size of the cache of ``case_url_parts``; a case has fewer pages.
MAX_PAGES = 32


def case_url(page: str, reference: str) -> str:
    """Return the address of a page (``send-reply``) of a case. Raises ``NoReverseMatch``."""
    return quote(reference).join(case_url_parts(page))


@lru_cache(maxsize=MAX_PAGES)
def case_url_parts(page: str) -> tuple[str, str]:
    """Return the texts before and after the reference in the address; each process caches both."""
    before, after = reverse(f"casework:{page}", args=[ANY_REFERENCE]).split(ANY_REFERENCE)
    return before, after


def case_title(*, subject: str, handed_to: str) -> str:
    """Return a case's title: its subject; for a stub without a subject, the agency that has it."""
    if subject or not handed_to:
        return subject
    return _("Handed over to: %(agency)s") % {
        "agency": agency_name_of_code(code=handed_to, language=page_language())
    }


def name_of(code: str, labels: Mapping[str, Wording]) -> str:
    """Return the name of a code in the page's language, or the code itself if it has no name."""
    return labels[code].text(page_language()) if code in labels else code


def sorted_by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return codes with their names, sorted by name, as choices."""
    return sorted(names.items(), key=lambda one: search_key(one[1]))


def references_open(
    references: Collection[str], *, officer: User, scope: UnitScope
) -> frozenset[str]:
    """Return the references of the cases that the officer may open; one query."""
    rows = cases_referenced(references).filter(scope_condition(scope, user_id=officer.pk))
    return frozenset(rows.values_list("reference", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """Notice, on every page of the console, that a payment is late.

    ``url`` and ``invoice`` are set for administrators only.
    """

    title: str
    text: str
    is_limited: bool
    url: str
    invoice: InvoiceSummary | None = None


def payment_notice(*, agency: Agency, role: str) -> PaymentNotice | None:
    """Return the notice of a late payment, or ``None``; no query while the agency owes nothing."""
    if agency.owes_since is None:
        return None
    left = entitlements.days_left(agency, today=clock.today())
    text = _(
        "Until the payment is received, these are suspended: %(extras)s. Everything else works."
    )
    if left:
        text = ngettext(
            "If the payment is not received within %(days)d day, these will be suspended until it "
            "is received: %(extras)s. Everything else will work as before.",
            "If the payment is not received within %(days)d days, these will be suspended until it "
            "is received: %(extras)s. Everything else will work as before.",
            left,
        )
    is_payer = may_administer(role)
    return PaymentNotice(
        title=_("A payment of your administration is late"),
        text=text % {"days": left, "extras": " · ".join(entitlements.limited_labels())},
        is_limited=not left,
        url=reverse("plan:show-plan") if is_payer else "",
        invoice=invoice_owed(agency) if is_payer else None,
    )

"""Marks of references that agencies know whose cases they do not hold, set afterwards."""

from datetime import timedelta

from django.db.models import F

from shared.complaints.selectors.custody import references_followed, references_taken_over
from shared.kernel import clock
from shared.kernel.references import offer_number_make
from tenants.agencies.selectors import agency_list
from tenants.case_access.services.known_references import (
    references_mark,
    references_of_others_mark,
)
from tenants.isolation.schema_switch import agency_context, schema_entered
from tenants.models import Agency, Arbitration, TransferOffer
from tenants.models.enums import OfferState

# An update, during which older code runs beside the new code, takes less.
UPDATE = timedelta(days=2)
OFFERS_A_RUN = 1_000


def older_offers_complete() -> int:
    """Number the offers of older code and mark their references; return how many offers.

    Older code showed the reference to the agency that was asked, and marked no transferred case.
    Run again, nothing changes.
    """
    rows = list(TransferOffer.objects.filter(number="").order_by("pk")[:OFFERS_A_RUN])
    for row in rows:
        row.number = offer_number_make()
    since = clock.now() - UPDATE
    accepted = TransferOffer.objects.filter(state=OfferState.ACCEPTED, answered_at__gt=since)
    decided = Arbitration.objects.filter(decided_at__gt=since)
    moved = decided.exclude(to_schema__in=["", F("from_schema")])
    references_mark(
        {
            *(row.reference for row in rows),
            *accepted.values_list("reference", flat=True),
            *moved.values_list("reference", flat=True),
        }
    )
    TransferOffer.objects.bulk_update(rows, ["number"])
    return len(rows)


def restored_references_mark(*, agency: Agency) -> None:
    """Mark the references that a restored agency took over, and those its requests follow.

    The agency's export may be of a release that did not have the mark, or say that there is none.
    """
    with schema_entered(agency.schema_name):
        taken_over, followed = references_taken_over(), references_followed()
    references_mark(taken_over)
    references_of_others_mark(followed, agency=agency)


def followed_references_mark() -> int:
    """Mark the earlier requests that other agencies' requests follow; return how many are new.

    Each agency is entered once. Safe to repeat.
    """
    marked = 0
    for agency in agency_list():
        with agency_context(agency):
            followed = references_followed()
        marked += references_of_others_mark(followed, agency=agency)
    return marked

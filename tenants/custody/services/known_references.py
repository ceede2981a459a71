"""Marks of references that agencies without the cases know, for older and restored data."""

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

# The maximum time of an update, during which older code runs beside the new code.
UPDATE = timedelta(days=2)
OFFERS_A_RUN = 1_000


def older_offers_complete() -> int:
    """Number the offers of older code and mark their references; return how many offers.

    Older code showed the reference to the agency that was asked, and did not mark transferred
    cases. Repeating is safe.
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
    """Mark the references of cases that a restored agency took over or that its requests follow.

    The marks in the agency's export are not trusted, and an older release exported no marks.
    """
    with schema_entered(agency.schema_name):
        taken_over, followed = references_taken_over(), references_followed()
    references_mark(taken_over)
    references_of_others_mark(followed, agency=agency)


def followed_references_mark() -> int:
    """Mark requests that later requests at other agencies follow; return the count of new marks.

    The schema of each agency is queried once. Repeating is safe.
    """
    marked = 0
    for agency in agency_list():
        with agency_context(agency):
            followed = references_followed()
        marked += references_of_others_mark(followed, agency=agency)
    return marked

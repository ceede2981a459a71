"""What a receipt says will happen, for the citizens' site and for the counter alike."""

from django.utils.translation import gettext as _, override

from shared.catalogue.selectors import promised_on
from shared.kernel import clock, legal_deadline
from shared.pdf.text import isolated
from shared.pdf.types import ReceiptDocument
from shared.ui.types import Progress, TimelineEntry
from tenants.agencies.types import AgencyInfo
from tenants.case_access.types import Receipt


def receipt_entries(*, receipt: Receipt, agency: str) -> list[TimelineEntry]:
    """What has happened and what will, with its days (decree 2.17.265: 15 and 60).

    What the administration itself promises, in working days, costs two queries.
    """
    filed_on = clock.civil_day(receipt.received_at)
    answer_due = TimelineEntry(
        title=_("You receive an answer with its reasons, at the latest"),
        when=receipt.due_on,
        text=_("That is the legal deadline."),
        progress=Progress.NEXT,
    )
    return [
        TimelineEntry(
            title=_("We have received your request"),
            when=receipt.received_at,
            progress=Progress.HERE,
        ),
        TimelineEntry(
            title=_("It reaches the body that can decide"),
            when=legal_deadline.orientation_due_on(filed_on),
            text=_("%(agency)s examines it, or directs it to the competent body.")
            % {"agency": agency},
            progress=Progress.NEXT,
        ),
        TimelineEntry(
            title=_("The administration promises to answer by"),
            when=promised_on(category_code=receipt.category_code, filed_on=filed_on),
            text=_("In working days. It is later only if it has to ask you something."),
            progress=Progress.NEXT,
        ),
        *([answer_due] if receipt.due_on else []),
        TimelineEntry(
            title=_("You say whether it is settled"),
            text=_("If it is not, you can re-open the request within 30 days of the answer."),
            progress=Progress.NEXT,
        ),
    ]


def receipt_document(
    *, receipt: Receipt, agency: AgencyInfo, receipt_url: str, tracking_url: str
) -> ReceiptDocument:
    """The same receipt for paper, in the language of the request."""
    name = agency.name(receipt.language)
    with override(receipt.language):
        return ReceiptDocument(
            language=receipt.language,
            kind=str(receipt.kind.label),
            reference=receipt.reference,
            receipt_code=receipt.receipt_code,
            agency=name,
            received_at=receipt.received_at,
            due_on=receipt.due_on,
            steps=tuple(receipt_entries(receipt=receipt, agency=isolated(name))),
            receipt_url=receipt_url,
            tracking_url=tracking_url,
            consent=str(receipt.consent.label) if receipt.consent else "",
            is_anonymous=receipt.is_anonymous,
        )

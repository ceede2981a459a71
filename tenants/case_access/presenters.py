"""Texts of receipts, parts and merges, for the citizens' site and for the counter."""

from datetime import date

from django.utils.translation import gettext as _, ngettext, override

from shared.catalogue.selectors import promised_on
from shared.kernel import clock, legal_deadline
from shared.kernel.text import Wording
from shared.pdf.text import isolated
from shared.pdf.types import ReceiptDocument
from shared.ui.types import Progress, TimelineEntry
from tenants.agencies.selectors import agency_name_of_code
from tenants.agencies.types import AgencyInfo
from tenants.case_access.enums import EmailState
from tenants.case_access.types import CaseParts, Receipt


def receipt_entries(*, receipt: Receipt, agency: str, is_orientation: bool) -> list[TimelineEntry]:
    """Return the past and coming steps of a request (decree 2.17.265: 15 and 60 days).

    For each sentence about the future, ``tests/tenants/case_access/test_receipt_sentences.py``
    lists the action in the code that makes the sentence true. The end of the working term needs
    two queries. ``is_orientation``: the orientation desk received the request.
    """
    filed_on = clock.civil_day(receipt.received_at)
    received = TimelineEntry(
        title=_("We have received your request"),
        when=receipt.received_at,
        progress=Progress.HERE,
    )
    settled = TimelineEntry(
        title=_("You say whether it is settled"),
        text=_("If it is not, you can re-open the request within 30 days of the answer."),
        progress=Progress.NEXT,
    )
    to_come = (
        _orientation_entries(agency, filed_on)
        if is_orientation
        else _entries_of_agency(receipt, agency, filed_on)
    )
    # The steps are sorted, because a category may promise its answer before the fifteenth day.
    to_come.sort(key=_day)
    return [received, *to_come, settled]


def _day(entry: TimelineEntry) -> date:
    return entry.when if isinstance(entry.when, date) else date.max


def _entries_of_agency(receipt: Receipt, agency: str, filed_on: date) -> list[TimelineEntry]:
    entries = [
        TimelineEntry(
            title=_("If another body is competent, you are told which one"),
            when=legal_deadline.orientation_due_on(filed_on),
            text=_("%(agency)s tells you in writing, and how to reach that body.")
            % {"agency": agency},
            progress=Progress.NEXT,
        ),
        TimelineEntry(
            title=_("The administration promises to answer by"),
            when=promised_on(category_code=receipt.category_code, filed_on=filed_on),
            text=_("In working days. It is later only if it has to ask you something."),
            progress=Progress.NEXT,
        ),
    ]
    if receipt.due_on:
        entries.append(
            TimelineEntry(
                title=_("You receive an answer with its reasons, at the latest"),
                when=receipt.due_on,
                text=_("That is the legal deadline."),
                progress=Progress.NEXT,
            )
        )
    return entries


def _orientation_entries(agency: str, filed_on: date) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            title=_("You are told which body is competent"),
            when=legal_deadline.orientation_due_on(filed_on),
            text=_(
                "%(agency)s tells you in writing. If that body answers on this portal, one button "
                "files your request there, with its text and its files."
            )
            % {"agency": agency},
            progress=Progress.NEXT,
        ),
    ]


def receipt_mail_note(*, receipt: Receipt) -> str:
    """Return the note of a receipt about e-mails to the person; "" if none is needed."""
    if receipt.is_anonymous or receipt.email == EmailState.PROVED:
        return ""
    if receipt.email == EmailState.NONE:
        return _(
            "You gave no e-mail address: nothing is sent to you, and nothing to a telephone. "
            "Follow your request and read the answer with the two numbers of this receipt."
        )
    return _(
        "We write to your e-mail address: open that e-mail and confirm that the address is yours. "
        "If it does not come, have it sent again from the page of your request. Until then no "
        "other e-mail goes there. The two numbers of this receipt always open your request."
    )


def joined_text() -> str:
    """Return the placeholder for a text that only the reader of a request's mailbox may read."""
    return _(
        "The administration wrote this for several requests together. To read it, open your "
        "request by a link that we send to its e-mail address, or in the account of that address."
    )


def receipt_document(
    *,
    receipt: Receipt,
    agency: AgencyInfo,
    organisation: Wording,
    is_orientation: bool,
    receipt_url: str,
    tracking_url: str,
) -> ReceiptDocument:
    """Return the content of a receipt's PDF document, in the language of the request."""
    name = agency.name(receipt.language)
    with override(receipt.language):
        return ReceiptDocument(
            language=receipt.language,
            kind=str(receipt.kind.label),
            subject=receipt.subject,
            organisation=organisation.text(receipt.language),
            reference=receipt.reference,
            receipt_code=receipt.receipt_code,
            agency=name,
            received_at=receipt.received_at,
            due_on=None if is_orientation else receipt.due_on,
            is_orientation=is_orientation,
            steps=tuple(
                receipt_entries(
                    receipt=receipt, agency=isolated(name), is_orientation=is_orientation
                )
            ),
            receipt_url=receipt_url,
            tracking_url=tracking_url,
            consent=str(receipt.consent.label) if receipt.consent else "",
            is_anonymous=receipt.is_anonymous,
            has_email=receipt.email != EmailState.NONE,
            mail_note=receipt_mail_note(receipt=receipt),
        )


def officer_words(*, is_part: bool, agency_code: str, language: str) -> str:
    """Return the note that an officer of an agency wrote the texts of a part; "" if no part.

    The note is for readers who are not the citizen.
    """
    if not is_part:
        return ""
    if not agency_code:
        return _("An officer wrote this subject and this text, not the citizen.")
    return _("An officer of %(agency)s wrote this subject and this text, not the citizen.") % {
        "agency": agency_name_of_code(code=agency_code, language=language)
    }


def parts_sentence(parts: CaseParts) -> str:
    """Return a sentence that says how many parts of a split request are answered."""
    if parts.is_answered:
        return _("All parts are answered.")
    return ngettext(
        "%(answered)s of %(count)s part answered.",
        "%(answered)s of %(count)s parts answered.",
        parts.total,
    ) % {"answered": parts.answered, "count": parts.total}

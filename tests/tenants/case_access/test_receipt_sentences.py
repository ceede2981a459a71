"""Each sentence of the receipt about the future has an action in the code that makes it true."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from shared.catalogue.services.categories import catalogue_load
from shared.catalogue.services.terms import working_terms_load
from shared.complaints.enums import Kind, Language
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.legal_deadline import ORIENTATION_DAYS, REOPEN_DAYS, REPLY_DAYS
from shared.ui.types import Progress
from tenants.case_access.presenters import receipt_entries
from tenants.case_access.types import Receipt

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGENCY = "Roads"
# What the receipt says will happen, and the functions that do it.
ACTIONS: dict[str, tuple[str, ...]] = {
    "If another body is competent, you are told which one": (
        "shared.complaints.services.complaint_direct",
    ),
    "Roads tells you in writing, and how to reach that body.": (
        "shared.complaints.services.complaint_direct",
        "shared.complaints.presenters.direction_text",
    ),
    "You are told which body is competent": ("shared.complaints.services.complaint_direct",),
    "Roads tells you in writing. If that body answers on this portal, one button files your "
    "request there, with its text and its files.": (
        "shared.complaints.services.complaint_direct",
        "public_portal.tracking.views.links.file_by_link",
        "public_portal.intake.services.drafts.form_draft_carry",
    ),
    "The administration promises to answer by": (
        "shared.catalogue.selectors.promised_on",
        "shared.complaints.services.complaint_reply",
    ),
    "In working days. It is later only if it has to ask you something.": (
        "shared.complaints.services.question_ask",
        "shared.kernel.clock_ledger.working_clock",
    ),
    "You receive an answer with its reasons, at the latest": (
        "shared.complaints.services.complaint_reply",
    ),
    "That is the legal deadline.": (
        "shared.kernel.legal_deadline.reply_due_on",
        "tenants.case_access.services.reviews.review_ask",
    ),
    "You say whether it is settled": ("shared.complaints.services.rating_give",),
    "If it is not, you can re-open the request within 30 days of the answer.": (
        "shared.complaints.services.complaint_reopen",
    ),
    # The page around the list.
    "Open my request, add photos or documents": (
        "tenants.case_access.gateway.tracking_open",
        "shared.complaints.services.attachment_add",
    ),
    "No administration answers for this organisation on the portal yet, or you did not know which "
    "one is competent. Decree 2.17.265 of 23 June 2017 gives 15 days to direct a request to the "
    "competent body.": (
        "tenants.agencies.selectors.agency_for_organisation",
        "shared.complaints.services.complaint_direct",
    ),
    "Decree 2.17.265 of 23 June 2017 gives the administration 60 days to answer with its reasons. "
    "The day on which you sent the request is not counted. The clock never stops.": (
        "shared.kernel.legal_deadline.reply_due_on",
    ),
    "The law sets no term for observations and proposals. You see on the tracking page what "
    "becomes of yours.": ("tenants.case_access.gateway.case_show",),
    "You can print this page, or keep its address: it opens this receipt again. Keep the address "
    "to yourself.": ("public_portal.intake.views.receipt.show_receipt",),
    "About your request, write a message on its tracking page: it reaches the administration that "
    "answers.": ("tenants.case_access.gateway.message_add",),
}
# Labels, headings and warnings of the page: they say nothing of what will happen.
LABELS = {
    "Your request has been sent",
    "Your reference",
    "We do not know who you are: this code is the only way to your request and to the answer. "
    "Take a picture of it or print it now.",
    "Receipt code (secret)",
    "Keep these two numbers",
    "Reference",
    "Whoever has the reference and the receipt code can read your request and write in your name. "
    "Do not show the code to anybody, not even to an officer.",
    "What you sent",
    "Kind of request",
    "Subject",
    "Organisation",
    "Received by",
    "To be answered by",
    "Files sent along",
    "Received on",
    "Answer due",
    "Why a desk receives it",
    "Why this date",
    "When you hear from us",
    "What happens next",
    "Print or save this page",
    "Download the receipt (PDF, about 50 KB)",
    "Print this page",
    "Track my request",
    "A question, or a word about this portal",
    "About the portal itself (something that does not work, was hard to understand, or could be "
    "better), write to:",
    "Questions and answers",
}
TEMPLATES = Path(settings.BASE_DIR) / "templates/public_portal/intake"
PAGE = [TEMPLATES / "receipt.html", *TEMPLATES.glob("_receipt_*.html")]


def receipt(kind: Kind, category: str = "") -> Receipt:
    """A receipt of that kind, filed on 2 March 2026."""
    return Receipt(
        reference="4815162342108097",
        receipt_code="8834567890120021",
        kind=kind,
        organisation_code="roads",
        subject="Street lamp",
        language=Language.ENGLISH,
        status="received",
        received_at=FILED,
        due_on=clock.civil_day(FILED) + timedelta(days=60) if kind == Kind.COMPLAINT else None,
        consent=None,
        agency_code="roads",
        category_code=category,
    )


def entries(kind=Kind.COMPLAINT, *, is_orientation=False, category=""):
    with override("en"), clock.travel(FILED):
        return receipt_entries(
            receipt=receipt(kind, category), agency=AGENCY, is_orientation=is_orientation
        )


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("is_orientation", [False, True])
def test_each_sentence_to_come_is_listed_with_its_actions(kind, is_orientation):
    to_come = [
        one for one in entries(kind, is_orientation=is_orientation) if one.progress == Progress.NEXT
    ]

    sentences = {text for one in to_come for text in (one.title, one.text) if text}

    assert sentences
    assert sentences - set(ACTIONS) == set()


def test_each_sentence_of_the_page_is_listed_as_an_action_or_a_label():
    source = "".join(part.read_text() for part in PAGE)
    said = set(re.findall(r'{% translate "([^"]+)"', source))

    assert len(PAGE) > 1
    assert said - set(ACTIONS) - LABELS == set()


@pytest.mark.parametrize("path", sorted({path for paths in ACTIONS.values() for path in paths}))
def test_each_action_exists(path):
    module, _dot, name = path.rpartition(".")

    assert callable(getattr(import_module(module), name))


def test_the_days_that_the_sentences_name_are_those_of_the_code():
    numbers = {int(one) for text in ACTIONS for one in re.findall(r"\b(\d+) days", text)}

    assert numbers == {ORIENTATION_DAYS, REOPEN_DAYS, REPLY_DAYS}


@pytest.mark.parametrize("is_orientation", [False, True])
def test_the_days_stand_in_order(is_orientation):
    catalogue_load(actor=SYSTEM)
    working_terms_load(actor=SYSTEM)
    days = [
        clock.civil_day(one.when) if isinstance(one.when, datetime) else one.when
        for one in entries(is_orientation=is_orientation)
        if one.when
    ]

    assert days == sorted(days)
    assert days[0] == clock.civil_day(FILED)

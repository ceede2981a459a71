"""Selectors of offers for an administration's pages, and of the files for a part of a case."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agency_console.access.selectors import name_of, references_open
from agency_console.transfers.types import CitizenFile
from shared.accounts.models import User
from shared.complaints.enums import Author, ScanState
from shared.units.types import UnitScope
from tenants.custody.selectors import offers_answered, offers_sent, offers_waiting
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint
from datetime import date

from django.utils.translation import gettext as _, ngettext

from agency_console.transfers.types import OfferCard, OfferCards
from shared.catalogue.selectors import calendar_shown, category_names_shown
from shared.kernel import clock
from shared.kernel.clock_ledger import Holiday, working_due_on
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_bodies
from tenants.custody.services.offers import ANSWER_WORKING_DAYS
from tenants.custody.types import OfferSummary


def files_to_copy(case: "Complaint") -> list[CitizenFile]:
    """Return the citizen's files, oldest first, without infected, missing and e-mailed files."""
    rows = case.attachments.filter(author=Author.CITIZEN, is_by_email=False, missing_since=None)
    clean = rows.exclude(scan=ScanState.INFECTED).order_by("at", "id")
    return [CitizenFile(id=pk, name=name) for pk, name in clean.values_list("pk", "name")]


def offer_card(offer: OfferSummary, *, agency: Agency) -> OfferCard:
    """Return the data of one offer for its page."""
    return _cards([offer], agency=agency)[0]


def offer_cards(*, agency: Agency, officer: User, scope: UnitScope) -> OfferCards:
    """Return the offers that an agency got, and those it sent whose cases the officer may open.

    The number of queries is constant.
    """
    sent = offers_sent(agency=agency)
    # Other sent offers are left out, because the page of an offer shows the case's reference.
    opened = references_open([one.reference for one in sent], officer=officer, scope=scope)
    return OfferCards(
        waiting=_cards(offers_waiting(agency=agency), agency=agency),
        sent=_cards([one for one in sent if one.reference in opened], agency=agency),
        answered=_cards(offers_answered(agency=agency), agency=agency),
    )


def _cards(offers: Sequence[OfferSummary], *, agency: Agency) -> list[OfferCard]:
    language, today = page_language(), clock.today()
    # ``labels`` has the names of all bodies, not only of this agency's bodies.
    bodies = agency_bodies(agency_code=agency.code).labels
    categories = category_names_shown()
    _term, holidays = calendar_shown(category_code="", filed_on=today)

    return [
        OfferCard(
            offer=one,
            agency=(one.sender if one.is_received else one.receiver).name(language),
            category=name_of(one.category_code, categories),
            concerns=name_of(one.concerns_code, bodies),
            competent=name_of(one.organisation_code, bodies),
            days_left=_days_left(one.answer_by, today, holidays) if one.is_open else "",
        )
        for one in offers
    ]


def _days_left(last: date, today: date, holidays: Sequence[Holiday]) -> str:
    if last <= today:
        return _("Last day: today")
    left = next(
        (
            days
            for days in range(1, ANSWER_WORKING_DAYS)
            if working_due_on(filed_on=today, term=days, holidays=holidays) >= last
        ),
        ANSWER_WORKING_DAYS,
    )
    text = ngettext("%(count)d working day left", "%(count)d working days left", left)
    return text % {"count": left}

"""Offers as the pages of an administration show them, and what may go along with a part."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agency_console.transfers.types import CitizenFile, OfferLists
from shared.accounts.models import User
from shared.complaints.enums import Author, ScanState
from shared.complaints.selectors import cases_referenced, scope_condition
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


def offer_lists(*, agency: Agency, officer: User, scope: UnitScope) -> OfferLists:
    """What is offered to an agency and by it; as many queries for one offer as for fifty."""
    sent = offers_sent(agency=agency)
    opened = _opened([one.reference for one in sent], officer=officer, scope=scope)
    return OfferLists(
        waiting=offers_waiting(agency=agency),
        sent=[one for one in sent if one.reference in opened],
        answered=offers_answered(agency=agency),
    )


def _opened(references: Sequence[str], *, officer: User, scope: UnitScope) -> frozenset[str]:
    """Of these cases those that the officer may open: an offer says whose case is in question."""
    seen = scope_condition(scope, user_id=officer.pk)
    rows = cases_referenced(references).filter(seen)
    return frozenset(rows.values_list("reference", flat=True))


def files_to_copy(case: "Complaint") -> list[CitizenFile]:
    """The citizen's files, oldest first, without what somebody sent by the e-mail address alone."""
    rows = case.attachments.filter(author=Author.CITIZEN, is_by_email=False, missing_since=None)
    clean = rows.exclude(scan=ScanState.INFECTED).order_by("at", "id")
    return [CitizenFile(id=pk, name=name) for pk, name in clean.values_list("pk", "name")]


def offer_card(offer: OfferSummary, *, agency: Agency) -> OfferCard:
    """One offer as its agency reads it."""
    return _cards([offer], agency=agency)[0]


def offer_cards(lists: OfferLists, *, agency: Agency) -> OfferCards:
    """All of them; no query mostly."""
    return OfferCards(
        waiting=_cards(lists.waiting, agency=agency),
        sent=_cards(lists.sent, agency=agency),
        answered=_cards(lists.answered, agency=agency),
    )


def _cards(offers: Sequence[OfferSummary], *, agency: Agency) -> list[OfferCard]:
    language, today = page_language(), clock.today()
    # What every body is called, not those of this agency alone.
    bodies = agency_bodies(agency_code=agency.code).labels
    categories = category_names_shown()
    _term, holidays = calendar_shown(category_code="", filed_on=today)

    def name(code: str) -> str:
        return bodies[code].text(language) if code in bodies else code

    def category(code: str) -> str:
        return categories[code].text(language) if code in categories else code

    return [
        OfferCard(
            offer=one,
            agency=(one.sender if one.is_received else one.receiver).name(language),
            category=category(one.category_code),
            concerns=name(one.concerns_code),
            competent=name(one.organisation_code),
            days_left=_days_left(one.answer_by, today, holidays) if one.is_open else "",
        )
        for one in offers
    ]


def _days_left(last: date, today: date, holidays: Sequence[Holiday]) -> str:
    """What is left of the working days in which the offer can be accepted."""
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

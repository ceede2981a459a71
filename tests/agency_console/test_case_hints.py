"""Similar cases and suggestions as the page of a case shows them."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from agency_console.case_suggestions.selectors import case_hints
from agency_console.case_suggestions.types import CaseHints
from shared.accounts.enums import Role
from shared.catalogue.models import Category
from shared.catalogue.selectors import calendar_clear
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint
from shared.complaints.selectors import complaint_get
from shared.complaints.types import PartyDraft
from shared.units.models import Unit, UnitMember
from tests.support.factories import articles_loaded, filed, staff

pytestmark = pytest.mark.django_db

PERSON = PartyDraft(name="Zineb Benali", email="zineb.b@example.net")
CARD = {
    "subject": "National identity card: how long to wait",
    "body": "My national identity card is not ready and nobody tells me how long I wait for it.",
    "language": "en",
    "party": PERSON,
}


@pytest.fixture(autouse=True)
def category(roads):
    """The national list and the published answers, which an agency reads and cannot change."""
    articles_loaded()
    names = {
        "name_ar": "البطاقة الوطنية",
        "name_fr": "Carte d'identité",
        "name_en": "Identity card",
    }
    made = Category.objects.create(code="id-card", kinds=["complaint"], position=1, **names)
    calendar_clear()
    yield made
    calendar_clear()


@pytest.fixture
def officer(category, in_roads):
    return staff(in_roads, Role.AGENT)


def case(in_roads, **changes):
    return complaint_get(reference=filed(in_roads, **{**CARD, **changes}).reference)


def shown(template, **context):
    with override("en"):
        return " ".join(render_to_string(f"agency_console/{template}", context).split())


@pytest.fixture
def hints(category, in_roads, officer):
    """What eight cases of one category and one unit say of a ninth."""
    unit = Unit.objects.create(name_ar="البطاقة", name_fr="Cartes", name_en="Cards")
    for _ in range(8):
        case(in_roads, category_code=category.code)
    Complaint.objects.update(unit=unit)
    with override("fr"):
        return case_hints(case(in_roads), officer=officer, agency=in_roads)


def test_each_suggestion_has_its_name_and_its_evidence(hints, category):
    assert (hints.category.value, hints.category.name) == (category.code, category.name_fr)
    assert (hints.category.count, hints.category.of) == (8, 8)
    assert (hints.unit.name, hints.unit.count) == ("Cartes", 8)
    assert [one.count for one in hints.articles] == [8] * len(hints.articles) != []
    assert hints.has_suggestions


def test_the_fragments_say_why_and_send_to_the_given_addresses(hints):
    page = shown(
        "case_suggestions.html",
        category=hints.category,
        unit=hints.unit,
        articles=hints.articles,
        version=7,
        category_url="/c/",
        unit_url="/u/",
    )
    similar = shown(
        "case_similar.html", similar=hints.similar, unproved=hints.unproved, view_query="?view=all"
    )

    assert "8 of 8 similar cases are in this category." in page
    assert re.findall(r'action="([^"]+)"', page) == ["/c/", "/u/"]
    assert f'name="parent" value="{hints.unit.value}"' in page
    assert 'name="reason" value="8 of 8 similar cases are in this unit."' in page
    assert page.count('name="version" value="7"') == 2
    assert "words in common" in similar
    assert len(re.findall(r'href="/cases/\d{16}/\?view=all"', similar)) == 5 + 8


def test_without_addresses_there_is_no_button_and_without_evidence_nothing(hints):
    bare = shown("case_suggestions.html", category=hints.category, unit=hints.unit)

    assert "<form" not in bare
    assert "similar cases" in bare
    assert (
        shown("case_suggestions.html", articles=()) == shown("case_similar.html", similar=()) == ""
    )


@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_who_hides_their_name_gets_suggestions_and_no_link_to_any_case(
    hints, in_roads, officer, privacy
):
    found = case_hints(case(in_roads, privacy=privacy), officer=officer, agency=in_roads)

    assert (found.similar, found.earlier, found.unproved) == ((), (), ())
    assert found.category.count == 8


def test_a_unit_that_is_closed_and_a_category_that_is_gone_are_not_suggested(
    hints, in_roads, officer
):
    Unit.objects.update(is_active=False)
    Complaint.objects.exclude(category_code="").update(category_code="gone")

    found = case_hints(case(in_roads), officer=officer, agency=in_roads)

    assert (found.unit, found.category) == (None, None)


def test_a_member_of_a_unit_is_led_to_no_case_of_another_one(hints, in_roads, officer):
    other = Unit.objects.create(name_ar="ماء", name_fr="Eau", name_en="Water")
    UnitMember.objects.create(unit=other, user=officer)

    found = case_hints(case(in_roads), officer=officer, agency=in_roads)

    assert (found.similar, found.earlier, found.unproved) == ((), (), ())


def test_nothing_is_said_where_there_is_no_other_case(in_roads, officer):
    assert case_hints(case(in_roads), officer=officer, agency=in_roads) == CaseHints()

"""Similar cases, earlier cases of a person, and what past cases suggest."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.complaints import services
from shared.complaints.enums import Outcome, Privacy, Status
from shared.complaints.models import Complaint, Party
from shared.complaints.selectors import (
    case_suggestions,
    complaint_get,
    earlier_cases,
    nearest_cases as nearest,
    similar_cases,
)
from shared.complaints.types import PartyDraft
from shared.complaints.types.similar_cases import ArticleWords
from shared.units.models import Unit
from shared.units.types import WHOLE_AGENCY, UnitScope
from tenants.isolation.schema_switch import as_owner
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

LAMP = "The street lamp before the primary school is broken since the storm of March."
OTHERS = (
    "My passport was refused at the counter without a reason.",
    "The doctor of the hospital asked for money that no tariff names.",
    "No bus has come to our village for two weeks.",
    "The extract of birth has a wrong family name on it.",
)
PERSON = PartyDraft(name="Zineb Benali", email="zineb.b@example.net", phone="+212661000001")
HIDDEN = [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS]


@pytest.fixture(autouse=True)
def _other_cases(in_roads):
    for number, body in enumerate(OTHERS * 3):
        filed(in_roads, subject="Something", body=f"{body} {number}", remedy="")


def case(in_roads, body=LAMP, **changes):
    values = {"subject": "Lamp broken", "body": body, "remedy": ""}
    return complaint_get(reference=filed(in_roads, **{**values, **changes}).reference)


def similar(one, scope=WHOLE_AGENCY, user_id=0):
    return similar_cases(one, scope=scope, user_id=user_id)


def earlier(one, scope=WHOLE_AGENCY, user_id=0):
    return [row.reference for row in earlier_cases(one, scope=scope, user_id=user_id)]


def references(found):
    return [one.reference for one in found]


def test_the_nearest_case_comes_first_and_says_why(in_roads):
    near = case(in_roads, category_code="lighting", place="Hay Salam")
    far = case(in_roads, body="The lamp of the primary school is too weak.", subject="Light")
    new = case(in_roads, category_code="lighting", place="HAY SALAM")

    found = similar(new)

    assert references(found) == [near.reference, far.reference]
    assert (found[0].is_same_category, found[0].is_same_place) == (True, True)
    assert found[0].common_words > found[1].common_words >= 3
    assert (found[1].is_same_category, found[1].is_same_place) == (False, False)


@pytest.fixture
def set_next_number(in_roads):
    """Set the number of the next case; set back after the test, for no rollback does it."""

    def on_sequence(call, *values):
        sequence = "pg_get_serial_sequence('complaints_complaint', 'id')"
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call.format(sequence)}", values)
            return cursor.fetchone()[0]

    before = on_sequence("nextval({})")
    yield lambda number: on_sequence("setval({}, %s)", number)
    on_sequence("setval({}, %s)", before)


def test_numbers_that_no_case_has_hide_no_similar_case(in_roads, set_next_number):
    near = case(in_roads)
    set_next_number(5_000_000)
    far = case(in_roads, body="The lamp of the primary school is too weak.", subject="Light")

    assert set(references(similar(case(in_roads)))) == {near.reference, far.reference}


def test_nothing_like_it_is_no_case_at_all(in_roads):
    assert similar(case(in_roads, body="Zellige of the fountain fell.", subject="Fountain")) == []


def test_it_is_said_how_the_similar_case_ended(in_roads):
    near = case(in_roads)
    officer = staff(in_roads)
    services.complaint_reply(
        reference=near.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )

    (found,) = similar(case(in_roads))

    assert (found.status, found.outcome) == (Status.ANSWERED, Outcome.UPHELD)


def test_arabic_words_are_the_same_with_an_article(in_roads):
    near = case(in_roads, subject="مصباح الشارع معطل", body="المصباح أمام المدرسة لا يعمل")
    new = case(in_roads, subject="تعطل مصباح", body="مصباح الشارع أمام مدرسة الحي معطل")

    assert references(similar(new)) == [near.reference]


@pytest.mark.parametrize("privacy", repeats(HIDDEN, keep=1))
def test_who_hides_their_name_has_no_similar_case_and_is_none(in_roads, privacy):
    named = case(in_roads, party=PERSON)
    hidden = case(in_roads, privacy=privacy, party=PERSON)
    # As an older release may have left it.
    Party.objects.filter(complaint=hidden).update(email=PERSON.email, phone=PERSON.phone)
    hidden = complaint_get(reference=hidden.reference)
    second = case(in_roads, party=PERSON)

    assert similar(hidden) == earlier(hidden) == []
    assert references(similar(second)) == earlier(second) == [named.reference]


def test_only_cases_that_the_officer_may_open_are_shown(in_roads):
    officer = staff(in_roads)
    water = Unit.objects.create(name_ar="ماء", name_fr="Eau", name_en="Water")
    theirs, ours, mine = (case(in_roads, party=PERSON) for _ in range(3))
    Complaint.objects.filter(pk=ours.pk).update(unit=water)
    Complaint.objects.filter(pk=mine.pk).update(assignee=officer)
    new = case(in_roads, party=PERSON)
    scope = UnitScope(unit_ids=frozenset({water.pk}))

    for found in (references(similar(new, scope, officer.pk)), earlier(new, scope, officer.pk)):
        assert set(found) == {ours.reference, mine.reference}
    for found in (references(similar(new)), earlier(new)):
        assert set(found) == {theirs.reference, ours.reference, mine.reference}


@pytest.mark.parametrize(
    "person",
    [
        PartyDraft(name="Z", email=PERSON.email.upper()),
        PartyDraft(name="Other", phone=PERSON.phone, email="other@example.org"),
    ],
)
def test_earlier_cases_are_those_of_the_same_address_or_number(in_roads, person):
    first = case(in_roads, body="My passport was lost.", party=PERSON)
    case(in_roads, party=PartyDraft(name=PERSON.name, email="namesake@example.org"))

    assert earlier(case(in_roads, party=person)) == [first.reference]


def test_a_person_without_address_and_number_has_no_earlier_case(in_roads):
    case(in_roads, party=PartyDraft(name="Nobody"))

    assert earlier(case(in_roads, party=PartyDraft(name="Nobody"))) == []


def lamps(in_roads, count, **changes):
    columns = {name: changes.pop(name) for name in ("unit",) if name in changes}
    for _ in range(count):
        one = case(in_roads, **changes)
        Complaint.objects.filter(pk=one.pk).update(**columns) if columns else None


@pytest.mark.parametrize("privacy", repeats(Privacy, keep=1))
def test_what_most_similar_cases_have_is_suggested_with_the_numbers(in_roads, privacy):
    water = Unit.objects.create(name_ar="ماء", name_fr="Eau", name_en="Water")
    lamps(in_roads, 6, category_code="lighting", unit=water)
    lamps(in_roads, 2, category_code="roads")
    articles = (
        ArticleWords(slug="lamp", question="Who repairs a street lamp?", words="street lamp"),
        ArticleWords(slug="card", question="Where is my card?", words="identity card"),
    )

    found = case_suggestions(case(in_roads, privacy=privacy), articles=articles)

    assert (found.category.value, found.category.count, found.category.of) == ("lighting", 6, 8)
    assert (found.unit.value, found.unit.count, found.unit.of) == (water.pk, 6, 8)
    assert [(one.value.slug, one.count, one.of) for one in found.articles] == [("lamp", 8, 8)]


def test_nothing_is_suggested_from_few_cases_or_from_a_small_majority(in_roads):
    lamps(in_roads, 4, category_code="lighting")
    assert case_suggestions(case(in_roads)).category is None

    lamps(in_roads, 1, category_code="lighting")
    assert case_suggestions(case(in_roads)).category is not None

    lamps(in_roads, 6, category_code="roads")
    assert case_suggestions(case(in_roads)).category is None


def test_what_the_case_already_has_is_not_suggested(in_roads):
    lamps(in_roads, 8, category_code="lighting")

    assert case_suggestions(case(in_roads, category_code="lighting")).category is None


def test_the_words_of_notes_and_people_suggest_nothing(in_roads):
    """Confidential requests are compared by what they ask, and by nothing that was learnt later."""
    officer = staff(in_roads)
    for _ in range(8):
        reference = case(in_roads, body="Zellige.", category_code="lighting").reference
        services.note_add(
            reference=reference, body=LAMP, officer=officer, actor=officer_actor(officer)
        )
    new = case(in_roads, subject="Broken", body=LAMP)

    assert case_suggestions(new).category is None
    assert similar(new) == []


@pytest.mark.slow
def test_few_rows_are_compared_and_the_queries_are_the_same_for_one_and_fifty(
    in_roads, monkeypatch
):
    monkeypatch.setattr(nearest, "MAX_COMPARED", 3)
    # In the end nearly all cases are about a lamp.
    monkeypatch.setattr(nearest, "_MAX_SHARE", 1)

    def asked(one):
        with CaptureQueriesContext(connection) as queries:
            found = similar(one)
        return len(queries), len(found)

    case(in_roads)
    first = asked(case(in_roads))
    lamps(in_roads, 50)

    assert first == (3, 1)
    assert asked(case(in_roads)) == (3, 3)


def test_of_a_frequent_word_two_together_are_looked_for(in_roads, monkeypatch):
    """In a large agency the words that each case has lead to too many rows."""
    lamps(in_roads, 3)
    new = case(in_roads)
    # A word of it leads to a quarter of all cases, two of them to a sixteenth.
    monkeypatch.setattr(nearest, "MAX_ROWS", 0.3 * new.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(similar(new)) == 3

    assert " & " in queries[1]["sql"]

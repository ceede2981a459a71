"""A reply that repeats an earlier reply of the agency."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.complaints import services
from shared.complaints.enums import Outcome
from shared.complaints.models import Complaint
from shared.complaints.selectors import near_copy, near_copy_counts, near_copy_of
from shared.complaints.types import ReplyDraft
from shared.complaints.types.dispatch import Sending
from shared.complaints.types.near_copy import NearCopyCount
from shared.kernel import clock
from shared.kernel.text_overlap import RUN_LENGTH
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db

FACTS = (
    "On 3 March our team of Hay Salam went to see the lamp before number twelve and found that the"
    " cable had been cut by works of the water company in the same street."
)
DECISION = "The cable is replaced before the end of the month and the lamp is lit every evening."
DRAFT = ReplyDraft(
    outcome=Outcome.UPHELD, facts=FACTS, rule="Communal charter, article 83.", decision=DECISION
)
COPY = (FACTS + " " + DECISION).replace("3 March", "17 May").replace("Hay Salam", "Agdal")
HONEST = (
    "The registry has examined your file. The extract that you asked for in April could not be made"
    " because the original page is damaged; a judge must order that it is written again."
)


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


def sent(in_roads, officer, draft=DRAFT, category="", sending=None):
    reference = filed(in_roads, category_code=category).reference
    services.complaint_reply(
        reference=reference,
        draft=draft,
        officer=officer,
        actor=officer_actor(officer),
        sending=sending or Sending(),
    )
    return reference


def test_a_copy_with_another_date_and_place_is_found_with_its_source(in_roads, officer):
    reference = sent(in_roads, officer)

    found = near_copy_of(COPY, category_code="")

    assert found.reference == reference
    assert found.percentage >= 80


def test_the_very_same_reply_is_a_whole_copy(in_roads, officer):
    sent(in_roads, officer)

    assert near_copy_of(f"{FACTS}\n\n{DRAFT.rule} {DECISION}", category_code="").percentage == 100


@pytest.mark.parametrize("text", [HONEST, "It is repaired.", "", "lamp " * 40])
def test_an_honest_or_very_short_reply_is_none(in_roads, officer, text):
    sent(in_roads, officer)

    assert near_copy_of(text, category_code="") is None


def test_the_texts_of_the_portal_do_not_count(in_roads, officer):
    """Headings and the recourse are in every reply: here they are all that is the same."""
    reference = sent(in_roads, officer)
    letter = Complaint.objects.get(reference=reference).messages.get().body
    other = letter.replace(FACTS, HONEST).replace(DECISION, "No.").replace(DRAFT.rule, "None.")
    assert other != letter
    assert "not satisfied" in letter or "satisf" in letter

    assert near_copy_of(other, category_code="") is None
    assert near_copy_of(letter, category_code="").percentage == 100


def test_formulas_that_half_of_the_replies_have_do_not_count(in_roads, officer):
    polite = " We remain at your disposal for all that you may want to know about our decision."
    for number in range(4):
        facts = " ".join(f"{word}{number}" for word in ("we", "saw", "no", "open", "door", "there"))
        sent(
            in_roads,
            officer,
            ReplyDraft(
                outcome=Outcome.UPHELD,
                facts=facts,
                rule=f"Rule{number} of the charter of cities.",
                decision=f"Decided in the week {number}." + polite,
            ),
        )

    assert near_copy_of(HONEST + polite, category_code="") is None


def test_a_reply_that_was_sent_again_and_again_is_no_formula(in_roads, officer):
    for _ in range(4):
        sent(in_roads, officer)

    assert near_copy_of(COPY, category_code="").percentage >= 80


def test_replies_of_other_agencies_are_not_compared(roads, water):
    with agency_context(water):
        sent(water, staff(water))

    with agency_context(roads):
        assert near_copy_of(COPY, category_code="") is None


def test_so_many_are_compared_those_of_the_category_first(in_roads, officer, monkeypatch):
    sent(in_roads, officer, category="lighting")
    other = ReplyDraft(
        outcome=Outcome.UPHELD,
        facts=HONEST,
        rule="The charter of all cities.",
        decision="It is not made again.",
    )
    sent(in_roads, officer, other, category="registry")
    monkeypatch.setattr(near_copy, "MAX_COMPARED", 1)

    assert near_copy_of(COPY, category_code="lighting") is not None
    assert near_copy_of(COPY, category_code="registry") is None
    monkeypatch.setattr(near_copy, "MAX_LATEST", 1)
    assert near_copy_of(COPY, category_code="lighting") is None


def test_one_reply_and_ten_ask_two_queries(in_roads, officer):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            near_copy_of(COPY, category_code="")
        return len(queries)

    sent(in_roads, officer)
    first = asked()
    for _ in range(9):
        sent(in_roads, officer)

    assert first == asked() == 2


def test_near_copies_are_counted_for_officers_and_units(in_roads, officer):
    colleague = staff(in_roads, email="colleague@roads.example")
    sent(in_roads, officer, sending=Sending(near_copy=80))
    sent(in_roads, officer, sending=Sending(near_copy=near_copy.NEAR_COPY_PERCENTAGE))
    sent(in_roads, officer, sending=Sending(near_copy=near_copy.NEAR_COPY_PERCENTAGE - 1))
    sent(in_roads, colleague)
    yesterday = clock.today() - timedelta(days=1)

    def counts(by, first_day, last_day):
        return near_copy_counts(by=by, first_day=first_day, last_day=last_day)

    today = clock.today()
    assert counts("officer", today, today) == [
        NearCopyCount(of=officer.pk, replies=3, near_copies=2),
        NearCopyCount(of=colleague.pk, replies=1, near_copies=0),
    ]
    assert counts("unit", yesterday, today) == [NearCopyCount(of=None, replies=4, near_copies=2)]
    assert counts("officer", yesterday, yesterday) == []


def test_a_run_of_words_is_longer_than_what_is_alike_by_chance():
    assert RUN_LENGTH == 5

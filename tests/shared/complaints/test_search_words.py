"""By the words of which texts a case is found, and what is never searched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint, Message, Note, Party
from shared.complaints.selectors import search_in
from shared.complaints.services import search_words
from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.case_access import gateway
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

PERSON = PartyDraft(
    name="Zineb Benali", email="zineb.b@example.net", phone="+212661000001", national_id="AB98765"
)


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


@pytest.fixture
def reference(in_roads):
    filed(in_roads, subject="Something else", body="Of other words")
    return filed(in_roads, party=PERSON, remedy="Bring a ladder.", place="Hay Salam").reference


def found(text):
    return list(
        search_in(Complaint.objects.order_by("pk"), text).values_list("reference", flat=True)
    )


@pytest.mark.parametrize(
    "asked",
    [
        "ladder",
        "hay salam",
        "benali",
        "zineb.b@example.net",
        "0661000001",
        "06 61 00 00 01",
        "+212 661-000001",
        "٠٦٦١٠٠٠٠٠١",
    ],
)
def test_what_was_filed_is_found_by_remedy_place_and_person(reference, asked):
    assert found(asked) == [reference]


def test_a_reference_or_its_beginning_is_a_word_among_others(reference):
    assert found(reference) == found(reference[:7]) == [reference]
    assert found(f"{reference[:6]} ladder") == [reference]
    assert found(f"{reference[:6]} zellige") == []


def test_identity_numbers_are_not_searched(reference):
    assert found("AB98765") == []


def test_all_that_both_sides_write_is_found(reference, officer):
    actor = officer_actor(officer)
    wrote = {"reference": reference, "officer": officer, "actor": actor}
    services.complaint_assign(**wrote)
    services.citizen_message_add(reference=reference, body="Un lynx passe.", actor=CITIZEN)
    services.officer_message_add(body="We saw a pelican.", **wrote)
    services.note_add(body="Ask the zebra.", **wrote)
    services.question_ask(body="Which walrus?", **wrote)
    services.complaint_reply(draft=REPLY, **wrote)
    services.complaint_reopen(reference=reference, body="The otter is back.", actor=CITIZEN)

    for word in ("lynx", "pelican", "zebra", "walrus", "charter", "otter", "lamp"):
        assert found(word) == [reference], word
    assert found("zebra ladder street benali lynx") == [reference]


def test_words_of_a_text_need_no_statement_of_their_own(reference, officer):
    """The column is written with the others, and never read."""
    with CaptureQueriesContext(connection) as asked:
        services.note_add(
            reference=reference,
            body="Ask the zebra.",
            officer=officer,
            actor=officer_actor(officer),
        )

    statements = [one["sql"] for one in asked if "more_words" in one["sql"]]
    assert len(statements) == 1
    assert statements[0].startswith('UPDATE "complaints_complaint"')


@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_nothing_of_who_hides_their_name_is_found(in_roads, privacy):
    filed(in_roads, privacy=privacy, party=PERSON, remedy="Bring a ladder.")

    assert found("benali") == found("zineb.b@example.net") == found("0661000001") == []
    assert len(found("ladder")) == 1
    kept = str(Complaint.objects.values_list("more_words", flat=True).get())
    assert "benali" not in kept
    assert "ladder" in kept


def test_a_hidden_person_of_an_older_release_is_not_found_when_words_are_filled(in_roads):
    """There the row of a confidential person may still hold who they are."""
    filed(in_roads, privacy=Privacy.CONFIDENTIAL, party=PERSON)
    Party.objects.update(name=PERSON.name, email=PERSON.email, phone=PERSON.phone)
    Complaint.objects.update(more_words=None)

    assert services.search_words_fill() == 1

    assert found("benali") == found("zineb.b@example.net") == found("0661000001") == []


def test_a_former_address_finds_a_case_no_more(reference, officer):
    services.note_add(
        reference=reference, body="Ask the zebra.", officer=officer, actor=officer_actor(officer)
    )

    services.email_changed(reference=reference, email="amal@example.org", actor=CITIZEN)

    assert found("zineb.b@example.net") == []
    assert found("amal@example.org") == found("zebra") == found("0661000001") == [reference]


def test_the_address_of_a_confidential_person_is_not_added_when_it_changes(in_roads):
    reference = filed(in_roads, privacy=Privacy.CONFIDENTIAL, party=PERSON).reference

    services.email_changed(reference=reference, email="amal@example.org", actor=CITIZEN)

    assert found("amal") == []


def test_words_of_a_person_go_with_the_person(in_roads):
    """Even those that an older release had put there."""
    reference = filed(in_roads, privacy=Privacy.CONFIDENTIAL, remedy="Bring a ladder.").reference
    Party.objects.update(name=PERSON.name)
    Complaint.objects.update(more_words="'benali' 'ladder'")
    assert found("benali") == [reference]

    services.identity_extract(reference=reference)

    assert (found("benali"), found("ladder")) == ([], [reference])


def test_cases_of_an_earlier_release_get_their_words_from_the_upkeep(reference, officer, in_roads):
    actor = officer_actor(officer)
    services.citizen_message_add(reference=reference, body="Un lynx passe.", actor=CITIZEN)
    services.note_add(reference=reference, body="Ask the zebra.", officer=officer, actor=actor)
    Complaint.objects.update(more_words=None)
    services.officer_message_add(
        reference=reference, body="We saw a pelican.", officer=officer, actor=actor
    )
    assert found("pelican") == found("benali") == []
    assert found(reference) == [reference]

    gateway.cases_maintain(agency=in_roads, actor=SYSTEM)

    for word in ("lynx", "zebra", "pelican", "benali", "ladder", reference):
        assert found(word) == [reference], word
    assert services.search_words_fill() == 0


def test_words_are_filled_in_batches_and_no_more_than_asked(in_roads, monkeypatch):
    for _ in range(5):
        filed(in_roads)
    Complaint.objects.update(more_words=None)
    monkeypatch.setattr(search_words, "FILLED_AT_ONCE", 2)

    assert services.search_words_fill(at_most=3) == 3
    assert Complaint.objects.filter(more_words=None).count() == 2
    assert services.search_words_fill() == 2


def test_a_case_of_too_many_words_takes_further_texts_and_is_found_by_the_first(
    reference, officer, monkeypatch
):
    """PostgreSQL refuses more than a megabyte of words in one value."""
    monkeypatch.setattr(search_words, "MAX_STORED_BYTES", 300)
    write = {"reference": reference, "officer": officer, "actor": officer_actor(officer)}
    for number in range(12):
        services.note_add(body=f"Word{'abcdefghijkl'[number] * 20} again", **write)

    assert Note.objects.count() == 12
    assert found("word" + "a" * 20) == [reference]
    assert found("word" + "l" * 20) == []
    Complaint.objects.update(more_words=None)
    assert services.search_words_fill() == 2
    assert found("word" + "a" * 20) == [reference]


def test_a_reply_with_a_case_that_nobody_held_is_found(reference, officer):
    """Two events in one act, and the words come with the second."""
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )

    assert found("charter") == [reference]
    assert Message.objects.count() == 1

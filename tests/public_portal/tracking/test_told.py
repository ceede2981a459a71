"""Who knows reference and e-mail can act as the citizen: the citizen is told of what was done."""

from datetime import timedelta

import pytest
from django.test import Client

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.support.factories import filed
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db


def inside_of(visitor, agency, **changes):
    receipt = filed(agency, **changes)
    visitor.open(receipt.reference, receipt.receipt_code)
    deliver(agency)
    return receipt


def stranger():
    return Client(headers={"host": "testserver"})


def test_a_withdrawal_is_told_in_the_citizens_language_with_a_way_back(visitor, roads, settings):
    settings.OVERSIGHT_EMAIL = "oversight@insaf.example"
    inside_of(visitor, roads)
    english = Visitor(client=visitor.client, language="en")
    english.do("withdraw/")

    (letter,) = deliver(roads)

    assert letter.to == [EMAIL]
    assert letter.subject.endswith("Votre requête a été retirée")
    assert "prévenez" not in letter.subject
    for part in (letter.body, letter.alternatives[0].content):
        assert "oversight@insaf.example" in part
        assert "faire suite" in part or "nouvelle requête" in part


def test_the_link_of_that_letter_opens_once_and_leads_to_a_request_that_follows(visitor, roads):
    receipt = inside_of(visitor, roads)
    visitor.do("withdraw/")
    (link,) = links_in(deliver(roads)[0])
    owner = stranger()
    with clock.travel(days_later(29)):
        opened = owner.post(link)
        again = stranger().post(link)
        page = owner.get("/fr/track/case/").text
        follow = owner.get("/fr/track/case/follow/")

    assert (opened["Location"], again.status_code) == ("/fr/track/case/", 410)
    assert "/fr/track/case/follow/" in page
    assert follow["Location"].startswith("/fr/submit/?follows=")
    assert receipt.reference[:4] in page


def test_after_thirty_days_the_link_opens_nothing(visitor, roads):
    inside_of(visitor, roads)
    visitor.do("withdraw/")
    (link,) = links_in(deliver(roads)[0])

    with clock.travel(clock.now() + timedelta(days=30, seconds=1)):
        assert stranger().post(link).status_code == 410


def test_a_rating_is_told_with_what_was_recorded_and_without_the_remark(visitor, roads):
    receipt = inside_of(visitor, roads)
    answer(roads, receipt.reference)
    deliver(roads)
    visitor.do("rating/", resolved="no", handling=4, comment="a remark of mine")

    (letter,) = deliver(roads)

    assert letter.to == [EMAIL]
    for part in (letter.body, letter.alternatives[0].content):
        assert "réglé\u00a0: non" in part
        assert "4 sur 5" in part
        assert "a remark of mine" not in part


def test_a_confidential_citizen_is_told_at_the_sealed_address(visitor, roads):
    who = PartyDraft(name="Zoubida Hidden", email="hidden@example.org")
    inside_of(visitor, roads, privacy=Privacy.CONFIDENTIAL, party=who)
    visitor.do("withdraw/")

    assert [letter.to for letter in deliver(roads)] == [["hidden@example.org"]]


def test_nobody_is_written_to_about_an_anonymous_request(visitor, roads):
    inside_of(visitor, roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())
    visitor.do("withdraw/")

    assert deliver(roads) == []

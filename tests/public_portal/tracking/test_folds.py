"""The first card of the tracking page, and the parts of the page that are folded away."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shared.kernel import clock
from tests.public_portal.tracking.scenes import DAY, FILED, LONG_REPLY, QUESTION, SCENES
from tests.public_portal.tracking.visits import EMAIL
from tests.support.factories import filed
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(visitor, roads, bodies, water):
    """What the first card says in a scene; another request stands beside it."""
    visitor.language = "en"
    filed(water, subject="Somebody else's water")

    def look(scene: str, secret: str = ""):
        make, days = SCENES[scene]
        with clock.travel(FILED):
            one = make(roads)
        with clock.travel(FILED + days * DAY):
            visitor.open(one.reference, secret or one.receipt_code)
            return visitor.see().context["first"]

    return look


def open_parts(page) -> list[str]:
    return re.findall(r'<details class="fold" open>.*?<div id="(\w+)">', page.text, re.DOTALL)


def acts(card) -> list[str]:
    return [one.act.value for one in card.acts]


@pytest.mark.parametrize(
    ("scene", "title", "offered"),
    [
        ("received", "Your request has been received", ["write"]),
        ("in progress, written to", "The administration has written to you", ["write"]),
        ("asked", "The administration asks you a question", ["answer"]),
        ("answered", "The administration has answered", ["rate", "reopen"]),
        ("answered, settled", "The administration has answered", ["download", "reopen"]),
        ("answered, not settled", "The administration has answered", ["reopen", "write"]),
        ("promise asked", "The administration has answered", ["promise", "rate"]),
        ("reopened", "Your request is being examined again", ["write"]),
        ("inadmissible", "The administration cannot examine your request", ["reopen", "review"]),
        (
            "directed",
            "Another body is competent for your request",
            ["file_elsewhere", "reopen"],
        ),
        ("refused twice", "The administration has answered", ["review", "rate"]),
        ("under review", "National oversight examines your request", ["rate", "write"]),
        ("review: upheld", "National oversight has confirmed the reply", ["rate", "follow"]),
        ("review: sent back", "National oversight has sent your request back", ["write"]),
        ("overdue", "The legal deadline has passed without a reply", ["review", "write"]),
        ("transferred", "Your request is on its way to another administration", ["look_again"]),
        ("withdrawn", "You have withdrawn your request", ["follow"]),
        ("closed", "Your request is closed", ["rate", "follow"]),
    ],
)
def test_c13_the_card_names_the_state_and_the_most_likely_acts(first, scene, title, offered):
    card = first(scene)

    assert (card.title, acts(card)) == (title, offered)


@pytest.mark.parametrize(
    ("scene", "text"),
    [
        ("asked, then written to", QUESTION),
        ("in progress, written to", QUESTION),
        ("answered", LONG_REPLY.facts),
        ("closed", LONG_REPLY.facts),
    ],
)
def test_the_card_holds_the_text_that_is_in_force(first, scene, text):
    assert text.strip() in first(scene).message.body


@pytest.mark.parametrize("scene", ["received", "reopened", "review: sent back", "withdrawn"])
def test_a_reply_that_is_no_longer_in_force_is_not_in_the_card(first, scene):
    assert first(scene).message is None


def test_a_message_after_the_question_is_announced_and_its_part_open(first, visitor):
    later = first("asked, then written to").later

    assert later is not None
    with clock.travel(FILED + 3 * DAY):
        assert "conversation" in open_parts(visitor.see())


def test_by_e_mail_alone_the_card_says_that_a_proof_is_asked_first(first, visitor):
    known, unknown = first("answered"), first("answered", EMAIL)

    assert (known.needs_proof, unknown.needs_proof) == (False, True)
    assert acts(known) == acts(unknown)
    with clock.travel(FILED + 3 * DAY):
        assert "Your receipt code will be asked for first." in visitor.see().text
        assert visitor.see("case/rating/")["Location"] == "/en/track/case/proof/"


def test_writing_without_a_decision_asks_for_no_proof(first):
    assert first("received", EMAIL).needs_proof is False


@pytest.mark.parametrize(
    ("query", "opened"),
    [
        ("", []),
        ("?show=history", ["history"]),
        ("?show=write", ["write", "files"]),
        ("?show=<script>", []),
    ],
)
def test_the_address_says_which_parts_are_open(visitor, receipt, query, opened):
    visitor.open(receipt.reference, receipt.receipt_code)

    assert open_parts(visitor.see(f"case/{query}")) == opened


def test_what_was_refused_stands_in_an_open_part(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)

    message = visitor.do("messages/", body=" ")
    file = visitor.do("files/", uploads=SimpleUploadedFile("photo.jpg", b"MZ" + bytes(9)))

    assert (open_parts(message), open_parts(file)) == (["write", "files"], ["files"])


def test_after_sending_a_file_the_part_of_the_files_is_open(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)

    sent = visitor.do("files/", uploads=SimpleUploadedFile("note.pdf", PDF))

    assert sent["Location"] == "/fr/track/case/?show=files#files"


def test_the_language_switch_keeps_what_is_open(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)

    page = visitor.see("case/?show=history").text

    assert 'href="/ar/track/case/?show=history"' in page

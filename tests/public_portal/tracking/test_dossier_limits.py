"""The file of a request as a document costs work: it is made once, and so often an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from public_portal.tracking import services
from public_portal.tracking.services import DOSSIERS_PER_CASE
from shared.kernel import clock
from shared.kernel.errors import TryLater
from shared.limits.services.attempt_counter import limit_count
from shared.limits.types import Limit
from shared.pdf import render_process
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PAPER = "case/dossier.pdf"


@pytest.fixture
def inside(visitor: Visitor, roads) -> Visitor:
    """The citizen of a request, in its space."""
    with clock.travel(NOW):
        receipt = filed(roads, subject="Dark street")
        visitor.open(receipt.reference, receipt.receipt_code)
    visitor.reference = receipt.reference
    return visitor


def made(reference):
    """How often the dossier of this request was made within the hour."""
    limit = Limit(name="dossier.case", subject=reference, allowed=DOSSIERS_PER_CASE, window=HOUR)
    return limit_count(limit) - 1


def test_the_same_dossier_is_made_once_and_keeps_its_moment(inside):
    with clock.travel(NOW):
        first = inside.see(PAPER).content
    with clock.travel(NOW + 5 * MINUTE):
        second = inside.see(PAPER).content
        assert made(inside.reference) == 1

    assert first == second


def test_after_a_change_it_is_made_anew(inside):
    with clock.travel(NOW):
        first = inside.see(PAPER).content
        inside.do("messages/", body="One more thing.")
        second = inside.see(PAPER).content
        assert made(inside.reference) == 2

    assert first != second


def test_after_a_quarter_of_an_hour_nothing_of_it_is_kept(inside):
    with clock.travel(NOW):
        inside.see(PAPER)
    with clock.travel(NOW + 16 * MINUTE):
        inside.see(PAPER)
        assert made(inside.reference) == 2


def test_over_the_limit_of_an_hour_it_is_refused_in_words_and_made_again_in_the_next(inside):
    with clock.travel(NOW):
        for _time in range(DOSSIERS_PER_CASE):
            made(inside.reference)
        refused = inside.see(PAPER)

    assert (refused.status_code, refused["Retry-After"]) == (429, "3000")
    assert "50 min" in refused.content.decode()
    with clock.travel(NOW + HOUR):
        assert inside.see(PAPER).status_code == 200


def test_the_limit_of_one_request_is_not_that_of_another(inside, roads):
    with clock.travel(NOW):
        for _time in range(DOSSIERS_PER_CASE):
            made("1" * 16)

        assert inside.see(PAPER).status_code == 200


@pytest.fixture
def in_hand_elsewhere(monkeypatch):
    """Another request's long document is being made by this process."""

    def taken():
        raise TryLater(retry_after=20)

    monkeypatch.setattr(render_process, "_turn", taken)


def test_one_that_was_long_is_refused_before_the_request_is_read(
    inside, in_hand_elsewhere, monkeypatch
):
    monkeypatch.setattr(render_process, "LONG_SIGNS", 1)
    with clock.travel(NOW):
        first = inside.see(PAPER)
        monkeypatch.setattr(
            services, "tracking_page_whole", lambda **_given: pytest.fail("it was read")
        )
        second = inside.see(PAPER)
        assert made(inside.reference) == 0

    assert [(answer.status_code, answer["Retry-After"]) for answer in (first, second)] == [
        (503, "20"), (503, "20"),
    ]  # fmt: skip


def test_a_short_one_is_made_while_a_long_one_is_in_hand(inside, in_hand_elsewhere):
    with clock.travel(NOW):
        assert inside.see(PAPER).status_code == 200

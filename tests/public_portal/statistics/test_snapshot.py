"""The published figures: one snapshot for all pages, a minute old at most, with its time."""

import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from shared.kernel import clock
from shared.register.models import FigureSnapshot
from shared.register.services import figures_published
from tests.shared.register.factories import at, figures_forgotten, registered, story

pytestmark = pytest.mark.django_db

API = "/api/v1/statistics/"


@pytest.fixture(autouse=True)
def _published_for_a_minute(settings):
    settings.FIGURES_SECONDS = 60
    figures_forgotten()
    yield
    figures_forgotten()


@contextmanager
def seconds_later(seconds):
    with clock.travel(at(100) + timedelta(seconds=seconds)):
        yield


def filed(agency, number=6):
    registered(agency, *[story(("received", 90)) for _ in range(number)])


def received(client, path=API):
    return client.get(path).json()["figures"]["received"]["value"]


def test_a_filing_shows_on_every_page_with_the_next_snapshot(client, roads):
    filed(roads)
    with seconds_later(0):
        assert received(client) == 6
    filed(roads)

    with seconds_later(59):
        young = [received(client), figures_published().figures.counts.received]
    with seconds_later(60):
        old = [received(client), figures_published().figures.counts.received]

    assert (young, old) == ([6, 6], [12, 12])


def test_first_page_and_statistics_show_the_same_until_the_next_snapshot(client, roads):
    filed(roads)
    with seconds_later(0):
        client.get("/en/")
    filed(roads)

    with seconds_later(59):
        pages = [client.get(path).content.decode() for path in ("/en/", "/en/statistics/")]
    with seconds_later(60):
        renewed = [client.get(path).content.decode() for path in ("/en/", "/en/statistics/")]

    assert [page.count("<bdi>6</bdi>") > 0 for page in pages] == [True, True]
    assert [page.count("<bdi>12</bdi>") > 0 for page in renewed] == [True, True]


def test_every_process_shows_the_row_and_not_its_own_count(client, roads):
    filed(roads)
    with seconds_later(0):
        figures_published()
    filed(roads)
    figures_forgotten()

    with seconds_later(30):
        assert received(client) == 6


def test_a_second_reader_asks_the_database_nothing(roads, django_assert_num_queries):
    with seconds_later(0):
        figures_published()

        with django_assert_num_queries(0):
            figures_published()


def test_another_process_reads_the_row_by_one_query(roads, django_assert_num_queries):
    with seconds_later(0):
        figures_published()
        figures_forgotten()

        with django_assert_num_queries(1):
            figures_published()


@pytest.mark.parametrize("path", [API, f"{API}?group=agency", f"{API}?group=month"])
def test_the_time_shown_is_that_of_the_snapshot(client, roads, path):
    with seconds_later(0):
        figures_published()

    with seconds_later(59):
        assert client.get(path).json()["as_of"] == at(100).isoformat()


def test_agencies_and_months_add_up_to_the_whole_of_the_snapshot(client, roads, water):
    filed(roads)
    filed(water, 7)
    with seconds_later(0):
        figures_published()
    filed(water)

    with seconds_later(59):
        whole = received(client)
        groups = {
            name: client.get(f"{API}?group={name}").json()["groups"] for name in ("agency", "month")
        }

    sums = {
        name: sum(group["figures"]["received"]["value"] for group in found)
        for name, found in groups.items()
    }
    assert (whole, sums) == (13, {"agency": 13, "month": 13})


def test_a_question_of_its_own_is_counted_when_it_is_asked(client, roads):
    filed(roads)
    with seconds_later(0):
        figures_published()
    filed(roads)

    with seconds_later(59):
        assert received(client, f"{API}?kind=complaint") == 12


def test_after_midnight_the_day_before_is_not_shown_as_today(client, roads):
    midnight = at(100).replace(hour=23, minute=0)
    with clock.travel(midnight - timedelta(seconds=20)):
        figures_published()

    with clock.travel(midnight + timedelta(seconds=20)):
        found = client.get(API).json()

    assert found["date_to"] == f"{clock.civil_day(midnight):%Y-%m-%d}"
    assert found["as_of"] == (midnight + timedelta(seconds=20)).isoformat()


def test_a_process_whose_clock_is_wrong_shows_figures_and_writes_none(roads, monkeypatch):
    measured = time.monotonic()
    hour_behind = clock.Anchor(seconds=time.time() - 3600, monotonic=measured)
    monkeypatch.setattr(clock, "_anchor", hour_behind)
    filed(roads)
    before = list(FigureSnapshot.objects.values())

    with seconds_later(0):
        shown = figures_published()

    assert shown.figures.counts.received == 6
    assert list(FigureSnapshot.objects.values()) == before


def test_what_another_release_wrote_is_counted_anew(client, roads):
    filed(roads)
    with seconds_later(0):
        figures_published()
    FigureSnapshot.objects.update(content={"columns": ["something else"]})
    figures_forgotten()

    with seconds_later(1):
        assert received(client) == 6


def test_the_snapshot_is_the_same_read_back_as_counted(roads, water):
    registered(
        roads,
        story(("received", 10), ("answered", 30), ("rated", 31), resolved=True, handling=4),
        story(("received", 20), ("withdrawn", 25)),
        story(("received", 90)),
        story(("received", 95), kind="proposal"),
    )
    with seconds_later(0):
        counted = figures_published()
        figures_forgotten()
        read = figures_published()

    assert read == counted

"""Oversight keeps the days off."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import gettext, override

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.catalogue.models import Holiday
from shared.catalogue.selectors import holidays_of
from shared.kernel import clock
from tests.public_portal.oversight.conftest import analyst, anybody, signed_in
from tests.support.refused_forms import is_refused

__all__ = ["analyst", "anybody", "signed_in"]
pytestmark = pytest.mark.django_db

NAMES = {"name_ar": "عطلة استثنائية", "name_fr": "Jour férié", "name_en": "Day off"}
ADD = {"day": "2026-09-07", **NAMES}
PATHS = [
    ("get", ""),
    ("get", "add/"),
    ("post", "add/"),
    ("post", "mawlid/confirm/"),
    ("post", "mawlid/move/"),
    ("post", "mawlid/remove/"),
]


@pytest.fixture(autouse=True)
def calendar():
    """Two days off of this year and one of another, in the middle of 2026."""
    with clock.travel(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        for key, day, state in (
            ("throne-day", date(2026, 7, 30), "confirmed"),
            ("mawlid", date(2026, 8, 25), "estimated"),
            ("other-year", date(2027, 8, 15), "estimated"),
        ):
            Holiday.objects.create(
                key=key, day=day, state=state, is_lunar=state == "estimated",
                name_ar=f"ar {key}", name_fr=f"fr {key}", name_en=f"en {key}",
            )  # fmt: skip
        yield


def days(year=2026):
    return {one.key: (str(one.day), one.state) for one in holidays_of(year=year)}


def test_the_list_shows_one_year_and_leads_to_the_others(analyst):
    page = analyst.get("/holidays/").content.decode()

    assert "ar throne-day" in page
    assert "mawlid/confirm/" in page
    assert "throne-day/confirm/" not in page
    assert "other-year" not in page
    assert 'href="?year=2027"' in page
    assert "other-year/move/" in analyst.get("/holidays/?year=2027").content.decode()


@pytest.mark.parametrize("year", ["", "x", "0", "99999999999", "-1", "2026 OR 1"])
def test_a_year_that_cannot_be_understood_is_this_one(analyst, year):
    page = analyst.get("/holidays/", {"year": year})

    assert (page.status_code, page.context["year"]) == (200, 2026)


def test_a_year_without_days_says_so(analyst):
    page = analyst.get("/holidays/?year=1999")

    words = "No holidays of this year are known yet. They come with the next release, or you add them one by one."  # noqa: E501
    with override("ar"):
        assert gettext(words) in page.content.decode()


def test_an_estimate_is_confirmed(analyst):
    page = analyst.post("/holidays/mawlid/confirm/")

    assert page["Location"] == "/holidays/?year=2026"
    assert days()["mawlid"] == ("2026-08-25", "confirmed")


def test_a_day_is_moved(analyst):
    analyst.post("/holidays/mawlid/move/", {"day": "2026-08-26"})

    assert days()["mawlid"] == ("2026-08-26", "confirmed")
    entry = AuditEntry.objects.get(action="holiday.moved")
    assert (entry.actor_kind, entry.actor_label) == ("oversight", "Test Person")


@pytest.mark.parametrize(
    "day", ["", "x", "2026-02-30", "26/08/2026", "2027-08-26", "9999-12-31", "0001-01-01", "\0"]
)
def test_a_day_that_cannot_be_is_refused_and_nothing_moves(analyst, day):
    page = analyst.post("/holidays/mawlid/move/", {"day": day})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["day"]
    assert days()["mawlid"] == ("2026-08-25", "estimated")


def test_a_day_off_is_added(analyst):
    analyst.post("/holidays/add/", ADD)

    assert days()["added-2026-09-07"] == ("2026-09-07", "confirmed")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"day": ""}, ["day"]),
        ({"day": "2062-09-07"}, ["day"]),
        ({"day": "2026-07-30"}, ["day"]),
        ({"name_ar": " "}, ["name_ar"]),
        ({"name_fr": "x" * 121}, ["name_fr"]),
        ({"name_en": "\u200b\u200b\u200b"}, ["name_en"]),
    ],
    ids=["no-day", "wrong-year", "taken", "blank", "too-long", "invisible"],
)
def test_what_cannot_be_added_is_said_at_its_field_and_kept(analyst, changes, wrong):
    page = analyst.post("/holidays/add/", {**ADD, **changes})

    assert is_refused(page)
    assert list(page.context["form"].errors) == wrong
    assert "added" not in str(days())


def test_a_removal_is_asked_once_more_and_then_done(analyst):
    asked = analyst.get("/holidays/throne-day/remove/")
    still_there = "throne-day" in days()
    analyst.post("/holidays/throne-day/remove/")

    assert (asked.status_code, still_there) == (200, True)
    assert "throne-day" not in days()


@pytest.mark.parametrize("act", ["confirm", "move", "remove"])
def test_an_unknown_holiday_is_not_there(analyst, act):
    assert analyst.post(f"/holidays/nothing/{act}/").status_code == 404


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_but_oversight_sees_or_changes_them(signed_in, method, path):
    stranger = signed_in(Role.AGENT)

    assert getattr(stranger, method)(f"/holidays/{path}", ADD).status_code == 403
    assert len(days()) == 2


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_whoever_is_not_signed_in_is_led_to_the_door(anybody, method, path):
    page = getattr(anybody, method)(f"/holidays/{path}", ADD)

    assert page["Location"].startswith("/accounts/login/")
    assert len(days()) == 2

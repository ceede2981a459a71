"""Two windows of national oversight: none overwrites what it has not seen, none loses a text."""

from datetime import date
from html import unescape

import pytest

from shared.accounts.enums import Role
from shared.catalogue.models import Holiday
from tests.all_forms.forms import forms_on
from tests.public_portal.oversight.conftest import anybody, signed_in
from tests.support.refused_forms import is_refused

__all__ = ["anybody", "signed_in"]
pytestmark = pytest.mark.django_db

REASON = "Nobody there has signed in since the spring."


def form_on(client, page: str, field: str):
    """The form of a page with that field, as a browser would send it."""
    return next(one for one in forms_on(client.get(page).text) if field in one.fields)


@pytest.fixture
def english(signed_in):
    """Sign somebody in whose pages are in English."""

    def sign_in(role: Role):
        client = signed_in(role)
        client.cookies["language"] = "en"
        return client

    return sign_in


def holiday(english, _roads):
    Holiday.objects.create(
        key="mawlid", day=date(2026, 8, 25), state="estimated", is_lunar=True,
        name_ar="المولد", name_fr="Mawlid", name_en="Mawlid",
    )  # fmt: skip
    return english(Role.ANALYST), "/holidays/mawlid/move/"


def name(english, _roads):
    return english(Role.OPERATOR), "/agencies/roads/workspace/rename/"


FORMS = {
    "day off": (holiday, "day", "2026-08-26", "2026-08-27", "26 August 2026"),
    "name of an agency": (name, "name_fr", "Routes et voies", "Voies", "Routes et voies"),
}


@pytest.mark.parametrize("which", FORMS)
def test_the_second_window_is_told_and_then_may_replace_it(english, roads, which):
    make, field, first, second, said = FORMS[which]
    client, page = make(english, roads)
    windows = [form_on(client, page, field).filled() for _window in range(2)]

    done = client.post(page, {**windows[0], field: first})
    told = client.post(page, {**windows[1], field: second})

    assert (done.status_code, is_refused(told)) == (302, True)
    assert "Somebody has changed this since you opened the page." in told.text
    assert f"is now: \u2068{said}\u2069" in told.text
    again = next(one for one in forms_on(told.text) if field in one.fields).filled()
    assert again[field] == second
    assert client.post(page, again).status_code == 302


@pytest.mark.parametrize("action", ["suspend", "archive"])
def test_a_reason_for_what_is_not_possible_any_more_is_shown(english, roads, action):
    client, page = english(Role.OPERATOR), f"/agencies/roads/workspace/{action}/"
    window = form_on(client, page, "reason").filled()
    client.post("/agencies/roads/workspace/suspend/", {**window, "reason": "No contract."})

    client.handler.enforce_csrf_checks = True
    told = client.post(page, {**window, "csrfmiddlewaretoken": "", "reason": REASON})

    assert REASON in unescape(told.text)

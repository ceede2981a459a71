"""Two windows on the same thing: the second one overwrites nothing that it has not seen."""

import pytest

from agency_console.units.selectors import unit_name
from shared.accounts.enums import Role
from shared.complaints.selectors import label_list
from shared.units.selectors import units
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.all_forms.forms import forms_on
from tests.support.factories import staff
from tests.support.refused_forms import is_refused
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(console):
    """An administrator whose pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR, "administrator@roads.example")


def label_page(console) -> str:
    console.post("/labels/", {"name": "Lamps"})
    with agency_context(console.agency):
        return f"/labels/{label_list()[0].id}/"


def unit_page(console) -> str:
    names = {"name_ar": "الطرق", "name_fr": "Voirie", "name_en": "Roads", "parent": "agency"}
    console.post("/units/add/", names)
    with agency_context(console.agency):
        return f"/units/{units()[0].id}/"


def staff_page(console) -> str:
    return f"/staff/{staff(console.agency, Role.AGENT, 'changed@roads.example').pk}/"


def parent_page(console) -> str:
    with agency_context(console.agency):
        unit("North")
        unit("South")
        return f"/units/{unit('Lamps')}/move/"


def view_page(console) -> str:
    console.post("/inbox/views/save/", {"name": "Late", "query": "?view=overdue"})
    return "/inbox/views/"


# The page that changes it, the field, and what each of two windows makes of it.
FORMS = {
    "label": (label_page, "name", "Street lamps", "Lighting"),
    "unit": (unit_page, "name_fr", "Éclairage", "Propreté"),
    "place of a unit": (parent_page, "parent", "North", "South"),
    "colleague": (staff_page, "role", "supervisor", "administrator"),
    "saved view": (view_page, "name", "Late cases", "Overdue"),
}


def form_on(console, page: str, field: str):
    """The form of a page with that field, as a browser would send it."""
    return next(one for one in forms_on(text_of(console.get(page))) if field in one.fields)


@pytest.mark.parametrize("name", FORMS)
def test_the_second_window_is_told_and_then_may_replace_it(console, administrator, name):
    make, field, first, second = FORMS[name]
    page = make(console)
    windows = [form_on(console, page, field) for _window in range(2)]
    action = windows[0].action or page
    # A choice is named by what stands on the page.
    with agency_context(console.agency):
        numbers = {str(unit_name(one)): str(one.id) for one in units()}
    first, second = numbers.get(first, first), numbers.get(second, second)

    done = console.post(action, {**windows[0].filled(), field: first})
    told = console.post(action, {**windows[1].filled(), field: second})

    assert done.status_code == 302
    assert is_refused(told)
    assert "Somebody has changed this since you opened the page." in text_of(told)
    stored = form_on(console, page, field)
    again = next(one for one in forms_on(text_of(told)) if field in one.fields)
    assert stored.fields["shown"] == again.fields["shown"]
    assert console.post(action, {**again.filled(), field: second}).status_code == 302
    assert form_on(console, page, field).fields["shown"] != stored.fields["shown"]


def test_what_is_stored_now_stands_beside_what_was_typed(console, administrator):
    page = label_page(console)
    form = form_on(console, page, "name")
    console.post(page, {**form.filled(), "name": "Street lamps"})

    told = console.post(page, {**form.filled(), "name": "Lighting"})

    assert "is now: \u2068Street lamps\u2069" in text_of(told)
    assert 'value="Lighting"' in text_of(told)


def test_the_same_change_in_both_windows_is_no_conflict(console, administrator):
    page = label_page(console)
    form = form_on(console, page, "name")
    console.post(page, {**form.filled(), "name": "Street lamps"})

    assert console.post(page, {**form.filled(), "name": "Street lamps"}).status_code == 302

"""A text is saved, and colleagues see who writes it, by one statement."""

import json

import pytest

from agency_console.casework.models import CaseDraft
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of

TEXT_AND_WRITER = ("casework_casedraft", "complaints_officercasestate")


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def save(console, reference, facts, **known):
    """What the page of a case sends every few seconds."""
    typed = {"facts": facts, "version": "2", **known}
    return console.post(f"/cases/{reference}/draft/reply/", typed)


def test_a_text_and_who_writes_it_are_saved_in_one_statement(
    console, mine, django_assert_max_num_queries
):
    save(console, mine, "The lamp")

    with django_assert_max_num_queries(10) as asked:
        save(console, mine, "The lamp is out")

    saved = [one["sql"] for one in asked if any(table in one["sql"] for table in TEXT_AND_WRITER)]
    assert [all(table in one for table in TEXT_AND_WRITER) for one in saved] == [True]


def test_colleagues_see_who_types_a_text_that_is_refused(console, roads, mine, colleague):
    refused = save(console, mine, "x" * 20_001)
    console.sign_in(colleague)

    shown = text_of(console.get(f"/cases/{mine}/writers/?version=2"))

    assert refused.status_code == 400
    with agency_context(roads):
        assert not CaseDraft.objects.exists()
    assert "is writing a reply" in shown


@pytest.mark.parametrize("locked_at", ["pressed_at", "approval_asked_at"])
def test_a_page_that_knows_a_text_does_not_change_it_once_it_is_locked(
    console, roads, mine, locked_at
):
    known = json.loads(save(console, mine, "The lamp").content)["known"]
    with agency_context(roads):
        CaseDraft.objects.update(**{locked_at: clock.now()})

    refused = save(console, mine, "The lamp is out", known=known)

    with agency_context(roads):
        (draft,) = CaseDraft.objects.all()
    assert (refused.status_code, draft.parts["facts"]) == (409, "The lamp")

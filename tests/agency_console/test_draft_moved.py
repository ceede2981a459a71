"""A case that leaves an officer's units while they write: what they type is kept, and no more."""

import json

import pytest

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.services import case_unit_change
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, staff
from tests.support.units import join, unit

SUBJECT = "Lamp of the northern quarter"


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def units(roads):
    with agency_context(roads):
        return {"north": unit("North", places=("North",)), "south": unit("South")}


@pytest.fixture
def writer(console, units, roads):
    """An agent of the northern unit, signed in."""
    user = console.sign_in_as(Role.AGENT)
    with agency_context(roads):
        join(units["north"], user)
    return user


@pytest.fixture
def case_here(roads, units, writer):
    return filed(roads, place="North", subject=SUBJECT).reference


def move(console, reference, number):
    with agency_context(console.agency):
        case_unit_change(reference=reference, unit_id=number, actor=SYSTEM)


def save(console, reference, act="reply", **changes):
    typed = {"facts": "The lamp is out since", "version": "1", **changes}
    return console.post(f"/cases/{reference}/draft/{act}/", typed)


def kept(console):
    with agency_context(console.agency):
        return [dict(draft.parts) for draft in CaseDraft.objects.order_by("id")]


def test_what_is_typed_after_the_case_has_moved_is_kept(console, units, case_here, writer, roads):
    known = json.loads(save(console, case_here).content)["known"]
    move(console, case_here, units["south"])
    with agency_context(roads):
        seen_before = AuditEntry.objects.count()

    page = save(console, case_here, facts="The lamp is out since March.", known=known)

    answer = json.loads(page.content)
    assert (page.status_code, answer["words"]) == (
        200,
        "This case is with another unit now. Your text is saved: whoever handles the case there "
        "can read it and go on with it.",
    )
    assert [parts["facts"] for parts in kept(console)] == ["The lamp is out since March."]
    assert sorted(answer) == ["known", "words"]
    assert SUBJECT not in text_of(page)
    with agency_context(roads):
        assert AuditEntry.objects.count() == seen_before


def test_who_gets_the_case_goes_on_with_the_text(console, units, case_here, writer, roads):
    save(console, case_here)
    move(console, case_here, units["south"])
    save(console, case_here, facts="The cable was stolen in March.")
    southerner = staff(roads, Role.AGENT, "south@roads.example")
    with agency_context(roads):
        join(units["south"], southerner)
    console.sign_in(southerner)

    page = text_of(console.get(f"/cases/{case_here}/"))

    assert "The cable was stolen in March." in page


@pytest.mark.parametrize("act", ["reply", "refuse", "message", "note"])
def test_without_a_text_of_that_act_the_case_is_not_there(console, units, case_here, writer, act):
    save(console, case_here, act="ask", body="Which lamp?")
    move(console, case_here, units["south"])

    page = save(console, case_here, act=act, body="Mine", facts="Mine")

    assert page.status_code == 404
    assert SUBJECT not in text_of(page)
    assert [parts["body"] for parts in kept(console)] == ["Which lamp?"]


def test_the_text_of_a_colleague_opens_nothing(console, units, case_here, writer, roads):
    save(console, case_here)
    move(console, case_here, units["south"])
    other = staff(roads, Role.AGENT, "other@roads.example")
    with agency_context(roads):
        join(units["north"], other)
    console.sign_in(other)

    page = save(console, case_here, facts="Theirs")

    assert page.status_code == 404
    assert [parts["facts"] for parts in kept(console)] == ["The lamp is out since"]


def test_nothing_else_of_the_case_is_opened(console, units, case_here, writer):
    save(console, case_here)
    move(console, case_here, units["south"])
    save(console, case_here)

    pages = [
        console.get(f"/cases/{case_here}/{rest}")
        for rest in ("", "?write=reply", "writers/", "days/", "similar/", "reply/")
    ]
    pages.append(console.post(f"/cases/{case_here}/reply/", {"step": "send", "version": "2"}))

    assert {page.status_code for page in pages} == {404}
    assert not any(SUBJECT in text_of(page) for page in pages)


def test_a_note_says_that_nobody_else_reads_it(console, units, case_here, writer):
    save(console, case_here, act="note", body="Ask Karim.")
    move(console, case_here, units["south"])

    page = save(console, case_here, act="note", body="Ask Karim again.")

    assert json.loads(page.content)["words"] == (
        "This case is with another unit now. Your note is saved, but it can no longer be added. "
        "Copy it if you need it."
    )
    assert [parts["body"] for parts in kept(console)] == ["Ask Karim again."]


def test_a_text_that_waits_for_approval_is_not_changed(console, units, case_here, writer, roads):
    save(console, case_here)
    move(console, case_here, units["south"])
    with agency_context(roads):
        draft = CaseDraft.objects.get()
        draft.approval_asked_at = draft.saved_at
        draft.save()

    page = save(console, case_here, facts="Something else")

    assert page.status_code == 409
    assert SUBJECT not in text_of(page)
    assert [parts["facts"] for parts in kept(console)] == ["The lamp is out since"]

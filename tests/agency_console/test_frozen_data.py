"""No template of the console holds a model instance or a queryset: pages get frozen data."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.test.utils import ContextList

from shared.accounts.enums import Role
from shared.complaints.enums import Author
from shared.complaints.services import (
    attachment_add,
    citizen_message_add,
    complaint_assign,
    complaint_reply,
    note_add,
    rating_give,
)
from shared.complaints.types import RatingDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.agency_console.conftest import WORDS, Console
from tests.all_forms.addresses import Address, addresses
from tests.all_forms.console_table import EXPECTED
from tests.all_forms.console_world import World, console_world
from tests.all_forms.doors import columns, table
from tests.all_forms.people import session_of
from tests.support import samples
from tests.support.factories import REPLY, filed, officer_actor, organisation_of, staff
from tests.support.refused_forms import is_refused

# What the context processors of Django give to each page.
OF_EVERY_PAGE = {"request", "user"}
FILES = {
    "agency_export:take-bundle",
    "casework:download-file",
    "casework:view-file",
    "reports:download-figures",
}
# What an address alone does not show: lists that somebody asked for, a request filed for a person.
ASKED_FOR = ("/?view=all", "/?q=lamp", "/desk/?q=roads", "/desk/request/?organisation=roads")


def rows_in(value: Any) -> Iterator[Any]:
    """The model instances and querysets in a value, in its elements and in its fields."""
    if isinstance(value, Model | QuerySet):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from rows_in(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from rows_in(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from rows_in(getattr(value, field.name))


def rows_of_page(page: Any) -> list[tuple[str, str]]:
    """Name and type of each row that a template of the page was given."""
    # Of a page made of one template it is that template's context, else a list of them.
    given = page.context or ()
    return [
        (name, type(row).__name__)
        for context in (given if isinstance(given, ContextList) else [given])
        for level in context
        for name, value in level.items()
        if name not in OF_EVERY_PAGE
        for row in rows_in(value)
    ]


@pytest.fixture
def administrator(console: Console):
    return console.sign_in_as(Role.ADMINISTRATOR)


@pytest.fixture
def answered(roads, administrator) -> str:
    """A case with a message, a note, a file, a reply and a rating."""
    reference = filed(roads).reference
    officer, actor = administrator, officer_actor(administrator)
    with agency_context(roads):
        complaint_assign(reference=reference, officer=officer, actor=actor)
        citizen_message_add(reference=reference, body="It is dark.", actor=CITIZEN)
        note_add(reference=reference, body="I know this street.", officer=officer, actor=actor)
        upload = UploadedContent(name="facture.pdf", content=samples.PDF)
        attachment_add(reference=reference, upload=upload, author=Author.CITIZEN, actor=CITIZEN)
        complaint_reply(reference=reference, draft=REPLY, officer=officer, actor=actor)
        rating = RatingDraft(resolved=True, handling=4, comment="Thank you.")
        rating_give(reference=reference, draft=rating, actor=CITIZEN)
    return reference


def test_no_page_of_a_console_holds_a_model(console, administrator, answered, roads, water):
    world, shown = console_world(roads, water), set()
    with agency_context(roads):
        world.sessions["own"] = session_of(administrator)
    for address, parts in own_pages(world, answered):
        page = console.get(address.path({name: str(value) for name, value in parts.items()}))

        assert (address.name, rows_of_page(page)) == (address.name, [])
        if page.status_code == 200 and page.context is not None:
            shown.add(address.name)
    assert pages_by_table("administrator") - shown == FILES


def own_pages(world: World, answered: str) -> Iterator[tuple[Address, Mapping[str, object]]]:
    """Each address of the console about what is the agency's own; of a case also a long one."""
    for address in addresses():
        # django-allauth gives its own pages the rows of its own models.
        if address.host != "roads.testserver" or address.view.__module__.startswith("allauth"):
            continue
        for thing in world.things(address):
            if thing.label in ("", "own"):
                yield address, thing.parts
        if "reference" in address.parts:
            yield address, {**world.ours, "reference": answered}


def pages_by_table(visitor: str) -> set[str]:
    """Names of the addresses that let this visitor in, by the table of who is let in where."""
    place = columns(EXPECTED).index(visitor)
    opened = {line.split()[0] for line, row in table(EXPECTED).items() if row[place][0] == "L"}
    return {name for name in opened if ":" in name}


def test_lists_that_were_asked_for_hold_no_model(console, answered):
    for path in ASKED_FOR:
        page = console.get(path)

        assert (path, page.status_code, rows_of_page(page)) == (path, 200, [])
        assert page.context is not None


def test_page_of_a_closed_console_holds_no_model(console, administrator, roads):
    Agency.objects.filter(pk=roads.pk).update(
        state=AgencyState.SUSPENDED, state_since=clock.now(), state_reason="Nobody answers there."
    )

    page = console.get("/")

    assert (page.status_code, rows_of_page(page)) == (503, [])
    assert "Nobody answers there." in page.content.decode()


def test_page_of_a_new_export_holds_no_model(console, administrator):
    page = console.post("/leaving/new/")

    assert (page.status_code, rows_of_page(page)) == (200, [])


def test_preview_and_conflict_hold_no_model(console, mine, roads):
    version = {"version": "2"}

    preview = console.post(f"/cases/{mine}/reply/", {**WORDS, **version, "step": "check"})
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It is repaired.", actor=CITIZEN)
    conflict = console.post(f"/cases/{mine}/reply/", {**WORDS, **version, "step": "send"})

    assert (preview.status_code, rows_of_page(preview)) == (200, [])
    assert (is_refused(conflict), rows_of_page(conflict)) == (True, [])


def test_assisted_filing_checks_without_a_model(console, administrator, roads):
    console.sign_in(staff(roads, Role.AGENT, "counter@roads.example"))
    request = {
        "key": "k",
        "channel": "counter",
        "kind": "complaint",
        "subject": "Street lamp out",
        "body": "The street lamp before number twelve is out.",
        "name": "Test Person",
        "email": "person@example.org",
        "language": "fr",
        "consent": "signed",
    }
    filed(roads)

    page = console.post(f"/desk/request/?organisation={organisation_of(roads).code}", request)

    assert (page.status_code, rows_of_page(page)) == (200, [])


def test_a_model_in_a_frozen_row_is_found(console, administrator):
    page = console.get("/staff/")
    page.context[0].dicts[-1]["people"] = [{"row": administrator}]

    assert ("people", "User") in rows_of_page(page)

"""An agency's console as its staff meet it: a browser at the agency's host."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_send
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    ListSort,
    case_events,
    case_messages,
    complaint_get,
    position_of,
)
from shared.complaints.services import complaint_assign
from shared.complaints.types import InboxPosition
from shared.kernel import clock
from shared.rows import kept_values
from shared.rows.kept_values import VALUES
from shared.units.types import WHOLE_AGENCY
from tenants.isolation.backends.data_changes import DataChanges
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tests.support.factories import filed, officer_actor, staff
from tests.support.sessions import open_session

WORDS = {
    "outcome": "partly_upheld",
    "carried_out": "done",
    "facts": "The lamp is out since March.\r\nWe measured it.",
    "rule": "Organic law 113-14, article 83.",
    "decision": "It is repaired in the week.",
    "remedy": "",
}
REFUSAL = {
    "ground": "before_courts",
    "explanation": "The road is a national one.",
    "way_on": "The Ministry of Equipment, by this portal.",
}


@dataclass
class Console:
    """A browser at one agency's host; between two clicks the test stands in the public schema."""

    client: Client
    agency: Agency
    received: bytes = b""

    def get(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """Open a page."""
        return self._ask("get", path, data)

    def post(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """Send a form."""
        return self._ask("post", path, data)

    def sign_in(self, user: User) -> User:
        """Be that person from now on."""
        with agency_context(self.agency):
            open_session(self.client, user)
        return user

    def sign_in_as(self, role: Role, email: str = "") -> User:
        """Be a new person with that role."""
        return self.sign_in(staff(self.agency, role, email))

    def case(self, reference: str) -> Complaint:
        """The case as it stands."""
        with agency_context(self.agency):
            return complaint_get(reference=reference)

    def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> HttpResponse:
        host = f"{self.agency.code}.testserver"
        try:
            page: HttpResponse = getattr(self.client, method)(path, data, headers={"host": host})
            # A file that nobody reads to its end stays open.
            self.received = b"".join(page)
        finally:
            start_in(None)
        return page


@pytest.fixture
def console(client: Client, roads: Agency) -> Console:
    """The console of the first agency, nobody signed in."""
    return Console(client=client, agency=roads)


@pytest.fixture
def agent(console: Console) -> User:
    """An agent, signed in."""
    return console.sign_in_as(Role.AGENT)


def inbox_position(case: Complaint, sort: ListSort = ListSort.RISK) -> InboxPosition:
    """The place of a case in a list of open cases."""
    return position_of(case, sort)


def filed_on(agency: Agency, day: int, **changes: object) -> str:
    """A complaint filed on a day of November."""
    with clock.travel(datetime(2026, 11, day, 9, tzinfo=UTC)):
        return filed(agency, **changes).reference


def asked_by(officer: User | None = None, **changes: Any) -> dict[str, Any]:
    """What selectors of lists need to know of whoever asks: today, for the whole agency."""
    user_id = officer.pk if officer else 0
    return {"user_id": user_id, "today": clock.today(), "scope": WHOLE_AGENCY} | changes


def numbers_on(page: HttpResponse) -> dict[str, str]:
    """The numbers beside the lists, by view."""
    items = re.findall(r'<li><a id="nav-([\w-]+)"(.*?)</a></li>', page.content.decode(), re.DOTALL)
    found = {name: re.search(r"side-count[^>]*>([^<]+)<", rest) for name, rest in items}
    return {name: number.group(1) for name, number in found.items() if number}


def rows_address(page: HttpResponse) -> str:
    """Where a page of the inbox asks for its lines again."""
    found = re.search(r'id="inbox-live" hx-get="([^"]+)"', page.content.decode())
    return html.unescape(found.group(1))


def lines_on(page: HttpResponse) -> list[str]:
    """The HTML of each line of a list."""
    return re.findall(r'<li class="case-row.*?</details></li>', page.content.decode(), re.DOTALL)


def ten_seconds_later(console: Console) -> list[bool]:
    """Let leave what somebody has pressed "send" for; says of each text whether it was sent."""
    later = clock.now() + timedelta(seconds=11)
    with agency_context(console.agency), clock.travel(later):
        pressed = CaseDraft.objects.filter(pressed_at__isnull=False).order_by("pressed_at")
        return [case_draft_send(draft_id=pk) for pk in list(pressed.values_list("pk", flat=True))]


def acts_offered(page: HttpResponse) -> list[str]:
    """The acts to which the page of a case leads, in their order, each once."""
    found = re.findall(r'(?:href="[^"]*[?&;]write=|action="/cases/\d+/)(\w+)', text_of(page))
    return list(dict.fromkeys(found))


def references_on(page: HttpResponse) -> list[str]:
    """The references that a page of the inbox links to, in order."""
    return re.findall(r'href="/cases/(\d{16})/', page.content.decode())


@pytest.fixture
def reference(roads: Agency) -> str:
    """A case that nobody holds."""
    return filed(roads).reference


@pytest.fixture
def mine(roads: Agency, agent: User, reference: str) -> str:
    """The same case, held by the agent who is signed in."""
    with agency_context(roads):
        complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
    return reference


@pytest.fixture
def colleague(roads: Agency) -> User:
    """Another agent."""
    return staff(roads, Role.AGENT, "colleague@roads.example")


def text_of(page: HttpResponse) -> str:
    """The page as text."""
    return page.content.decode()


def version_on(page: HttpResponse) -> str:
    """The version of the case from which a form was made."""
    return re.search(r'name="version" value="(\d+)"', text_of(page)).group(1)


def typed_in(page: HttpResponse, name: str) -> str:
    """What stands in a text area of the page."""
    area = re.search(rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', text_of(page), re.DOTALL)
    return html.unescape(area.group(1)).strip()


def sent(console: Console, reference: str) -> list[tuple[str, str]]:
    """Kind and text of every message of the agency."""
    with agency_context(console.agency):
        case = console.case(reference)
        rows = case_messages(case, events=case_events(case))
        return [(row.kind, row.body) for row in rows if row.author == "agency"]


@pytest.fixture
def kept_in_a_transaction(monkeypatch) -> Iterator[None]:
    """Keep values although the whole test is one transaction: each change is seen at once."""
    before = DataChanges.before

    def at_once(self, schemas, query, *, is_alone):
        return before(self, schemas, query, is_alone=True)

    def version():
        known = connection.changes.known
        return known if known is not None and known.schema == connection.schema_name else None

    monkeypatch.setattr(DataChanges, "before", at_once)
    monkeypatch.setattr(kept_values, "data_version", version)
    VALUES.clear()
    yield
    VALUES.clear()

"""Many cases at once, as a supervisor does it in a browser."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse

from agency_console.bulk_actions.models import BulkAction
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.services import template_create
from agency_console.reply_templates.types import TemplateDraft
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Language, Outcome
from shared.complaints.selectors import case_events
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console
from tests.support.factories import filed, officer_actor


@dataclass
class Bulk:
    """The pages of an action, in the order in which an officer sees them."""

    console: Console

    def begin(self, action: str, references: list[str] = [], **data: object) -> HttpResponse:  # noqa: B006
        """Press a button of the bar."""
        given = {"action": action, "case": references, "view": "all", **data}
        return self.console.post("/bulk/begin/", given)

    def previewed(self, action: str, references: list[str] = [], **data: object) -> str:  # noqa: B006
        """Choose cases and what to do with them; the address of the action."""
        ours = {"which", "shown", "query", "view"}
        page = self.begin(action, references, **{k: v for k, v in data.items() if k in ours})
        path: str = page["Location"]
        told = self.console.post(path, {k: v for k, v in data.items() if k not in ours})
        assert told.status_code == 302, told.content.decode()
        return path

    def done(self, action: str, references: list[str] = [], **data: object) -> BulkAction:  # noqa: B006
        """Choose, confirm, and let it be done."""
        path = self.previewed(action, references, **data)
        self.console.post(f"{path}start/")
        return self.row(path)

    def undone(self, path: str) -> BulkAction:
        """Take an action back."""
        return self.row(self.console.post(f"{path}undo/")["Location"])

    def row(self, path: str) -> BulkAction:
        """The action at that address as it is stored."""
        number = re.search(r"[0-9a-f-]{36}", path)
        with agency_context(self.console.agency):
            found: BulkAction = BulkAction.objects.get(pk=UUID(number.group(0)))
        return found

    def events(self, reference: str) -> list[str]:
        """What happened to a case."""
        with agency_context(self.console.agency):
            return [one.kind for one in case_events(self.console.case(reference))]


@pytest.fixture
def bulk(console: Console) -> Bulk:
    """Actions in the console of the first agency."""
    return Bulk(console)


@pytest.fixture
def supervisor(console: Console) -> User:
    """A supervisor, signed in."""
    return console.sign_in_as(Role.SUPERVISOR)


@pytest.fixture
def references(roads) -> list[str]:
    """Three cases that nobody holds."""
    return [filed(roads, subject=f"Lamp {number}").reference for number in range(3)]


def path_of(action: BulkAction) -> str:
    """The address of an action."""
    return f"/bulk/{action.pk}/"


def template(console: Console, officer: User, **changes: object) -> int:
    """A template of a reply in French; its number."""
    values: dict[str, Any] = {
        "name": "Repaired",
        "act": TemplateAct.REPLY,
        "language": Language.FRENCH,
        "outcome": Outcome.UPHELD,
        "promised_days": 0,
        "facts": "La lampe « {{subject}} » est en panne depuis mars.",
        "rule": "Charte communale, article 83.",
        "decision": "Elle est réparée cette semaine.",
    }
    with agency_context(console.agency):
        draft = TemplateDraft(**(values | changes))
        made = template_create(draft=draft, officer=officer, actor=officer_actor(officer))
        return int(made.pk)

"""An officer's text in two windows at once, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftLocked
from agency_console.casework.models import CaseDraft
from agency_console.casework.services import approval
from agency_console.casework.services.drafts import draft_save
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.selectors import complaint_get
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed, officer_actor, staff
from tests.tenants.isolation.committed import committed_canaries, in_thread, with_own_connection

pytestmark = pytest.mark.django_db

T = TypeVar("T")
# So long a window gets to save, which does so at once where nothing holds it.
SECONDS = 2.0


@dataclass(frozen=True)
class Office:
    """A committed agency with a case and its officer."""

    agency: Agency
    officer: User
    reference: str

    def inside(self, work: Callable[[], T]) -> T:
        """Do something in the agency."""
        with agency_context(self.agency):
            return work()

    def save(self, body: str) -> CaseDraft:
        """What a window does while its officer types."""
        return draft_save(
            complaint=complaint_get(reference=self.reference),
            officer=self.officer,
            act=DraftAct.MESSAGE,
            parts={"body": body},
            version=1,
        )

    def press(self, body: str) -> CaseDraft:
        """What a window does whose officer presses "send"."""
        return approval.draft_send_or_submit(
            complaint=complaint_get(reference=self.reference),
            officer=self.officer,
            act=DraftAct.MESSAGE,
            parts={"body": body},
            version=1,
            actor=officer_actor(self.officer),
            needs_approval=False,
        )


@pytest.fixture(scope="module")
def canaries(django_db_setup, django_db_blocker):
    """Agencies that every thread sees; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    officer = staff(agency, Role.AGENT, "writer@dunes.example")
    return Office(agency=agency, officer=officer, reference=filed(agency).reference)


@pytest.fixture
def office(canaries):
    return canaries


def test_a_window_that_saves_while_the_text_is_pressed_does_not_replace_it(office, monkeypatch):
    saving: list[Future[CaseDraft]] = []
    draft_schedule = approval.draft_schedule

    with ThreadPoolExecutor(max_workers=2) as pool:

        def pressed(**given: Any) -> CaseDraft:
            work = partial(office.inside, partial(office.save, "The lamp is"))
            saving.append(pool.submit(with_own_connection, work))
            wait(saving, timeout=SECONDS)
            return draft_schedule(**given)

        monkeypatch.setattr(approval, "draft_schedule", pressed)
        act = partial(office.inside, partial(office.press, "The lamp is repaired."))
        draft = pool.submit(with_own_connection, act).result()

    assert draft.parts == {"body": "The lamp is repaired."}
    assert isinstance(saving[0].exception(), DraftLocked)

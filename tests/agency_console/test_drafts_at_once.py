"""An officer's text in two windows at once, or beside a merge, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any, TypeVar

import pytest
from django.db import transaction

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftLocked
from agency_console.casework.models import CaseDraft
from agency_console.casework.services import draft_approval
from agency_console.casework.services.dispatch import case_draft_send
from agency_console.casework.services.drafts import case_draft_save
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Status
from shared.complaints.selectors import complaint_get
from shared.complaints.services import case_merge, case_unmerge, complaint_assign
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import WORDS
from tests.support.factories import filed_and_proved, officer_actor, staff
from tests.support.sampling import repeats
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
        return case_draft_save(
            complaint=complaint_get(reference=self.reference),
            officer=self.officer,
            act=DraftAct.MESSAGE,
            parts={"body": body},
            version=1,
        )

    def press(self, body: str) -> CaseDraft:
        """What a window does whose officer presses "send"."""
        return draft_approval.case_draft_send_or_submit(
            complaint=complaint_get(reference=self.reference),
            officer=self.officer,
            act=DraftAct.MESSAGE,
            parts={"body": body},
            version=1,
            actor=officer_actor(self.officer),
            needs_approval=False,
        )

    def kept(self, draft: CaseDraft) -> CaseDraft:
        """What has become of a text."""
        return in_thread(partial(self.inside, lambda: CaseDraft.objects.get(pk=draft.pk)))


@pytest.fixture(scope="module")
def canaries(django_db_setup, django_db_blocker):
    """Agencies that every thread sees; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    officer = staff(agency, Role.AGENT, "writer@dunes.example")
    return Office(agency=agency, officer=officer, reference=filed_and_proved(agency).reference)


@pytest.fixture
def office(canaries):
    return canaries


def test_a_window_that_saves_while_the_text_is_pressed_does_not_replace_it(office, monkeypatch):
    saving: list[Future[CaseDraft]] = []
    case_draft_schedule = draft_approval.case_draft_schedule

    with ThreadPoolExecutor(max_workers=2) as pool:

        def pressed(**given: Any) -> CaseDraft:
            work = partial(office.inside, partial(office.save, "The lamp is"))
            saving.append(pool.submit(with_own_connection, work))
            wait(saving, timeout=SECONDS)
            return case_draft_schedule(**given)

        monkeypatch.setattr(draft_approval, "case_draft_schedule", pressed)
        act = partial(office.inside, partial(office.press, "The lamp is repaired."))
        draft = pool.submit(with_own_connection, act).result()

    assert draft.parts == {"body": "The lamp is repaired."}
    assert isinstance(saving[0].exception(), DraftLocked)


@dataclass(frozen=True)
class Meeting:
    """A reply that leaves, and a merge that is not committed while it does."""

    office: Office
    main: str
    later: str
    changed: Event
    may_commit: Event
    is_merged: bool

    def press(self) -> CaseDraft:
        """Press "send" for a reply to the main case, a minute ago."""
        if self.is_merged:
            case_merge(reference=self.later, into=self.main, actor=SYSTEM)
        officer = self.office.officer
        complaint_assign(reference=self.main, officer=officer, actor=officer_actor(officer))
        case = complaint_get(reference=self.main)
        draft = draft_approval.case_draft_send_or_submit(
            complaint=case,
            officer=officer,
            act=DraftAct.REPLY,
            parts=WORDS,
            version=case.version,
            actor=officer_actor(officer),
            needs_approval=False,
        )
        ago = clock.now() - timedelta(minutes=1)
        CaseDraft.objects.filter(pk=draft.pk).update(pressed_at=ago)
        return draft

    def change(self) -> None:
        """Merge, or undo it, and commit only when told so."""
        with transaction.atomic():
            if self.is_merged:
                case_unmerge(reference=self.later, actor=SYSTEM)
            else:
                case_merge(reference=self.later, into=self.main, actor=SYSTEM)
            self.changed.set()
            self.may_commit.wait(SECONDS)

    def states(self) -> list[str]:
        """How both cases stand."""
        return [complaint_get(reference=one).status for one in (self.main, self.later)]


@pytest.mark.parametrize("is_merged", repeats([False, True], keep=1), ids=["joins", "leaves"])
def test_a_reply_that_waits_for_the_lock_of_a_merge_reaches_nobody(office, is_merged):
    main = in_thread(lambda: filed_and_proved(office.agency).reference)
    later = in_thread(lambda: filed_and_proved(office.agency).reference)
    meeting = Meeting(office, main, later, Event(), Event(), is_merged)
    draft = in_thread(partial(office.inside, meeting.press))

    with ThreadPoolExecutor(max_workers=2) as pool:
        changing = pool.submit(with_own_connection, partial(office.inside, meeting.change))
        assert meeting.changed.wait(SECONDS)
        send = partial(office.inside, partial(case_draft_send, draft_id=draft.pk))
        sending = pool.submit(with_own_connection, send)
        assert not wait([sending], timeout=0.3).done
        meeting.may_commit.set()
        changing.result()

        assert sending.result() is False

    assert in_thread(partial(office.inside, meeting.states)) == [
        Status.IN_PROGRESS,
        Status.RECEIVED,
    ]
    assert office.kept(draft).failure in ("stale_case", "recipients_changed")

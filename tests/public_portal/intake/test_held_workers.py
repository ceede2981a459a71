"""Workers that are killed while they file a held request, and two at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from public_portal.intake.models import Draft
from public_portal.intake.selectors.drafts import ANSWER_NAMES, form_draft_find
from public_portal.intake.services import held_requests
from public_portal.intake.services.drafts import DRAFT_LIFE
from public_portal.intake.services.held_requests import answers_file_or_hold, held_requests_file
from public_portal.intake.types import Answers
from shared.complaints.enums import Kind, Language, PartyKind, Privacy
from shared.kernel import clock
from tenants.case_access.services.tokens import token_digest
from tenants.isolation.errors import AgencyUnreachable
from tests.public_portal.intake.waiting import PRESSED
from tests.support.factories import BODY, organisation_of
from tests.support.processes import KILLED, ended, in_child, outside_connection, start_child
from tests.support.unreachable import agency_unreachable

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLES = (
    "public.intake_draft",
    "public.intake_helddraft",
    "public.tenants_route",
    "public.tenants_submissionkey",
    "public.register_registeroutbox",
    "public.django_tasks_database_dbtaskresult",
    "a_roads.complaints_complaint",
    "a_roads.complaints_party",
    "a_roads.complaints_complaintevent",
    "a_roads.mail_mail",
)
COUNTS = """
    SELECT (SELECT count(*) FROM intake_helddraft h JOIN intake_draft USING (digest)
            WHERE h.filed_at IS NULL AND reference = ''),
        (SELECT count(*) FROM intake_helddraft h JOIN intake_draft USING (digest)
            JOIN tenants_route USING (reference) WHERE h.filed_at IS NOT NULL),
        (SELECT count(*) FROM a_roads.complaints_complaint WHERE received_at = %s)
"""
TOKEN = "t" * 43
WAITS, FILED = (1, 0, 0), (0, 1, 1)


@pytest.fixture
def committed() -> Iterator[object]:
    """What is committed: held rows, filed ones, complaints; taken away again at the end."""
    outside = outside_connection()

    def counts() -> tuple[int, ...]:
        with outside.cursor() as cursor:
            cursor.execute(COUNTS, [PRESSED])
            return tuple(cursor.fetchone())

    yield counts
    with outside.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    outside.close()


@pytest.fixture
def hold(roads, committed, settings) -> Callable[[], None]:
    """Answers that are committed; press "send" on them while the agency is unreachable."""
    settings.ADDRESS_BOOK_SECONDS = 0
    answers = Answers(
        kind=Kind.COMPLAINT,
        organisation=organisation_of(roads).code,
        subject="Street lamp out",
        body=BODY,
        language=Language.FRENCH,
        privacy=Privacy.NAMED,
        party_kind=PartyKind.PERSON,
        name="Test Person",
        email="person@example.org",
    )

    def keep() -> None:
        values = {name: getattr(answers, name) for name in ANSWER_NAMES}
        until = clock.now() + DRAFT_LIFE
        Draft.objects.create(digest=token_digest(TOKEN), expires_at=until, **values)

    def press() -> None:
        with clock.travel(PRESSED), agency_unreachable(roads):
            answers_file_or_hold(kept=form_draft_find(token=TOKEN), owner_id=None)

    assert in_child(keep) == 0
    return press


@pytest.fixture
def waiting(hold, committed) -> None:
    """One request that is held, committed."""
    assert in_child(hold) == 0
    assert committed() == WAITS


@contextmanager
def answers_locked() -> Iterator[None]:
    """What was filing the answers when the server fell silent still has their lock."""
    outside = outside_connection()
    outside.autocommit = False
    with outside.cursor() as cursor:
        cursor.execute("SELECT 1 FROM intake_draft FOR UPDATE")
    yield
    outside.rollback()
    outside.close()


def test_a_press_is_held_while_the_lock_of_its_answers_is_not_given_back(
    hold, committed, monkeypatch
):
    def silent(**_given):
        raise AgencyUnreachable("a_roads", retry_after=1)

    # The statement that was cut: its process at the coordinator waits on.
    monkeypatch.setattr(held_requests, "answers_file", silent)
    with answers_locked():
        pressed = in_child(hold)
        while_locked = committed()
        run = in_child(held_requests_file)
        after_run = committed()

    assert (pressed, run) == (0, 0)
    assert (while_locked, after_run) == (WAITS, WAITS)
    assert in_child(held_requests_file) == 0
    assert committed() == FILED


def test_killed_before_any_statement_it_waits_or_is_filed_and_never_between(waiting, committed):
    killed, seen = 0, []

    while in_child(held_requests_file, die_before=killed) == KILLED:
        seen.append(committed())
        killed += 1

    assert set(seen) <= {WAITS, FILED}
    assert seen[0] == WAITS
    assert committed() == FILED
    assert killed >= 6


def test_two_workers_at_once_file_it_once(waiting, committed):
    workers = [start_child(held_requests_file) for _worker in range(2)]

    assert [ended(one) for one in workers] == [0, 0]
    assert committed() == FILED


def test_a_worker_that_comes_second_takes_what_is_left(waiting, committed):
    assert in_child(lambda: (in_child(held_requests_file), held_requests_file())) == 0

    assert committed() == FILED

"""Three schemas once a run (public and two agencies); every test rolls back."""

import gc
import json
import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth
from django.conf import LazySettings, settings
from django.db import connection
from django.template import engines
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from shared.audit import services as audit_services
from shared.catalogue.selectors import calendar_clear
from shared.limits.services import proof
from tenants.agencies.selectors import address_book_clear
from tenants.fleet.services.health import summary
from tenants.isolation.backends import cursors
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support import one_core
from tests.support.databases import run_database
from tests.support.durations import RECORDED, Durations, kind_of
from tests.support.executed import Executed
from tests.support.log_canaries import ServerLog, listening
from tests.support.moments import begin_windows, move_file_times
from tests.support.reduction import redundant
from tests.support.refused_forms import follow_refused_forms
from tests.support.statement_counts import CountedStatements, counted
from tests.support.turns import is_resting, turn_choose

# As a browser does.
follow_refused_forms()
move_file_times()

# One installation, one set of committed agencies, one reading of the sources for a whole folder.
SHARED_FOLDERS = (
    "tests/journeys/",
    "tests/tenants/isolation/",
    "tests/tenants/agency_export/",
    "tests/architecture/",
)
# Each test of it works on an installation of its own processes.
OF_AN_INSTALLATION = "tests/journeys/"
# The fixtures that make them, until the last test of the folder has ended.
COMMITTED = {"canaries", "left"}
# Fixtures that are made once a file.
SHARED_FILES = (
    "tests/agency_console/bulk_actions/test_at_once.py",
    "tests/agency_console/test_cases_at_once.py",
    "tests/agency_console/test_drafts_at_once.py",
    "tests/agency_console/test_merges_at_once.py",
    "tests/shared/directory/",
    "tests/shared/ui/test_fonts.py",
    "tests/config/test_production.py",
    "tests/public_portal/tracking/test_first_screen.py",
    "tests/public_portal/tracking/test_moved_screen.py",
    "tests/tenants/fleet/test_schema_template.py",
    "tests/tenants/fleet/test_former_release.py",
    "tests/postgres/test_server.py",
    "tests/demo/",
)
LONGEST_FIRST = (
    *SHARED_FOLDERS,
    "tests/bench/",
    "tests/drills/faults/",
    "tests/all_forms/",
    "tests/tenants/",
    "tests/config/",
    "tests/demo/",
    "tests/shared/figures/",
    "tests/public_portal/statistics/",
)
# So short that nothing kept is ever young enough: it serves only while nothing has changed.
ASKED_EACH_TIME = 0.000_001

# No test compares a time with a number: beside other work a first call takes as long as it takes.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


class SharedFixtures(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whichever process is free; what shares something dear, to one process.

    A second process with journeys would build an installation of its own, and one with a test that
    reads the committed agencies of a folder would make and drop them again.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        # Longest first is our own order; xdist would put the groups of most tests first.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Forget what is done: xdist looks through all that a process was given after each test."""
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(given[scope].values()):
            del given[scope]

    def _split_scope(self, nodeid: str) -> str:
        shared = next((one for one in SHARED_FOLDERS if nodeid.startswith(one)), "")
        file = nodeid.partition("::")[0]
        return shared or (file if file.startswith(SHARED_FILES) else nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """What is said of the run as a whole, and what is kept of it."""
    is_recorded = bool(os.environ.get("RECORD_EXECUTED"))
    kind = RECORDED if is_recorded else kind_of(config.option.markexpr)
    config.pluginmanager.register(Durations(kind=kind))
    turn_choose()
    if plugin := one_core.plugin():
        config.pluginmanager.register(plugin)
    if is_recorded:
        config.pluginmanager.register(Executed())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedFixtures:
    """How tests are given to several processes."""
    return SharedFixtures(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """What takes longest begins first: at the end one process would work on it alone.

    The tests of a folder stay together, also in one process and in whatever order its files come;
    those that need its committed agencies come last, for the others would count them. Afterwards,
    for pytest-django puts last what asks for no database itself, and so journeys and benches.
    """
    seen: set[str] = set()
    for item in items:
        _mark(item, seen)
    _deselect_others(config, items)
    yield
    items.sort(key=_turn)


def _mark(item: pytest.Item, seen: set[str]) -> None:
    """Add the marks that follow from others, and from where the test stands."""
    if item.get_closest_marker("browser") or item.nodeid.startswith(OF_AN_INSTALLATION):
        item.add_marker("slow")
        item.add_marker("all_cores")
    is_redundant = item.nodeid.partition("[")[0] in redundant()
    if is_redundant:
        item.add_marker("redundant")
    is_slow = item.get_closest_marker("slow") is not None
    share = item.get_closest_marker("share")
    if is_resting(
        item.nodeid,
        seen,
        takes_turns=is_redundant or is_slow,
        share=share.args[0] if share else None,
    ):
        item.add_marker("resting")


def _deselect_others(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that ``bin/test --changed`` has chosen, where it has."""
    path = os.environ.get("CHOSEN_TESTS")
    if not path:
        return
    chosen = json.loads(Path(path).read_text())
    tests, files = set(chosen["tests"]), set(chosen["files"])
    kept = [
        item
        for item in items
        if item.nodeid.partition("[")[0] in tests or item.nodeid.partition("::")[0] in files
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _turn(item: pytest.Item) -> tuple[int, bool]:
    found = (turn for turn, path in enumerate(LONGEST_FIRST) if item.nodeid.startswith(path))
    names = getattr(item, "fixturenames", ())
    return next(found, len(LONGEST_FIRST)), not COMMITTED.isdisjoint(names)


# All that is imported stays: looking through it for rubbish again and again, while the tests are
# collected and while they run, is a tenth of the work.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on rubbish is collected, of what tests make alone."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test that passed has logged goes to no other process: nobody would read it."""
    report = yield
    if report.passed:
        report.sections = []
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """pytest looks five times through all that is left; in a worker's memory each takes 2 s."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_a_person_is_logged() -> Iterator[None]:
    """At the end of the run no log holds what the suite's people have written or are."""
    server = ServerLog()
    with listening() as listener:
        yield
    found = server.found() + listener.found
    assert found == [], f"{len(found)} lines of logs hold something of a person"


@pytest.fixture
def fresh_templates() -> Iterator[None]:
    """Templates as a process has them that has rendered none yet; nothing is left to the next."""
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()
    yield
    loader.reset()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The national row and two agencies, once a run, by the same steps as in production.

    pytest-django's own makes a database only where some test asks for ``db`` itself: a file whose
    tests all read what a wider fixture has made would work in the database of DATABASE_URL.
    """
    with django_db_blocker.unblock(), run_database(), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def _half_minute_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of the second step change each half minute: in the middle of a test one is refused."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture(autouse=True)
def _windows_of_limits_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window of a limit ends because the hour does."""
    begin_windows(monkeypatch)


@pytest.fixture(autouse=True)
def _start_in_public(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A test that leaves the thread in an agency must not hand it to the next one.

    Nor what the process has kept of a log, of a calendar and of agencies that were rolled back.
    """
    # One cheap question tells whether the copy of all hosts and agencies is still right; to make it
    # for each request was a sixth of the work. Where queries are counted it is made each time.
    is_counted = any("_num_queries" in name for name in request.fixturenames)
    is_counted |= "statement_count" in request.fixturenames
    if hasattr(request.module, "CaptureQueriesContext"):
        is_counted = True
        # Its texts tell what is asked; a statement prepared in tests before would have a name only.
        monkeypatch.setattr(cursors, "may_prepare", lambda _wrapper: False)
    settings.ADDRESS_BOOK_SECONDS = 0 if is_counted else ASKED_EACH_TIME
    # Kept for as long as that, wherever an address book is kept at all.
    summary.KEPT_SECONDS = ASKED_EACH_TIME
    connection.set_schema_to_public()
    audit_services._noted.clear()
    calendar_clear()
    address_book_clear()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def light_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums that lift a limit take an instant: for tests of what becomes of them once done."""
    monkeypatch.setattr(proof, "ROUNDS", 50)


@pytest.fixture
def statement_count(settings: LazySettings) -> Callable[[str], CountedStatements]:
    """Compare the statements of a block with those recorded of a page.

    What a process keeps for some seconds is kept, as in production; figures are counted each time.
    """
    settings.CALENDAR_SECONDS = settings.ADDRESS_BOOK_SECONDS = 60
    return counted


@pytest.fixture
def roads(db: None) -> Agency:
    """The first agency."""
    return Agency.objects.get(code="roads")


@pytest.fixture
def water(db: None) -> Agency:
    """The second agency: whatever a test says is absent, this one could leak."""
    return Agency.objects.get(code="water")


@pytest.fixture
def in_roads(roads: Agency) -> Iterator[Agency]:
    """Run the test inside the first agency's schema."""
    with agency_context(roads):
        yield roads

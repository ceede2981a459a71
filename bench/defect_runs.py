"""A pytest plugin that collects the tests once and runs them for each defect in a separate fork.

``DEFECTS_PLAN`` names a file with the ``Plan``; results are written as lines to the plan's file
descriptor.
"""

import cProfile
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import CodeType

import pytest

from bench.defect_changes import Change
from bench.defect_children import ENDED, KILLED, Answer, Job, Tell, run_jobs
from bench.defect_drawing import ROOT, Defect, with_frames
from bench.defect_placing import modules_import, put_in
from bench.defect_stages import ALL, Stage, Tests, by_test, run_all, run_stages, stages_of

SLOTS = 2
# Seconds for which a running test may continue after the time limit.
GRACE_SECONDS = 60
LONG_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The defects, their time limit, the record of executions, and the file for results."""

    defects: list[Defect]
    limit: float
    record: str
    answers: int
    folder: str

    def write(self, path: Path) -> None:
        """Write the plan to a file, which the other process reads."""
        path.write_text(json.dumps(asdict(self)))


def plan_read(path: Path) -> Plan:
    """Return the plan that ``Plan.write`` has written to a file."""
    read = json.loads(path.read_text())
    defects = [
        Defect(file=one["file"], change=Change(**one["change"])) for one in read.pop("defects")
    ]
    return Plan(defects=defects, **read)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests that each defect needs, instead of pytest's usual loop over all tests."""
    if session.testsfailed:
        raise session.Interrupted("a file of tests cannot be read")
    plan = plan_read(Path(os.environ["DEFECTS_PLAN"]))
    with os.fdopen(plan.answers, "w", buffering=1) as answers:
        drill = Drill(session, plan, lambda line: print(json.dumps(line), file=answers))
        drill.run()
    return True


class Drill:
    """One run over all defects of a plan."""

    def __init__(self, session: pytest.Session, plan: Plan, tell: Tell) -> None:
        self.session = session
        self.plan = plan
        self.tell = tell
        self.tests: Tests = by_test(session.items)
        self.first: dict[str, list[int]] = {}
        self.installed: set[str] = set()

    def run(self) -> None:
        """Make databases; run tests without a defect, with each defect, and again without."""
        _sites_import()
        modules_import(self.plan.defects)
        each_slot = range(SLOTS)
        self._told([self._job("prepare", _prepare, slot) for slot in each_slot])
        stages = self._stages()
        if stages:
            self._told([self._job("sound", partial(self._without_defect, stages[0][0].items))])
        for answer in self._answers(self._defect_jobs(stages)):
            self._tell_defect(answer)
        self._tell_unsound()
        self._told([self._job("drop", _drop, slot) for slot in each_slot])
        self.tell({"is_complete": True})

    def _stages(self) -> list[list[Stage]]:
        from _changed import Unplaced, chosen_for, record_read  # noqa: PLC0415

        record = record_read(Path(self.plan.record))
        executed = with_frames(record.executed)
        found = []
        for defect in self.plan.defects:
            try:
                chosen = chosen_for(defect.file, defect.change.function, record)
            except Unplaced:
                chosen = set(record.executed)
            found.append(stages_of(defect, chosen=chosen, executed=executed, tests=self.tests))
        return found

    def _job(self, name: str, work: Callable[..., None], slot: int | None = None) -> Job:
        return Job(name=name, work=partial(work, self.session), max_seconds=LONG_SECONDS, slot=slot)

    def _answers(self, jobs: list[Job]) -> Iterator[Answer]:
        return run_jobs(jobs, slots=SLOTS, folder=Path(self.plan.folder))

    def _told(self, jobs: list[Job]) -> list[dict[str, object]]:
        """Run jobs that must not fail; return the lines that the jobs report."""
        told = []
        for answer in self._answers(jobs):
            told += answer.told
            if answer.ended != ENDED:
                self.tell({"broken": answer.job.name})
                raise self.session.Failed(f"{answer.job.name} {answer.ended}")
            for line in answer.told:
                self.installed |= set(map(str, line.get("installed", ())))  # type: ignore[call-overload]
        for line in told:
            if line.get("failed"):
                self.tell({"unsound": line["failed"], "reason": line["reason"]})
        return told

    def _without_defect(
        self, items: list[pytest.Item], session: pytest.Session, slot: int, tell: Tell
    ) -> None:
        with in_slot(session, slot, is_copied=True):
            run_all(session, items, tell)

    def _defect_jobs(self, stages: list[list[Stage]]) -> list[Job]:
        return [
            Job(
                name=str(number),
                work=partial(self._with_defect, number, stages[number]),
                max_seconds=self.plan.limit + GRACE_SECONDS,
            )
            for number in range(len(stages))
        ]

    def _with_defect(self, number: int, stages: list[Stage], slot: int, tell: Tell) -> None:
        defect = self.plan.defects[number]
        put_in(defect)
        # A template database that the changed code has made must be made again with the defect.
        with in_slot(self.session, slot, is_copied=defect.name not in self.installed):
            run_stages(self.session, stages, self.plan.limit, tell)

    def _tell_defect(self, answer: Answer) -> None:
        number = int(answer.job.name)
        line: dict[str, object] = {"defect": number, "seconds": round(answer.seconds, 1)}
        for told in answer.told:
            line |= told
        if not (line.get("is_done") or line.get("is_late")):
            line |= as_hung(line, answer.ended)
        if line.get("first"):
            self.first.setdefault(str(line["first"]), []).append(number)
        self.tell(line)

    def _tell_unsound(self) -> None:
        """Run the tests that caught a defect again without a defect; all of them must pass."""
        items = [one for one in self.session.items if one.nodeid in self.first]
        parts = [items[slot::SLOTS] for slot in range(SLOTS)]
        self._told([self._job("sound", partial(self._without_defect, part)) for part in parts])


def as_hung(line: dict[str, object], ended: str) -> dict[str, object]:
    """Return a killed child's result: a hung test without own processes catches it."""
    catches = line.get("catches")
    if ended == KILLED and isinstance(catches, list) and catches != [ALL]:
        caught = line.get("caught")
        before = caught if isinstance(caught, list) else []
        return {
            "caught": sorted({*before, *catches}),
            "first": line.get("first") or line.get("running"),
            "is_hung": True,
        }
    return {"ended": ended}


def _sites_import() -> None:
    """Import the pages and resolve their URLs once, so that the child processes need not do it."""
    from django.urls import get_resolver  # noqa: PLC0415

    from config.warm_up import SITES  # noqa: PLC0415

    for site in SITES:
        _ = get_resolver(site).reverse_dict


def slot_database(slot: int) -> str:
    """Return the name of the database that the children of a slot use one after the other."""
    return f"{os.environ['TEST_DATABASE']}{slot}"


@contextmanager
def in_slot(session: pytest.Session, slot: int, *, is_copied: bool) -> Iterator[None]:
    """Give this process the slot's database, processor core and folder during the block."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import override_settings  # noqa: PLC0415

    from tests.support.one_core import OneCore  # noqa: PLC0415

    name = slot_database(slot)
    # Roles are named after their database, and the roles of copied databases are never dropped.
    connection.settings_dict["TEST"]["NAME"] = name if is_copied else f"{name}own"
    if is_copied:
        os.environ["TEST_TEMPLATE"] = f"{name}_template"
    if hasattr(os, "sched_setaffinity"):
        session.config.pluginmanager.register(OneCore(slot))
    media = Path(f"{settings.MEDIA_ROOT}-{slot}")
    own = {
        "MEDIA_ROOT": media,
        "BUNDLE_ROOT": media.with_name(f"{media.name}-exports"),
        "EMAIL_FILE_PATH": str(media / "outbox"),
    }
    with override_settings(**own):
        yield


def _prepare(session: pytest.Session, slot: int, tell: Tell) -> None:
    """Make a slot's database, and report which functions take part in making its agencies."""
    from tests.support.databases import template_make  # noqa: PLC0415

    profile = cProfile.Profile(subcalls=False, builtins=False)
    with _outside_tests(session, slot) as template:
        profile.runcall(template_make, template)
    codes = (entry.code for entry in profile.getstats())
    tell({"installed": sorted(filter(None, map(_function, codes)))})


def _function(code: object) -> str:
    """Return a function's name as in the record; blank for a function outside the project."""
    if not isinstance(code, CodeType) or not code.co_filename.startswith(f"{ROOT}/"):
        return ""
    path = code.co_filename.removeprefix(f"{ROOT}/")
    return f"{path}:{code.co_qualname.partition('.<locals>')[0]}"


def _drop(session: pytest.Session, slot: int, _tell: Tell) -> None:
    from tests.support.databases import template_drop  # noqa: PLC0415

    with _outside_tests(session, slot) as template:
        template_drop(template)


@contextmanager
def _outside_tests(session: pytest.Session, slot: int) -> Iterator[str]:
    """Allow database access outside of tests during the block; yield the template's name."""
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415

    with (
        in_slot(session, slot, is_copied=True),
        session.config.stash[blocking_manager_key].unblock(),
    ):
        yield os.environ.pop("TEST_TEMPLATE")

"""Forks of this process that work in parallel, each in a numbered slot."""

import json
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Tell = Callable[[dict[str, object]], None]
POLL_SECONDS = 0.05
# How a child ended: by itself, by an error of the bench, or by a kill because it was too slow.
ENDED, DIED, KILLED = "ended", "died", "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The work of a child in a slot; ``slot`` is set where the work needs a certain slot."""

    name: str
    work: Callable[[int, Tell], None]
    max_seconds: float
    slot: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The lines that a child has reported, and how that child ended."""

    job: Job
    told: list[dict[str, object]]
    ended: str
    seconds: float


@dataclass(slots=True, kw_only=True)
class _Child:
    job: Job
    pid: int
    file: Path
    began: float = field(default_factory=time.monotonic)


def run_jobs(jobs: Iterable[Job], *, slots: int, folder: Path) -> Iterator[Answer]:
    """Run all jobs, one at a time in each slot; yield the answer of each ended child."""
    waiting = list(jobs)
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            for slot in [one for one in range(slots) if one not in running]:
                job = next((one for one in waiting if one.slot in {None, slot}), None)
                if job is not None:
                    waiting.remove(job)
                    running[slot] = _start(job, slot, folder)
            time.sleep(POLL_SECONDS)
            for slot, child in list(running.items()):
                if ended := _ended(child):
                    del running[slot]
                    yield _answer(child, ended)
    finally:
        for child in running.values():
            _kill(child)


def _start(job: Job, slot: int, folder: Path) -> _Child:
    file = folder / f"answer-{slot}.jsonl"
    file.write_text("")
    pid = os.fork()
    if pid:
        return _Child(job=job, pid=pid, file=file)
    code = 1
    try:
        # The child has its own process group, so that a kill also ends the child's processes.
        os.setpgid(0, 0)
        with file.open("a", buffering=1) as answers:
            job.work(slot, lambda line: print(json.dumps(line), file=answers))
        code = 0
    except BaseException:  # noqa: BLE001, RUF100 - whatever it is, the child must end here
        file.with_suffix(".error").write_text(f"{job.name}\n{traceback.format_exc()}")
    finally:
        os._exit(code)


def _ended(child: _Child) -> str:
    """Return how a child ended, or blank while it works; a child that is too slow is killed."""
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    if pid:
        return DIED if status else ENDED
    if time.monotonic() - child.began > child.job.max_seconds:
        _kill(child)
        return KILLED
    return ""


def _kill(child: _Child) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        # The child has not made its process group yet.
        os.kill(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)


def _answer(child: _Child, ended: str) -> Answer:
    told = [json.loads(line) for line in child.file.read_text().splitlines() if line[-1:] == "}"]
    seconds = time.monotonic() - child.began
    return Answer(job=child.job, told=told, ended=ended, seconds=seconds)

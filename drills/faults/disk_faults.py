"""Faults of the disk: no free space for attachments or for the tables."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drills.faults.application import DATABASE
from drills.faults.attachments import Case, file_with_attachment
from drills.faults.installation import Installation
from drills.faults.load import Probe, ask
from drills.faults.registry import NotRun, Trial, fault

SMALL_MEDIA = "4m"
# The small disk's free space after the tables are moved there.
SPARE_MEGABYTES = 24


@fault("media-full", "the disk of the attachments is full")
def media_full(trial: Trial) -> None:
    """Check that filings with a file are refused and leave no row.

    Filings without a file and the tracking page must work.
    """
    installation = trial.installation
    organisation = installation.organisations[0]
    with installation.site() as site:
        load = trial.by_hand(site.port)
        first = file_with_attachment(load, f"{load.run}-first", organisation)
        with _small_disk(installation.media, SMALL_MEDIA):
            _fill(installation.media)
            case = Case(trial, site.port, first)
            refused = file_with_attachment(load, f"{load.run}-full", organisation)
            trial.promise(refused.status == 503, f"a file is answered {refused.status}")
            trial.promise("Retry-After" in refused.headers, "the refusal does not say when")
            with trial.load(site.port, clients=3):
                for _moment in trial.moments(every=1.0, seconds=trial.seconds / 2):
                    opened = case.opened()
                    trial.promise(opened.status == 200, f"tracking answers {opened.status}")
        again = file_with_attachment(load, f"{load.run}-full", organisation)
        trial.promise(again.status == 201, f"afterwards a file is answered {again.status}")


@fault("database-full", "the disk of the tables is full")
def database_full(trial: Trial) -> None:
    """Check that filings are refused and later succeed, and that tracking works."""
    installation = trial.installation
    folder = Path("/var/tmp") / f"insaf-faults-{os.getpid()}"  # noqa: S108 - PostgreSQL enters it
    folder.mkdir(mode=0o755)
    try:
        with _small_disk(folder, f"{_megabytes(installation) + SPARE_MEGABYTES}m"):
            _tried_in(trial, folder)
    finally:
        folder.rmdir()


def _tried_in(trial: Trial, folder: Path) -> None:
    installation = trial.installation
    space = folder / "space"
    space.mkdir(mode=0o700)
    owner = installation.server.data.stat()
    os.chown(space, owner.st_uid, owner.st_gid)
    _move_tables(installation, f"CREATE TABLESPACE small LOCATION '{space}'", "small")
    try:
        with installation.site() as site, trial.load(site.port) as load:
            for _moment in trial.moments(every=1.0, seconds=2.0):
                pass
            token = _token(load.port, *next(iter(load.acknowledged.items())))
            filler = _fill(folder)
            headers = {"Authorization": f"Bearer {token}"}
            with Probe(site.port, "/api/v1/tracking/case/", headers=headers) as probe:
                for _moment in trial.moments(every=1.0):
                    pass
            refused = sum(load.statuses[status] for status in (500, 503, 507))
            trial.promise(refused, "the disk did not become full")
            trial.promise(set(probe.statuses) == {200}, f"tracking: {dict(probe.statuses)}")
            filler.unlink()
    finally:
        _move_tables(installation, "", "pg_default")
        installation.query("DROP TABLESPACE IF EXISTS small")


def _token(port: int, key: str, references: set[str]) -> str:
    """Return a tracking token for a filing."""
    body = f'{{"reference": "{min(references)}", "email": "{key}@example.org"}}'.encode()
    headers = {"Content-Type": "application/json"}
    answer = ask(port, "/api/v1/tracking/", method="POST", body=body, headers=headers)
    return str(answer.content["token"])


def _move_tables(installation: Installation, first: str, space: str) -> None:
    for statement in filter(None, (first, f'ALTER DATABASE "{DATABASE}" SET TABLESPACE {space}')):
        installation.server.sql(statement, database="template1")


def _megabytes(installation: Installation) -> int:
    ((size,),) = installation.query("SELECT pg_database_size(current_database())")
    return int(size) // 1_000_000


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a small disk over a folder during the block."""
    if os.geteuid() != 0:
        raise NotRun("needs root: a small disk is mounted")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRun(f"this machine mounts nothing: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _fill(folder: Path) -> Path:
    """Fill the disk with a file; return the file's path."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler:
        # Small writes fill the space that is too small for a large write.
        for size in (1024 * 1024, 4096):
            with suppress(OSError):
                while filler.write(bytes(size)) == size:
                    pass
    return path

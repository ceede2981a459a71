"""Which files of the storage belong to a case of any agency."""

from shared.complaints.selectors import files_under
from tenants.isolation.schema_switch import schema_entered
from tenants.isolation.sql import sql_column
from tenants.models import Agency, CaseMove

# Whatever its state: also one that is closed, behind the code, or being restored has its files.
_WITH_CASES = """
    SELECT nspname FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relname = 'complaints_attachment'
"""


def files_on_their_way() -> bool:
    """Whether a case is between two agencies of a cluster: no row names its files then."""
    return CaseMove.objects.exists()


def schemas_with_cases() -> list[str]:
    """The schemas of agencies whose tables are there, whatever their state; two queries."""
    schemas = set(sql_column(_WITH_CASES))
    known = Agency.objects.order_by("code").values_list("schema_name", flat=True)
    return [schema for schema in known if schema in schemas]


def files_named(*, prefix: str, exclude: str = "") -> set[str]:
    """The places that begin so and that a row of an agency names; two queries an agency.

    ``exclude``: a schema that is not asked.

    Raises what the database raises: whoever deletes the others must know of all or do nothing.
    """
    found: set[str] = set()
    for schema in schemas_with_cases():
        if schema != exclude:
            with schema_entered(schema):
                found |= files_under(prefix=prefix)
    return found

"""A scenario that runs the next release's migrations during filings."""

from time import monotonic, sleep

from drills.cluster.paced_load import statuses
from drills.cluster.registry import ClusterTrial, scenario

NEXT = "drills.cluster.next_release"
PER_SECOND = 15.0
# Queries for the count of new objects on a node, including objects that Citus hides.
VISIBLE = "SET citus.override_table_visibility = off;"
COLUMN = f"""
{VISIBLE} SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'
AND table_name ~ '^mail_mail_\\d+$' AND table_schema LIKE 'a\\_%%'
"""
INDEX = f"{VISIBLE} SELECT count(*) FROM pg_indexes WHERE indexname ~ '^mail_by_note_\\d+$'"
# Queries for e-mails without the new column's default, and for the data migration's row.
DEFAULT = "SELECT count(*) FROM \"{schema}\".mail_mail WHERE note IS DISTINCT FROM '100%%'"
TALLY = 'SELECT count(*) FROM "{schema}".mail_tally'


@scenario("migrate", "columns with defaults, an index, a table, work on data, under filings")
def migrate(trial: ClusterTrial) -> None:
    """Run the next release's migrations during filings.

    Afterwards, the database has the tables of the next release.
    """
    installation = trial.installation
    with (
        installation.whole_site() as site,
        trial.paced_load(site.port, per_second=PER_SECOND) as load,
    ):
        sleep(trial.seconds / 2)
        began = monotonic()
        installation.manage(
            ["migrate_schemas", "--shared", "--verbosity=0"], DJANGO_SETTINGS_MODULE=NEXT
        )
        trial.figure("public schema s", monotonic() - began)
        began = monotonic()
        told = installation.manage(["migrate_agencies"], DJANGO_SETTINGS_MODULE=NEXT)
        trial.figure("agencies s, with the start of the command", monotonic() - began)
        sleep(trial.seconds / 2)
    trial.note(told.strip().splitlines()[-1])
    schemas = installation.schemas()
    trial.figure("agencies", len(schemas))
    wrong = [one for one in load.sent if one.status not in (201, 503)]
    trial.promise(not wrong, f"{dict(statuses(load.sent))}: {wrong[:1]}")
    refused = sum(one.status == 503 for one in load.sent)
    trial.figure("filings refused for a moment (503)", refused)
    trial.figure("longest wait s", load.longest_wait)
    for what, sql in (("column", COLUMN), ("index", INDEX)):
        found = sum(node.ask(sql, [])[0][0] for node in trial.cluster.nodes)
        trial.promise(found == len(schemas), f"{found} of {len(schemas)} have the {what}")
    for schema in schemas:
        ((others,),) = installation.query(DEFAULT.format(schema=schema), [])
        trial.promise(others == 0, f"{others} rows of {schema} have not the default")
        ((tally,),) = installation.query(TALLY.format(schema=schema))
        trial.promise(tally == 1, f"the work on data ran {tally} times in {schema}")

"""A scenario that checks on which server each table is."""

from drills.cluster.lifecycle import free_organisations
from drills.cluster.registry import ClusterTrial, scenario

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY 1, 2
"""
DISTRIBUTED = """
SELECT n.nspname, c.relname, count(DISTINCT l.groupid), min(p.colocationid) FROM pg_dist_partition p
JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_dist_shard s ON s.logicalrelid = p.logicalrelid
JOIN pg_dist_placement l ON l.shardid = s.shardid
WHERE n.nspname <> 'public' GROUP BY 1, 2 ORDER BY 1, 2
"""
NATIONAL = """
SELECT c.relname, l.groupid FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
JOIN pg_dist_shard s ON s.logicalrelid = p.logicalrelid
JOIN pg_dist_placement l ON l.shardid = s.shardid
WHERE c.relnamespace = 'public'::regnamespace
"""
LIVES = """
from shared.register.services import register_project
from tenants.agencies.selectors import agency_list
from tests.support.agency_states import lives_of_cases
for agency in agency_list().filter(code__in={codes!r}):
    lives_of_cases(agency)
while register_project(limit=1000):
    pass
"""
CODES = ("north", "south")
IN_REGISTER = """
SELECT count(*) FROM register_registercase WHERE agency_code = %s
"""


@scenario("distributed", "each agency's tables are together on one node", without_roles=True)
def distributed(trial: ClusterTrial) -> None:
    """Check the server of each table, and that cases of new agencies reach the register."""
    installation = trial.installation
    schemas = installation.schemas()
    tables = installation.query(TABLES, [schemas])
    found = installation.query(DISTRIBUTED)
    trial.promise(
        [row[:2] for row in found] == tables,
        f"not distributed: {sorted({*tables} ^ {row[:2] for row in found})[:5]}",
    )
    trial.promise(all(row[2] == 1 for row in found), "a table is on several nodes")
    groups = {schema: {row[3] for row in found if row[0] == schema} for schema in schemas}
    trial.promise(
        all(len(one) == 1 for one in groups.values()), f"tables of one agency stand apart: {groups}"
    )
    national = installation.query(NATIONAL)
    trial.promise(
        national == [("cluster_commit", 0)], f"Citus knows tables of the national side: {national}"
    )
    spread = installation.organisations_by_node()
    hosts = {node.host for node in trial.cluster.nodes}
    trial.promise(set(spread) == hosts, f"the agencies are not spread: {dict(spread)}")
    trial.figure("tables of an agency", len(tables) // len(schemas))
    trial.figure("agencies by node", str({host: len(codes) for host, codes in spread.items()}))
    _lives(trial)


def _lives(trial: ClusterTrial) -> None:
    """Create two agencies with cases; check that the cases reach the register."""
    installation = trial.installation
    organisations = dict(zip(CODES, free_organisations(installation, len(CODES)), strict=True))
    installation.manage(
        *(["create_agency", code, f"--organisation={body}"] for code, body in organisations.items())
    )
    places = installation.places()
    hosts = {places[f"a_{code}"] for code in CODES}
    trial.promise(len(hosts) == len(CODES), f"two new agencies are both on {hosts}")
    installation.manage(["shell", "--command", LIVES.format(codes=CODES), "--verbosity=0"])
    found = {code: installation.query(IN_REGISTER, [code])[0][0] for code in CODES}
    trial.promise(set(found.values()) == {3}, f"cases that reach the register: {found}")
    trial.figure("whole lives in the register", sum(found.values()))

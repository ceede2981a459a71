"""A scenario that converts an installation from a plain server to a cluster, and back."""

from pathlib import Path
from time import monotonic

from drills.cluster.installation import ClusterInstallation
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.server import DATABASE, DatabaseServer
from drills.cluster.servers import DatabaseCluster
from drills.faults.load import SUBJECT, file_once, filing

# The port is different, because the cluster of the other scenarios runs at the same time.
PORT_BESIDE = 1
NODES = 2
# The key of a filing made before the conversion; after the conversion, no file of the coordinator
# may contain the filing's text.
KEY = "before"
# Tables that exist on one kind of server only, and tables to which the checks write.
NOT_COMPARED = ("cluster_commit", "cache", "tenants_leaktest")
PLAIN_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


@scenario("into-cluster", "a plain installation becomes a cluster, and goes back", limit=420)
def into_cluster(trial: ClusterTrial) -> None:
    """Convert to a cluster and back by the runbook; check that no row is lost."""
    cluster = DatabaseCluster(
        trial.cluster.home.parent / "converted",
        binaries=trial.cluster.binaries,
        port=trial.cluster.port + PORT_BESIDE,
    )
    installation = PlainInstallation(trial.installation.folder / "converted", cluster)
    installation.folder.mkdir(exist_ok=True)
    try:
        plain_make(cluster, installation)
        _file_everywhere(trial, installation, KEY)
        rows, register = installation.row_counts(), _register(installation)
        _converted(trial, cluster, installation)
        now = installation.row_counts()
        trial.promise(now == rows, f"other rows: {set(now.items()) ^ set(rows.items())}")
        trial.figure("rows", sum(rows.values()))
        _file_everywhere(trial, installation, "converted")
        installation.manage(["check_schemas"], ["leak_test"], ["rebuild_register"])
        rows, register = installation.row_counts(), _register(installation)
        _back(trial, cluster, installation)
        now = installation.row_counts()
        trial.promise(now == rows, f"other rows: {set(now.items()) ^ set(rows.items())}")
        trial.promise(_register(installation) == register, "the register has other figures")
        _file_everywhere(trial, installation, "back")
    finally:
        installation.close()


class PlainInstallation(ClusterInstallation):
    """An installation on one server that can be converted into a cluster."""

    def __init__(self, folder: Path, cluster: DatabaseCluster) -> None:
        super().__init__(folder, cluster, has_roles=True)
        self.is_cluster = False

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the environment of a process, with or without the cluster setting."""
        return super().environment(**{"DATABASE_CLUSTER": str(self.is_cluster).lower(), **settings})

    def row_counts(self) -> dict[str, int]:
        """Return the count of rows of each table."""
        tables = self.query(
            "SELECT relnamespace::regnamespace::text, relname FROM pg_class WHERE relkind = 'r' AND"
            " relnamespace::regnamespace::text ~ '^(public$|a_)'"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid"
            " AND d.deptype = 'e') AND NOT relname = ANY(%s)",
            [list(NOT_COMPARED)],
        )
        return {
            f"{schema}.{name}": self.query(f'SELECT count(*) FROM "{schema}"."{name}"')[0][0]
            for schema, name in tables
        }


def plain_make(cluster: DatabaseCluster, installation: PlainInstallation) -> None:
    """Make a server without Citus, with agencies and cases."""
    cluster.clear()
    _plain_database(cluster.server_start(is_plain=True))
    installation.prepare()


def _plain_database(server: DatabaseServer) -> None:
    server.run("every server, owner", database="postgres")
    server.run("every server, database", database="postgres")
    for name in PLAIN_EXTENSIONS:
        server.ask(f"CREATE EXTENSION {name}")
    server.ask(f"ALTER ROLE {DATABASE} PASSWORD 'a long random password'")


def _converted(
    trial: ClusterTrial, cluster: DatabaseCluster, installation: PlainInstallation
) -> None:
    began = monotonic()
    coordinator = cluster.coordinator
    coordinator.stop()
    coordinator.join_cluster()
    coordinator.start()
    coordinator.ask("CREATE EXTENSION citus")
    coordinator.run("coordinator", cluster.addresses("db-0"), without="citus_add_node")
    for _number in range(NODES):
        cluster.node_add()
    for schema in installation.schemas():
        coordinator.run("distribute", {"'a_health'": f"'{schema}'"})
    ((before,),) = coordinator.run("left-over rows, check")
    trial.figure("bytes left on the coordinator before erasing", int(before))
    trial.promise(before > 0, "nothing is left over: the check may see nothing")
    trial.promise(_files_with_words(coordinator), "no file holds the words that are looked for")
    coordinator.run("left-over rows, erase")
    ((after,),) = coordinator.run("left-over rows, check")
    trial.figure("bytes left on the coordinator afterwards", int(after))
    trial.promise(after == 0, f"{after} bytes are left on the coordinator")
    left = _files_with_words(coordinator)
    trial.promise(not left, f"files of the coordinator still hold a person's words: {left}")
    installation.is_cluster = True
    installation.manage(["prepare"])
    trial.figure("into the cluster s", monotonic() - began)
    by_node = {host: len(codes) for host, codes in installation.organisations_by_node().items()}
    trial.promise(len(by_node) == NODES, f"the agencies are not spread: {by_node}")
    cannot = installation.query(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'insaf\\_a\\_%%' AND NOT rolcanlogin", []
    )
    trial.promise(not cannot, f"these may not sign in at nodes: {cannot}")


def _file_everywhere(trial: ClusterTrial, installation: PlainInstallation, run: str) -> None:
    with installation.site() as site:
        for organisation in installation.organisations:
            key = f"{run}-{organisation}"
            status = file_once(site.port, key, filing(key, organisation)).status
            trial.promise(status == 201, f"a filing is answered {status}")


def _files_with_words(coordinator: DatabaseServer) -> list[str]:
    """Return the names of the coordinator's table files that contain a filing's text."""
    coordinator.ask("CHECKPOINT")
    return [
        path.name
        for path in (coordinator.data / "base").rglob("*")
        if path.is_file() and f"{SUBJECT} {KEY}-".encode() in path.read_bytes()
    ]


def _back(trial: ClusterTrial, cluster: DatabaseCluster, installation: PlainInstallation) -> None:
    began = monotonic()
    cluster.coordinator.shell("back, dump", {})
    dump = cluster.coordinator.folder / "insaf.dump"
    server = cluster.server_start(is_plain=True)
    _plain_database(server)
    dump.rename(server.folder / "insaf.dump")
    server.shell("back, restore", {})
    # The plain server replaces all servers of the cluster.
    for other in cluster.servers[:-1]:
        other.stop()
    cluster.servers[:] = [server]
    installation.is_cluster = False
    installation.manage(["prepare"])
    installation.make_application_login()
    installation.manage(["check_schemas"], ["leak_test"], ["rebuild_register"])
    trial.figure("back to a plain server s", monotonic() - began)
    can = installation.query(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'insaf\\_a\\_%%' AND rolcanlogin", []
    )
    trial.promise(not can, f"these may still sign in: {can}")


def _register(installation: ClusterInstallation) -> list[tuple[object, ...]]:
    return installation.query(
        "SELECT agency_code, status, count(*) FROM register_registercase"
        " GROUP BY agency_code, status ORDER BY agency_code, status"
    )

"""An installation whose database is a cluster."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg2

from bin.postgres.server import OWNER
from drills.cluster.servers import OWNER as CLUSTER_OWNER, PASSWORD, DatabaseCluster, DatabaseServer
from drills.faults.application import Application, Site
from drills.faults.processes import START_SECONDS

AGENCIES, CASES = 5, 60
# A query for the schema of each agency and the server that has the schema.
PLACES = """
SELECT DISTINCT c.relnamespace::regnamespace::text, n.nodename
FROM pg_dist_partition p
JOIN pg_class c ON c.oid = p.logicalrelid
JOIN pg_dist_shard s ON s.logicalrelid = p.logicalrelid
JOIN pg_dist_placement l ON l.shardid = s.shardid
JOIN pg_dist_node n ON n.groupid = l.groupid
WHERE p.colocationid IN (SELECT colocationid FROM pg_dist_schema)
"""


class ClusterInstallation(Application):
    """An installation with five agencies on a cluster, with or without database roles."""

    def __init__(self, folder: Path, cluster: DatabaseCluster, *, has_roles: bool) -> None:
        super().__init__(folder)
        self.cluster, self.has_roles = cluster, has_roles

    def prepare(self) -> None:
        """Make the agencies, with cases in every status."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        self.make_keys()
        self.manage(["prepare"], ["seed_demo", f"--agencies={AGENCIES}", f"--complaints={CASES}"])
        self.make_application_login()

    def make_application_login(self) -> None:
        """Make the application's login; in an installation without roles, make no login."""
        if self.has_roles:
            super().make_application_login()
        else:
            self.find_organisations()

    def url(self, login: str) -> str:
        """Return the DATABASE_URL of a login at the coordinator."""
        if login == OWNER:
            return f"{self.cluster.url(CLUSTER_OWNER, PASSWORD)}&statement_timeout=0"
        if not self.has_roles:
            return self.cluster.url(CLUSTER_OWNER, PASSWORD)
        return self.cluster.url(f"{CLUSTER_OWNER}_app", self.password)

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the environment of a process, with the settings for a cluster."""
        ours = {
            "DATABASE_CLUSTER": "true",
            "DATABASE_ROLES": str(self.has_roles).lower(),
            # The count of threads is the recommendation of docs/runbooks/cluster.md.
            "WEB_THREADS": "8",
        }
        return super().environment(**{**ours, **settings})

    def connect(self) -> Any:
        """Connect to the coordinator as the superuser."""
        ends = monotonic() + START_SECONDS
        while True:
            try:
                return self.cluster.coordinator.connect()
            except psycopg2.OperationalError:
                if monotonic() > ends:
                    raise
                sleep(0.1)

    @contextmanager
    def whole_site(self, *, application: str = "config.wsgi") -> Iterator[Site]:
        """Run web, worker and job runner during the block, as bin/demo starts them."""
        with self.site(operators=1, application=application) as site:
            yield site

    def schemas(self) -> list[str]:
        """Return the schemas of the agencies that have not been destroyed."""
        there = {name for (name,) in self.query("SELECT nspname FROM pg_namespace")}
        return [name for name in super().schemas() if name in there]

    def places(self) -> dict[str, str]:
        """Return a dict: schema -> address of its node."""
        return dict(self.query(PLACES))

    def organisations_by_node(self) -> dict[str, list[str]]:
        """Return a dict: address of a node -> codes of the organisations whose agency is there."""
        found: dict[str, list[str]] = defaultdict(list)
        places = self.places()
        for code in self.organisations:
            found[places[f"a_{code.replace('-', '_')}"]].append(code)
        return found

    def node_at(self, host: str) -> DatabaseServer:
        """Return the server that has the address ``host``."""
        return next(server for server in self.cluster.servers if server.host == host)

    def close(self) -> None:
        """Stop all remaining processes, and the servers."""
        self.end_processes()
        self.cluster.stop()

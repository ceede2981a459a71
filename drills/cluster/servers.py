"""A cluster of PostgreSQL servers with Citus on this machine, made by the runbook's commands."""

import os
import pwd
import shutil
import time
from pathlib import Path

from bin.postgres.folders import outside_folder
from bin.postgres.identity import Identity
from drills.cluster.runbook import box
from drills.cluster.server import (
    DATABASE,
    OWNER,
    PASSWORD,
    SUPERUSER,
    ClusterUnavailable,
    DatabaseServer,
    run_shell,
)

__all__ = [
    "DATABASE",
    "OWNER",
    "PASSWORD",
    "SUPERUSER",
    "ClusterUnavailable",
    "DatabaseCluster",
    "DatabaseServer",
]
# Time for several recoveries, because the runbook sets citus.recover_2pc_interval to 5 s.
SETTLE_SECONDS = 20.0


class DatabaseCluster:
    """A cluster with a coordinator and its nodes."""

    def __init__(self, root: Path, *, binaries: Path, port: int) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.identity = _identity()
        # PostgreSQL needs a folder that the servers' user can enter, with all folders above.
        self.home = root if self.identity.may_enter(root) else outside_folder(root) / "cluster"
        self.binaries, self.port = binaries, port
        self.servers: list[DatabaseServer] = []

    @property
    def coordinator(self) -> DatabaseServer:
        """Return the server at which every process signs in."""
        return self.servers[0]

    @property
    def nodes(self) -> list[DatabaseServer]:
        """Return the servers with agencies' schemas."""
        return self.servers[1:]

    def make(self, *, nodes: int = 2) -> None:
        """Make and start a new cluster by the runbook, up to the step that creates agencies."""
        self.clear()
        for _number in range(nodes + 1):
            server = self.server_start()
            server.run("every server, owner", database="postgres")
            self.database_make(server)
        self.coordinator.run("coordinator", self.addresses("db-0", "db-1", "db-2"))

    def clear(self) -> None:
        """Empty the cluster's folder and make a certificate authority."""
        self.servers.clear()
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True, mode=0o755)
        self.home.chmod(0o755)
        (self.home / "authority").mkdir(mode=0o700)
        run_shell(box("certificates", {}), self.home / "authority")

    def server_start(self, *, is_plain: bool = False) -> DatabaseServer:
        """Start one more server, without a database; ``is_plain`` means without Citus."""
        server = DatabaseServer(
            number=len(self.servers),
            home=self.home,
            binaries=self.binaries,
            port=self.port,
            identity=self.identity,
        )
        server.make(is_plain=is_plain)
        server.start()
        self.servers.append(server)
        return server

    def database_make(self, server: DatabaseServer) -> None:
        """Make the database and its extensions on a server of the cluster."""
        server.run("every server, database", database="postgres")
        server.run("every server, extensions")

    def node_add(self) -> DatabaseServer:
        """Make the agencies' roles on a new node, and add the node to the cluster."""
        server = self.server_start()
        coordinator = self.coordinator
        server.shell(
            "further node, roles",
            {
                "host=db-0.internal port=5432": f"host={coordinator.host} port={coordinator.port}",
                "/etc/insaf": str(server.folder),
            },
        )
        self.database_make(server)
        joined = {"'db-3.internal', 5432": f"'{server.host}', {server.port}"}
        coordinator.run("further node, join", joined)
        return server

    def addresses(self, *names: str) -> dict[str, str]:
        """Return a dict: the runbook's address of a named server -> the address on this machine."""
        numbers = [int(name.removeprefix("db-")) for name in names]
        return {
            f"'{name}.internal', 5432": f"'127.0.0.{11 + number}', {self.port}"
            for name, number in zip(names, numbers, strict=True)
        }

    def url(self, login: str, password: str) -> str:
        """Return the DATABASE_URL of a login at the coordinator."""
        server = self.coordinator
        return (
            f"postgresql://{login}:{password.replace(' ', '%20')}@{server.host}:{server.port}"
            f"/{DATABASE}?sslmode=verify-full&sslrootcert={server.folder / 'ca.crt'}"
        )

    def start_all(self) -> None:
        """Start every server and continue stopped processes."""
        for server in self.servers:
            server.resume()
            if server.process is None:
                server.start()

    def settle(self) -> bool:
        """Wait until no server has a prepared transaction; return whether this happened in time."""
        ends = time.monotonic() + SETTLE_SECONDS
        while any(self.prepared().values()):
            if time.monotonic() > ends:
                return False
            time.sleep(0.2)
        return True

    def prepared(self) -> dict[str, int]:
        """Return the count of prepared transactions (two-phase commit) of each server."""
        count = "SELECT count(*) FROM pg_prepared_xacts"
        return {server.name: server.ask(count)[0][0] for server in self.servers}

    def stop(self) -> None:
        """Stop every server."""
        for server in reversed(self.servers):
            server.stop()


def _identity() -> Identity:
    """Return the servers' user; instead of root, which PostgreSQL refuses, return ``nobody``."""
    if os.geteuid():
        return Identity()
    nobody = pwd.getpwnam("nobody")
    return Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)

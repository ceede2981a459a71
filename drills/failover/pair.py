"""Two PostgreSQL servers under Patroni with one etcd and HAProxy, all on 127.0.0.1."""

import json
import secrets
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bin.postgres.folders import outside_folder
from bin.postgres.identity import Identity, plain_environment
from drills.failover.programs import Programs
from drills.failover.runbook import ETCD, HAPROXY, PATRONI, rendered, variables
from drills.faults.load import ask
from drills.faults.processes import Server, children, end, free_port
from drills.faults.registry import wait_until

LEADER, SYNC_STANDBY = "leader", "sync_standby"
UP_SECONDS = 90.0
# Seconds for Patroni to stop PostgreSQL; afterwards PostgreSQL is killed.
STOP_SECONDS = 5.0
NAMES = ("db-1", "db-2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the two PostgreSQL servers, with its Patroni."""

    name: str
    folder: Path
    port: int
    rest: int
    patroni: Server = field(repr=False)

    @property
    def data(self) -> Path:
        """Return the server's data directory."""
        return self.folder / "data"

    def postmaster(self) -> int | None:
        """Return the process id of the server's postmaster, or None if no postmaster runs."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            # Another process may have the process id now.
            if str(self.data) in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                return pid
        return None

    def has_ended(self) -> bool:
        """Return whether no PostgreSQL process uses the server's data directory."""
        return self.postmaster() is None

    def kill(self) -> None:
        """Kill Patroni and PostgreSQL of the server (SIGKILL), as a power failure would."""
        first = self.postmaster()
        postgresql = [first, *children(first)] if first else []
        self.patroni.kill()
        for pid in postgresql:
            end(pid)

    def end_postgresql(self) -> None:
        """Kill a PostgreSQL that still runs after its Patroni was killed or stopped."""
        if (pid := self.postmaster()) is not None:
            left = children(pid)
            end(pid, signal.SIGQUIT)
            if not wait_until(self.has_ended, seconds=5):
                for one in (pid, *left):
                    end(one)

    def words(self, since: int) -> str:
        """Return the text in Patroni's log after the position ``since``."""
        return self.patroni.words()[since:]

    def length(self) -> int:
        """Return the length of Patroni's log."""
        return len(self.patroni.words())


class Ports:
    """A generator of port numbers: numbers from a first port on, or free ports of 127.0.0.1."""

    def __init__(self, first: int) -> None:
        self._next = first

    def take(self) -> int:
        """Return the next port."""
        if not self._next:
            return free_port()
        self._next += 1
        return self._next - 1


class DatabasePair:
    """The two servers with etcd and HAProxy."""

    def __init__(
        self, folder: Path, *, programs: Programs, identity: Identity, ports: Ports
    ) -> None:
        self.programs, self._who = programs, identity
        home = folder if identity.may_enter(folder) else outside_folder(folder)
        self.home = home / "servers"
        self.passwords = {
            name: secrets.token_hex(12) for name in ("SUPERUSER", "REPLICATION", "REWIND")
        }
        self._etcd_port, self._peer_port, self.port = ports.take(), ports.take(), ports.take()
        self._ports = {name: (ports.take(), ports.take()) for name in NAMES}
        self.members: dict[str, Member] = {}
        self._others: list[Server] = []

    def start(self) -> None:
        """Start both servers with empty folders and wait until both are ready.

        Raises ``RuntimeError`` if a server does not become ready.
        """
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True, mode=0o755)
        self._start_etcd()
        for name in NAMES:
            self.members[name] = self._made(name)
            # The second server starts later, because a standby is a copy of a running primary.
            self._wait_for(lambda: bool(self.primary_name()), "no server becomes the primary")
        self._start_haproxy()
        self._wait_for(self.is_whole, "the second server does not follow the first")

    def close(self) -> None:
        """End every process of the pair."""
        for member in self.members.values():
            # Both servers stop at the same time, because bin/dev waits only 15 s.
            if member.patroni.process.poll() is None:
                member.patroni.process.terminate()
        for member in self.members.values():
            member.patroni.stop(seconds=STOP_SECONDS)
            member.end_postgresql()
        for server in reversed(self._others):
            server.stop()

    def state(self) -> dict[str, str]:
        """Return a dict: name of a running server -> its role in Patroni."""
        for member in self.members.values():
            answer = ask(member.rest, "/cluster", seconds=3)
            if answer.status == 200:
                found: Sequence[dict[str, str]] = json.loads(answer.body)["members"]
                return {one["name"]: one["role"] for one in found if one["state"] in RUNNING}
        return {}

    def primary_name(self) -> str:
        """Return the name of the primary; blank without a primary."""
        for name, member in self.members.items():
            if ask(member.rest, "/primary", seconds=3).status == 200:
                return name
        return ""

    def primary(self) -> Member:
        """Return the primary. Raises ``RuntimeError`` without a primary."""
        if name := self.primary_name():
            return self.members[name]
        raise RuntimeError("there is no primary")

    def standby(self) -> Member:
        """Return the server that is not the primary."""
        primary = self.primary()
        return next(one for one in self.members.values() if one is not primary)

    def is_whole(self, standby: str = SYNC_STANDBY) -> bool:
        """Return whether the pair has a primary, and a standby with the role ``standby``."""
        return sorted(self.state().values()) == sorted([LEADER, standby])

    def control(self, *arguments: str) -> str:
        """Run patronictl and return the output. Raises ``RuntimeError`` if patronictl fails."""
        config = str(self.home / "db-1" / "config.yml")
        done = self._who.run(str(self.programs.patronictl), "-c", config, *arguments)
        if done.returncode:
            raise RuntimeError(f"patronictl {arguments[0]}: {done.stdout}{done.stderr}"[-600:])
        return done.stdout

    def processes(self) -> Iterator[Server]:
        """Yield every process of the pair."""
        yield from self._others
        yield from (member.patroni for member in self.members.values())

    def _made(self, name: str) -> Member:
        port, rest = self._ports[name]
        folder = self._folder(name)
        values = {
            "name: db-1": f"name: {name}",
            "10.0.0.1:8008": f"127.0.0.1:{rest}",
            "10.0.0.1:2379": f"127.0.0.1:{self._etcd_port}",
            "10.0.0.1:5432": f"127.0.0.1:{port}",
            "10.0.0.0/24": "127.0.0.1/32",
            "/var/lib/postgresql/insaf.pgpass": str(folder / "pgpass"),
            "/var/lib/postgresql/insaf": str(folder / "data"),
            "/usr/lib/postgresql/17/bin": str(self.programs.postgresql),
            "/run/postgresql": str(folder),
            **{f"{login}-PASSWORD": text for login, text in self.passwords.items()},
        }
        config = folder / "config.yml"
        self._who.write(config, rendered(PATRONI, values))
        patroni = self._server(name, str(self.programs.patroni), str(config))
        return Member(name=name, folder=folder, port=port, rest=rest, patroni=patroni)

    def _start_etcd(self) -> None:
        values = {
            "/var/lib/etcd/insaf": str(self._folder("etcd")),
            "10.0.0.1:2379": f"127.0.0.1:{self._etcd_port}",
            "10.0.0.1:2380": f"127.0.0.1:{self._peer_port}",
        }
        settings = variables(rendered(ETCD, values))
        self._others.append(self._server("etcd", str(self.programs.etcd), settings=settings))
        self._wait_for(
            lambda: ask(self._etcd_port, "/health", seconds=2).status == 200, "etcd does not start"
        )

    def _start_haproxy(self) -> None:
        values = {"127.0.0.1:5000": f"127.0.0.1:{self.port}"}
        for number, (port, rest) in enumerate(self._ports.values(), start=1):
            of_member = f"10.0.0.{number}:5432 check port 8008"
            values[of_member] = f"127.0.0.1:{port} check port {rest}"
        config = self._folder("haproxy") / "haproxy.cfg"
        self._who.write(config, rendered(HAPROXY, values))
        self._others.append(
            self._server("haproxy", str(self.programs.haproxy), "-db", "-f", str(config))
        )

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        self._who.owns(folder)
        return folder

    def _server(
        self, name: str, program: str, *arguments: str, settings: dict[str, str] | None = None
    ) -> Server:
        return Server(
            name,
            *arguments,
            program=program,
            environment={**plain_environment(), "HOME": str(self.home), **(settings or {})},
            log=self.home / f"{name}.log",
            identity=self._who,
        )

    def _wait_for(self, condition: Callable[[], bool], otherwise: str) -> None:
        if not wait_until(condition, seconds=UP_SECONDS, every=0.3):
            words = "\n".join(f"{one.name}: {one.words()[-800:]}" for one in self.processes())
            raise RuntimeError(f"{otherwise}\n{words}")


RUNNING = {"running", "streaming"}

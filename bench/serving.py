"""The site under gunicorn with its workers, and clients that use little processor time."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Process, Queue
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from bench.installation import hurried, static_ensure

START_SECONDS = 300
PIECE = 65_536
PATIENCE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running gunicorn: its port, and the process that started its workers."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Return the seconds of processor time that the workers have used so far."""
        return sum(processor_seconds(pid) for pid in _children(self.pid))


@contextmanager
def site(*, roles: bool = True, alone: bool = False) -> Iterator[int]:
    """Serve the database of DATABASE_URL under the application's login; yield the port.

    If ``roles`` is false, under the owner's login, as on a host that allows no roles. If ``alone``
    is true, a single process with a single connection serves all requests.
    """
    with site_served(roles=roles, alone=alone) as served:
        yield served.port


@contextmanager
def site_served(*, roles: bool = True, alone: bool = False) -> Iterator[Served]:
    """Serve the database as ``site`` does; yield the running gunicorn."""
    environment = {"DEMO": "0", "DATABASE_ROLES": str(roles)}
    if alone:
        environment |= {"WEB_WORKERS": "1", "WEB_THREADS": "1"}
    static_ensure()
    environment["DATABASE_URL"] = (
        _as_application() if roles else hurried(os.environ["DATABASE_URL"])
    )
    with gunicorn("config.wsgi", config="config/gunicorn.py", environment=environment) as served:
        yield served


@contextmanager
def gunicorn(
    application: str,
    *,
    config: str,
    environment: Mapping[str, str],
    python: str = sys.executable,
) -> Iterator[Served]:
    """Serve a WSGI application on a free port of this machine, until the block ends.

    ``python`` is the program of the environment that has the application's packages.
    """
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port: int = reserved.getsockname()[1]
    command = ["-m", "gunicorn", f"--config={config}", application, f"--bind=127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [python, *command], env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            _wait(port, process, log)
            yield Served(port=port, pid=process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


def processor_seconds(pid: int) -> float:
    """Return a process's processor time in seconds, user and kernel mode; 0 once it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def rate(
    port: int, requests: Sequence[bytes], *, clients: int, seconds: float, status: bytes = b"2"
) -> float:
    """Return how many requests a second were answered 2xx, over ``clients`` open connections.

    Each client sends ``requests`` one after the other. Raises ``RuntimeError`` for an answer whose
    status does not begin with ``status``.
    """
    answers: Queue[int | str] = Queue()
    work = [
        Process(target=_client, args=(port, requests[number::clients], seconds, status, answers))
        for number in range(clients)
    ]
    for one in work:
        one.start()
    done = [answers.get() for _one in work]
    for one in work:
        one.join()
    wrong = [answer for answer in done if isinstance(answer, str)]
    if wrong:
        raise RuntimeError(wrong[0])
    return sum(answer for answer in done if isinstance(answer, int)) / seconds


def request(path: str, body: bytes = b"", host: str = "localhost") -> bytes:
    """Return the bytes of an HTTP request: POST with a JSON body, GET without a body."""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: {host}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def _client(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    status: bytes,
    answers: "Queue[int | str]",
) -> None:
    try:
        answers.put(_answered(port, requests, seconds, status))
    except Exception as error:  # noqa: BLE001, RUF100 - whoever waits must hear of anything
        answers.put(f"{type(error).__name__}: {error}")


def _answered(port: int, requests: Sequence[bytes], seconds: float, status: bytes) -> int:
    done, end = 0, time.perf_counter() + seconds
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # At least one request is sent, because a busy machine could leave no time and give no rate.
        while not done or time.perf_counter() < end:
            answered(wire, requests[done % len(requests)], status)
            done += 1
    return done


def answered(wire: socket.socket, asked: bytes, status: bytes = b"2") -> bytes:
    """Send a request and return its answer. Raises ``RuntimeError`` unless the status is 2xx.

    ``status`` is the beginning of another status that is expected.
    """
    answer = answer_of(wire, asked)
    if not answer.startswith(b"HTTP/1.1 " + status):
        raise RuntimeError(answer[-400:].decode(errors="replace"))
    return answer


def answer_of(wire: socket.socket, asked: bytes) -> bytes:
    """Send a request; return the whole answer with its head."""
    wire.sendall(asked)
    got = b""
    while b"\r\n\r\n" not in got:
        got += _piece(wire)
    head, _gap, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    missing = int(lengths[0].split(b":")[1]) - len(body) if lengths else 0
    while missing > 0:
        piece = _piece(wire)
        got, missing = got + piece, missing - len(piece)
    return got


def _piece(wire: socket.socket) -> bytes:
    piece = wire.recv(PIECE)
    if not piece:
        raise RuntimeError("the connection was closed")
    return piece


def _as_application() -> str:
    from tenants.isolation.database_roles import application_login, application_password_set  # noqa: PLC0415

    password = secrets.token_hex(16)
    application_password_set(password=password)
    parts = urlsplit(os.environ["DATABASE_URL"])
    login = f"{application_login()}:{password}@{parts.netloc.rpartition('@')[2]}"
    return hurried(urlunsplit(parts._replace(netloc=login)))


def _wait(port: int, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
                answer_of(wire, request("/healthz"))
                return
        except (OSError, RuntimeError):
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(log.read().decode())

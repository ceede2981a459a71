"""Client for the socket of the virus scanner clamd.

No library is used, because the timeout of a library is for one read or write: a scanner that
answers a byte a second would block a request for minutes.
"""

import socket
import struct
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from shared.files.types import Verdict

# The timeout is short because a person waits; later a task scans the file again.
SECONDS = 3.0
SECONDS_IN_BACKGROUND = 60.0
PIECE = 128 * 1024
MAX_ANSWER_LENGTH = 4096


def file_scan(content: bytes, *, seconds: float = SECONDS) -> Verdict:
    """Return the scanner's verdict on a file.

    Returns ``PENDING`` without a clear answer within ``seconds``, and ``NOT_SCANNED`` if the
    installation has no scanner.
    """
    if not settings.CLAMD_URL:
        return Verdict.NOT_SCANNED
    try:
        answer = _asked(b"zINSTREAM\0", content, seconds)
    except OSError:
        return Verdict.PENDING
    if answer.endswith(b" FOUND"):
        return Verdict.INFECTED
    # Other answers, for example about an exceeded limit, do not mean that the file is clean.
    return Verdict.CLEAN if answer == b"stream: OK" else Verdict.PENDING


def scanner_state() -> str:
    """Return the scanner's state: ``none`` (not configured), ``up`` or ``down``."""
    if not settings.CLAMD_URL:
        return "none"
    try:
        return "up" if _asked(b"zPING\0", b"", 1.0) == b"PONG" else "down"
    except OSError:
        return "down"


def _asked(command: bytes, content: bytes, seconds: float) -> bytes:
    """Return the scanner's answer without the final zero byte. Raises ``OSError``."""
    ends = monotonic() + seconds
    with _connected(ends) as line:
        _say(line, command, ends)
        if content:
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                _say(line, struct.pack("!L", len(piece)) + piece, ends)
            _say(line, struct.pack("!L", 0), ends)
        return _heard(line, ends)


def _connected(ends: float) -> socket.socket:
    parts = urlsplit(settings.CLAMD_URL)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname, parts.port), timeout=_left(ends))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # The timeout must also limit the connecting, because a stopped scanner never accepts.
        line.settimeout(_left(ends))
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _say(line: socket.socket, words: bytes, ends: float) -> None:
    line.settimeout(_left(ends))
    line.sendall(words)


def _heard(line: socket.socket, ends: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0"):
        line.settimeout(_left(ends))
        piece = line.recv(MAX_ANSWER_LENGTH)
        answer += piece
        if not piece or len(answer) > MAX_ANSWER_LENGTH:
            raise ConnectionError("no whole answer")
    return answer.rstrip(b"\0")


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left

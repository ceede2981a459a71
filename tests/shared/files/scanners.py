"""Scanners to speak to: one that keeps to clamd's protocol, and clamd itself where there is one."""

import shutil
import socket
import struct
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

# Not a virus: what every scanner agrees to call one. In two halves, or a scanner would take this
# file away from whoever works on it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
DRIP_SECONDS = 0.4
LOOKS, BETWEEN_LOOKS = 1200, 0.05


class FakeScanner:
    """Answers INSTREAM and PING as clamd 1.4 does; ``moods`` are what it does otherwise."""

    def __init__(self, path, mood=""):
        self.mood = mood
        self.heard = []
        self.stopped, self.finished = threading.Event(), threading.Event()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                line, _address = self.socket.accept()
            except OSError:
                return
            with line:
                try:
                    self.answer(line)
                except OSError:
                    # Whoever asked has gone.
                    continue

    def answer(self, line):
        command = self.read(line, 6)
        if command == b"zPING\0":
            line.sendall(b"PONG\0")
            return
        command += self.read(line, 4)
        content = b""
        while size := struct.unpack("!L", self.read(line, 4))[0]:
            content += self.read(line, size)
        self.heard.append(content)
        if self.mood == "silent":
            self.stopped.wait()
        for piece in self.words(content):
            line.sendall(piece)
            if self.mood == "drip":
                self.stopped.wait(DRIP_SECONDS)
        self.finished.set()

    def words(self, content):
        if self.mood == "confused":
            return [b"INSTREAM size limit exceeded. ERROR\0"]
        if self.mood == "cut off":
            return [b"stream: O"]
        if EICAR in content:
            return [b"stream: Eicar-Signature FOUND\0"]
        if self.mood == "drip":
            # Each letter in time, and all of them together far too late.
            return [bytes([one]) for one in b"stream: OK" + b" " * 1000 + b"\0"]
        return [b"stream: OK\0"]

    @staticmethod
    def read(line, size):
        got = b""
        while len(got) < size:
            piece = line.recv(size - len(got))
            if not piece:
                raise ConnectionResetError
            got += piece
        return got

    def close(self):
        self.stopped.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


@contextmanager
def stand_in(folder, mood=""):
    """The address of one, and itself."""
    path = Path(folder) / "stand-in.ctl"
    made = FakeScanner(path, mood)
    try:
        yield f"unix://{path}", made
    finally:
        made.close()
        path.unlink()


@contextmanager
def real_clamd(folder):
    """The address of a clamd that knows one signature, ours: no network, no database of others."""
    folder = Path(folder)
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "own.ndb").write_text(f"Own.Test.Signature:0:*:{EICAR.hex()}\n")
    path = folder / "clamd.ctl"
    settings = folder / "clamd.conf"
    settings.write_text(
        f"LocalSocket {path}\nDatabaseDirectory {signatures}\nForeground yes\n"
        f"LogFile {folder}/clamd.log\nStreamMaxLength 25M\nUser root\n"
    )
    process = subprocess.Popen(
        [str(CLAMD), "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(path, process)
        yield f"unix://{path}", process
    finally:
        process.kill()
        process.wait()


def _wait_for(path, process):
    for _look in range(LOOKS):
        if process.poll() is not None:
            break
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(path))
            except OSError:
                threading.Event().wait(BETWEEN_LOOKS)
            else:
                return
    raise AssertionError(f"clamd does not answer: {path.parent / 'clamd.log'}")

"""A visitor without a browser: one host, its cookies, and the hidden fields of the last page."""

import re
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

BOUNDARY = "part-of-a-form"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"'


@dataclass
class Programme:
    """Asks one host; follows no redirect by itself."""

    port: int
    host: str = "localhost"
    cookies: dict[str, str] = field(default_factory=dict)
    path: str = "/"
    page: str = ""
    status: int = 0

    def get(self, path: str = "") -> str:
        """Open a page, or the one that the last answer leads to; its text."""
        self._ask("GET", path or self.path, b"", "")
        return self.page

    def send(self, path: str = "", **values: str) -> int:
        """Fill in the form of the last page; the status of the answer."""
        body = urlencode({**self.hidden(), **values}).encode()
        self._ask("POST", path or self.path, body, "application/x-www-form-urlencoded")
        return self.status

    def upload(self, path: str = "", /, *, name: str, content: bytes, **values: str) -> int:
        """The same with a file."""
        body = b"".join(
            (PART.format(key) + f"\r\n\r\n{value}\r\n").encode()
            for key, value in {**self.hidden(), **values}.items()
        )
        head = PART.format("file") + f'; filename="{name}"\r\n'
        body += head.encode() + b"\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        self._ask("POST", path or self.path, body, f"multipart/form-data; boundary={BOUNDARY}")
        return self.status

    def call(self, path: str, body: str, **headers: str) -> int:
        """Send JSON."""
        self._ask("POST", path, body.encode(), "application/json", **headers)
        return self.status

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the last page; of several forms, those of the last."""
        return {
            name: unescape(value)
            for name, value in re.findall(
                r'<input type="hidden" name="(\w+)" value="(.*?)"', self.page
            )
        }

    def _ask(self, method: str, path: str, body: bytes, kind: str, **headers: str) -> None:
        given = {"Host": f"{self.host}:{self.port}", **headers}
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            given["Content-Type"] = kind
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body or None, given)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        self.status = answer.status
        place = urlsplit(answer.headers["Location"] or path)
        self.path = f"{place.path}?{place.query}" if place.query else place.path
        if answer.status != 302:
            self.page = text

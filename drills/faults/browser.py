"""A simple browser for the drills, with cookies, forms and redirections."""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from drills.faults.load import HOST, Answer, ask

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
MAX_REDIRECTIONS = 5


class Browser:
    """A browser for one host, which stores the host's cookies."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}
        self.path = "/"

    def get(self, path: str) -> Answer:
        """Open a page, following redirections."""
        return self._follow(self._ask("GET", path))

    def post(self, path: str, **fields: str) -> Answer:
        """Submit the form of a page, with the page's CSRF token."""
        token = TOKEN.search(self.get(path).body)
        if token is not None:
            fields["csrfmiddlewaretoken"] = token[1].decode()
        return self._follow(self._ask("POST", self.path, urlencode(fields).encode()))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        self.path = path
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            origin = f"http://{self.host}:{self.port}"
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": origin,
                "Referer": f"{origin}{path}",
            }
        host = f"{self.host}:{self.port}"
        answer = ask(self.port, path, method=method, body=body, headers=headers, host=host)
        for line in answer.headers.get("Set-Cookie", "").split("\n"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def _follow(self, answer: Answer) -> Answer:
        for _time in range(MAX_REDIRECTIONS):
            if answer.status not in (301, 302, 303):
                break
            target = urlsplit(urljoin(self.path, answer.headers["Location"]))
            answer = self._ask("GET", target.path + (f"?{target.query}" if target.query else ""))
        return answer

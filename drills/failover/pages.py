"""A probe of citizens' pages while no database server accepts writes."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from drills.faults.load import Answer, ask
from drills.faults.registry import MAX_WAIT
from tests.journeys.proxy import Proxy

# Pages that use no database.
ALWAYS = ("/fr/about/", "/fr/privacy/", "/fr/submit/", "/fr/track/", "/robots.txt")
PAGES = (
    *(f"/{language}/" for language in ("ar", "fr", "en")),
    "/fr/organisations/",
    "/fr/statistics/",
    "/fr/status/",
)
PROGRAMMES = ("/healthz", "/readyz", "/api/v1/organisations/")
# The expected statuses: readiness fails, while liveness and pages without a database work.
EXPECTED = {"/readyz": {503}, **{path: {200} for path in ("/healthz", *ALWAYS)}}
# The allowed statuses of all other pages.
EITHER = {200, 503}
# Pages in nginx's cache, where a page stays for a minute, or longer if the site fails.
KEPT = ("/ar/", "/fr/", "/en/", "/fr/about/", "/fr/organisations/", "/fr/statistics/")


class Outage:
    """A probe that requests all pages repeatedly and records the answers during the outage."""

    def __init__(self, port: int, proxy: Proxy | None) -> None:
        self._port, self._proxy = port, proxy
        self.statuses: dict[str, set[int]] = defaultdict(set)
        self.broken: list[str] = []

    def fill_store(self) -> None:
        """Fill nginx's cache with the public pages."""
        for path in KEPT if self._proxy else ():
            self._of_proxy(path)

    def look(self, is_over: Callable[[], bool]) -> None:
        """Request each page once; stop when ``is_over`` is true, and ignore the last answer."""
        for path in (*ALWAYS, *PAGES, *PROGRAMMES):
            answer = ask(self._port, path, seconds=2 * MAX_WAIT)
            if is_over():
                return
            self._note(path, answer)
        for path in KEPT if self._proxy else ():
            answer = self._of_proxy(path)
            if is_over():
                return
            self.statuses[f"nginx {path}"].add(answer.status)
            if answer.status != 200:
                self.broken.append(f"nginx answers {path} with {answer.status}")

    def summary(self) -> str:
        """Return a line of text with the HTTP statuses of the pages."""
        by_answer: dict[str, list[str]] = defaultdict(list)
        for path, found in self.statuses.items():
            by_answer["/".join(map(str, sorted(found)))].append(path)
        return "; ".join(f"{what}: {', '.join(paths)}" for what, paths in sorted(by_answer.items()))

    def _of_proxy(self, path: str) -> Answer:
        assert self._proxy is not None
        return ask(self._proxy.port, path, trust=self._proxy.trust, seconds=2 * MAX_WAIT)

    def _note(self, path: str, answer: Answer) -> None:
        self.statuses[path].add(answer.status)
        if answer.seconds > MAX_WAIT:
            self.broken.append(f"{path} waited {answer.seconds:.1f} s")
        if answer.status not in EXPECTED.get(path, EITHER):
            self.broken.append(f"{path} is answered {answer.status}")
        elif path in PAGES and answer.status != 200:
            self.broken += _faults_of_refusal(path, answer.headers, answer.body.decode())


def _faults_of_refusal(path: str, headers: Mapping[str, str], text: str) -> list[str]:
    language = Path(path).parts[1]
    faults = []
    if not headers.get("Retry-After", "").isdigit():
        faults.append(f"{path}: 503 without Retry-After")
    if f'lang="{language}"' not in text:
        faults.append(f"{path}: 503 in another language")
    return faults

"""What citizens' pages answer while no server takes writes."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from drills.faults.load import Answer, ask
from drills.faults.registry import MAX_WAIT
from tests.journeys.proxy import Proxy

# They ask the database nothing.
ALWAYS = ("/fr/about/", "/fr/privacy/", "/fr/submit/", "/fr/track/", "/robots.txt")
PAGES = (
    *(f"/{language}/" for language in ("ar", "fr", "en")),
    "/fr/organisations/",
    "/fr/statistics/",
    "/fr/status/",
)
PROGRAMMES = ("/healthz", "/readyz", "/api/v1/organisations/")
# Whether the process lives, and whether it may be sent anybody.
EXPECTED = {"/readyz": {503}, **{path: {200} for path in ("/healthz", *ALWAYS)}}
# The others are made, or refused.
EITHER = {200, 503}
# nginx keeps what Insaf calls public for a minute, and longer while no newer one is to be had.
KEPT = ("/ar/", "/fr/", "/en/", "/fr/about/", "/fr/organisations/", "/fr/statistics/")


class Outage:
    """Asks for all pages, again and again, and keeps what was answered before a filing was."""

    def __init__(self, port: int, proxy: Proxy | None) -> None:
        self._port, self._proxy = port, proxy
        self.statuses: dict[str, set[int]] = defaultdict(set)
        self.broken: list[str] = []

    def fill_store(self) -> None:
        """Let nginx keep the public pages, as it has them from the visitors before."""
        for path in KEPT if self._proxy else ():
            self._of_proxy(path)

    def look(self, is_over: Callable[[], bool]) -> None:
        """Ask for each page once. What is answered when it ``is_over`` says nothing of it."""
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
        """One line: which pages answered what."""
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

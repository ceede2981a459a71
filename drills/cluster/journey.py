"""A scenario that files, answers and re-opens a request in each agency over HTTP."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from drills.cluster.registry import ClusterTrial, scenario
from drills.faults.attachments import Case, file_with_attachment
from drills.faults.browser import Browser
from drills.faults.file_faults import signed_in
from drills.faults.load import Answer, ask
from drills.faults.registry import wait_until

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
# The orientation desk is left out, because it does not answer requests itself.
ORIENTATION = "orientation"
LETTER_SECONDS = 30.0
REPLIED = "Un second agent sera affecté dès la semaine prochaine."
REOPENED = "Rien n'a changé depuis un mois."
PAGES = ("/fr/", "/ar/", "/fr/statistics/", "/fr/answers/", "/fr/submit/", "/fr/status/", "/readyz")


@scenario(
    "journey", "a request from its filing to its re-opening, in each agency", without_roles=True
)
def journey(trial: ClusterTrial) -> None:
    """File, answer and re-open a request with a file in each agency."""
    with trial.installation.whole_site() as site:
        for path in PAGES:
            status = ask(site.port, path).status
            trial.promise(status == 200, f"{path} is answered {status}")
        walked = [code for code in trial.installation.organisations if code != ORIENTATION]
        for organisation in walked:
            _Person(trial, site.port, organisation).walk()
    trial.figure("journeys", len(walked))


class _Person:
    """A citizen with one request, and the officer who answers that request."""

    def __init__(self, trial: ClusterTrial, port: int, organisation: str) -> None:
        self.trial, self.port, self.organisation = trial, port, organisation
        self.load = trial.by_hand(port)
        self.key = f"{self.load.run}-{organisation}"

    def walk(self) -> None:
        """File a request, prove the e-mail address, read and rate the reply, re-open the case."""
        case = Case(
            self.trial, self.port, file_with_attachment(self.load, self.key, self.organisation)
        )
        self._prove_address(case.citizen)
        officer = signed_in(self.port, self.organisation)
        self._see(officer.get(f"/cases/{case.reference}/"), "the officer's page", self.key)
        self._see(
            _send(
                officer,
                f"/cases/{case.reference}/reply/",
                outcome="upheld",
                carried_out="done",
                facts="L'agent de service était seul.",
                rule="Charte d'accueil.",
                decision=REPLIED,
                step="send",
            ),
            "the page after the reply",
            REPLIED,
        )
        self._letter("/fr/track/rate/", case.reference)
        self._see(case.opened(), "the citizen's page", REPLIED)
        status = case.read_by_citizen().status
        self.trial.promise(status == 200, f"{self.organisation}: the file is answered {status}")
        citizen = case.citizen
        _send(citizen, "/fr/track/case/rating/", resolved="no", handling="3")
        _send(citizen, "/fr/track/case/reopen/", reason="not_done", body=REOPENED)
        conversation = "/fr/track/case/?show=conversation"
        self._see(citizen.get(conversation), "the conversation", REOPENED)
        self._see(officer.get(f"/cases/{case.reference}/"), "the officer's page", REOPENED)

    def _prove_address(self, citizen: Browser) -> None:
        body = self._letter("/fr/track/address/", "")
        if link := re.search(r"https?://\S+/track/address/\S+", body):
            _send(citizen, urlsplit(link[0]).path)

    def _letter(self, text: str, reference: str) -> str:
        """Wait for an e-mail to this person that contains ``text``; return the e-mail."""
        found: list[str] = []
        outbox = self.trial.installation.files / "outbox"

        def is_there() -> bool:
            found[:] = [
                body
                for body in letters(outbox, f"{self.key}@example.org")
                if text in body and reference in body
            ]
            return bool(found)

        is_sent = wait_until(is_there, seconds=LETTER_SECONDS)
        self.trial.promise(is_sent, f"{self.organisation}: no letter with {text!r}")
        return found[0] if found else ""

    def _see(self, page: Answer, what: str, text: str) -> None:
        shown = page.body.decode(errors="replace").replace("&#x27;", "'")
        self.trial.promise(
            page.status == 200 and text in shown,
            f"{self.organisation}: {what} is answered {page.status} without {text!r}",
        )


def _send(browser: Browser, path: str, **fields: str) -> Answer:
    """Submit the form of a page with ``fields`` and the form's hidden fields."""
    shown = browser.get(path).body.decode()
    hidden = dict(HIDDEN.findall(shown))
    return browser.post(path, **{**hidden, **fields})


def letters(outbox: Path, to: str) -> list[str]:
    """Return subject and text of each e-mail to an address."""
    found = []
    for file in outbox.glob("*"):
        # Django's file backend ends each e-mail in a file with a line of dashes.
        *whole, _unfinished = file.read_bytes().split(b"-" * 79 + b"\n")
        for part in whole:
            letter = email.message_from_bytes(part, policy=email.policy.default)
            if isinstance(letter, EmailMessage) and to in str(letter["To"]):
                body = letter.get_body(("plain",))
                found.append(f"{letter['Subject']}\n{body.get_content() if body else ''}")
    return found

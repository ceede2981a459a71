"""An institution at the pages of the request, as a browser shows them."""

import re
from dataclasses import dataclass, field
from html import unescape
from uuid import UUID

from django.http.response import HttpResponseBase
from django.test import Client

from public_portal.workspace_requests.models import WorkspaceRequest
from shared.directory.models import Organisation
from shared.mail.models import Mail

EMAIL = "amina@oases.gov.ma"
STEPS = {
    "institution": "institution/",
    "email": "email/",
    "code": "code/",
    "person": "person/",
    "needs": "needs/",
    "terms": "agreement/",
}
ANSWERS: dict[str, dict[str, str]] = {
    "institution": {"organisation": "oases"},
    "email": {"email": EMAIL},
    "code": {},
    "person": {
        "person_name": "أمينة بنعلي",
        "person_function": "Cheffe du service des réclamations",
        "phone": "٠٥ ٣٧ ١٢ ٣٤ ٥٦",
    },
    "needs": {"volume": "some", "seats": "١٢", "message": "We begin in January."},
    "terms": {"agreed": "on"},
}
PROPOSAL = {
    "proposed_ar": "وكالة المنارات",
    "proposed_fr": "Agence des phares",
    "proposed_kind": "institution",
    "proposed_parent": "",
}


def body(code: str = "oases", **changes: object) -> Organisation:
    """A body of the directory without a workspace."""
    values: dict[str, object] = {
        "kind": "institution",
        "name_ar": "وكالة الواحات",
        "name_fr": "Agence des oasis",
        "name_en": "Oases agency",
    }
    return Organisation.objects.create(code=code, **{**values, **changes})


@dataclass
class Applicant:
    """One browser with its cookies."""

    client: Client
    language: str = "en"
    answers: dict[str, dict[str, str]] = field(default_factory=lambda: {**ANSWERS})

    def url(self, path: str = "") -> str:
        """The address of a page under ``/workspace/``."""
        return f"/{self.language}/workspace/{STEPS.get(path, path)}"

    def see(self, path: str = "", **query: str) -> HttpResponseBase:
        """Open a page."""
        return self.client.get(self.url(path), query)

    def do(self, path: str, **data: str) -> HttpResponseBase:
        """Send a form."""
        return self.client.post(self.url(path), data)

    def answer(self, step: str, **changes: str) -> HttpResponseBase:
        """Answer one question, as usual or otherwise."""
        data = {**self.answers[step], **changes}
        if step == "code" and "code" not in data:
            data["code"] = codes(self.answers["email"]["email"])[-1]
        return self.do(step, **data)

    def answer_all(self, until: str = "check/", /, **changes: dict[str, str]) -> None:
        """Answer every question before ``until``."""
        for step in STEPS:
            if step == until:
                return
            answer = self.answer(step, **changes.get(step, {}))
            assert answer.status_code == 302, errors(answer)

    def send(self) -> HttpResponseBase:
        """Press the last button."""
        return self.do("check/")

    def ask(self) -> "Sent":
        """Answer everything and send it."""
        self.answer_all()
        page = self.send()
        assert page.status_code == 302
        return Sent(self, page["Location"], self.row().pk)

    def row(self) -> WorkspaceRequest:
        """The request of this visit."""
        return WorkspaceRequest.objects.get(pk=self.client.session["workspace_request"])


@dataclass
class Sent:
    """A request that was sent, by the address of its page."""

    applicant: Applicant
    path: str
    number: UUID

    def see(self) -> HttpResponseBase:
        """Open its page in a browser that knows nothing but the link."""
        return Client(headers={"host": "testserver"}).get(self.path)

    def do(self, act: str, **data: str) -> HttpResponseBase:
        """Send one of the forms of its page, from such a browser."""
        return Client(headers={"host": "testserver"}).post(f"{self.path}{act}/", data)

    def row(self) -> WorkspaceRequest:
        """As it stands now."""
        return WorkspaceRequest.objects.get(pk=self.number)


def letters_to(email: str = EMAIL) -> list[str]:
    """The kinds of letters to an address, oldest first."""
    return list(Mail.objects.filter(to=email).order_by("id").values_list("letter", flat=True))


def codes(email: str = EMAIL) -> list[str]:
    """Every code that was mailed to an address, oldest first."""
    letters = Mail.objects.filter(to=email, letter="workspace_code").order_by("id")
    return [letter.context["code"] for letter in letters]


def links(email: str = EMAIL) -> list[str]:
    """The path of every link that was mailed to an address, oldest first."""
    found = Mail.objects.filter(to=email).order_by("id").values_list("context", flat=True)
    urls = [context["request_url"] for context in found if "request_url" in context]
    return [re.sub(r"^https?://[^/]+", "", url) for url in urls]


def errors(page: HttpResponseBase) -> list[str]:
    """The lines of the summary of errors."""
    summary = re.search(r'class="error-summary".*?</ul>', page.content.decode(), re.DOTALL)
    found = re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", summary[0]) if summary else []
    return [unescape(line) for line in found]

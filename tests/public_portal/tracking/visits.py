"""A citizen at the entrance and in the space of a request."""

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.test import Client

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.types import ReplyDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, officer_actor, staff

EMAIL = "person@example.org"


@dataclass
class Visitor:
    """One browser with its cookies."""

    client: Client
    language: str = "fr"
    reference: str = ""
    receipt_code: str = ""

    def url(self, path: str = "") -> str:
        """The address of a page of tracking."""
        return f"/{self.language}/track/{path}"

    def open(self, reference: str, secret: str = EMAIL) -> HttpResponseBase:
        """Fill in the entrance."""
        data = {"reference": reference, "secret": secret}
        return self.client.post(self.url(), data)

    def see(self, path: str = "case/") -> HttpResponseBase:
        """Open a page of the space."""
        return self.client.get(self.url(path))

    def do(self, path: str, **data: object) -> HttpResponseBase:
        """Send a form of the space."""
        return self.client.post(self.url(f"case/{path}"), data)


def answer(agency: Agency, reference: str, draft: ReplyDraft = REPLY) -> None:
    """An officer answers."""
    officer = staff(agency, email=f"a{reference}@roads.example")
    with agency_context(agency):
        services.complaint_reply(
            reference=reference, draft=draft, officer=officer, actor=officer_actor(officer)
        )


def ask(agency: Agency, reference: str, question: str) -> None:
    """An officer takes the case, notes something for colleagues, and asks."""
    officer = staff(agency, role=Role.AGENT, email=f"q{reference}@roads.example")
    actor = officer_actor(officer)
    with agency_context(agency):
        services.complaint_assign(reference=reference, officer=officer, actor=actor)
        services.note_add(
            reference=reference, body="a note for colleagues", officer=officer, actor=actor
        )
        services.question_ask(reference=reference, body=question, officer=officer, actor=actor)

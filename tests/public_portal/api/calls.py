"""A programme that speaks to the REST interface."""

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.test import Client

from tests.support.factories import BODY

COMPLAINT: dict[str, object] = {
    "organisation": "roads",
    "kind": "complaint",
    "subject": "Street lamp out",
    "body": BODY,
    "language": "fr",
    "privacy": "named",
    "party": {"name": "Test Person", "email": "person@example.org", "phone": "06 12 34 56 78"},
}


@dataclass
class Caller:
    """One programme, with its language and, once it has one, its token."""

    client: Client
    language: str = "fr"
    token: str = ""

    def submit(self, key: str = "", **changes: object) -> HttpResponseBase:
        """File a complaint, as usual or otherwise."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.post("complaints/", {**COMPLAINT, **changes}, **headers)

    def post(self, path: str, data: object, **headers: str) -> HttpResponseBase:
        """Send JSON."""
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self._with(headers)
        )

    def send(self, path: str, **parts: object) -> HttpResponseBase:
        """Send a multipart form."""
        return self.client.post(f"/api/v1/{path}", parts, headers=self._with({}))

    def get(self, path: str) -> HttpResponseBase:
        """Ask."""
        return self.client.get(f"/api/v1/{path}", headers=self._with({}))

    def open(self, receipt: dict[str, str]) -> "Caller":
        """Take a token for a complaint by its receipt code."""
        pair = {"reference": receipt["reference"], "receipt_code": receipt["receipt_code"]}
        self.token = self.post("tracking/", pair).json()["token"]
        return self

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language, **bearer, **headers}


def fields(response: HttpResponseBase) -> list[tuple[str, str]]:
    """Which fields are wrong, and the code of what is wrong with each."""
    return [(error.get("field", ""), error["code"]) for error in response.json()["errors"]]

"""A citizen who files and writes by the REST interface: no page of theirs is looked at."""

from dataclasses import dataclass

from playwright.sync_api import APIRequestContext

from tests.journeys.site import Site, looks
from tests.public_portal.api.calls import COMPLAINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Whoever filed one case, with the token that its receipt code brought."""

    request: APIRequestContext
    site: Site
    reference: str
    token: str

    def case(self) -> dict[str, object]:
        """The case as its citizen reads it."""
        read = self.request.get(self._url(""), headers=self._headers)
        assert read.status == 200, read.text()
        found: dict[str, object] = read.json()
        return found

    def send(self, path: str, **data: object) -> None:
        """Write a message (``messages/``) or rate the reply (``rating/``)."""
        sent = self.request.post(self._url(path), data=data, headers=self._headers)
        assert sent.ok, sent.text()

    def wait_for(self, status: str) -> dict[str, object]:
        """The case once it has that status: what an officer sends leaves ten seconds later."""
        for _look in looks():
            if (case := self.case())["status"] == status:
                return case
        raise TimeoutError(f"{self.reference} does not become {status}")

    def _url(self, path: str) -> str:
        return self.site.url(f"/api/v1/tracking/case/{path}")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}


def file_case(request: APIRequestContext, site: Site, **changes: object) -> Citizen:
    """File a complaint without a name, as usual or otherwise."""
    data = {**COMPLAINT, "organisation": "health", "privacy": "anonymous", **changes}
    data.pop("party")
    filed = request.post(site.url("/api/v1/complaints/"), data=data)
    assert filed.status == 201, filed.text()
    receipt = filed.json()
    pair = {name: receipt[name] for name in ("reference", "receipt_code")}
    opened = request.post(site.url("/api/v1/tracking/"), data=pair)
    return Citizen(
        request=request, site=site, reference=pair["reference"], token=opened.json()["token"]
    )

"""Every page of the citizens' site that has something to fill in, and how a person gets there."""

from collections.abc import Callable, Mapping

from django.test import Client

from tenants.models import Agency
from tests.factories import filed
from tests.intake.journey import Citizen
from tests.tracking.visits import Visitor, answer

Arrive = Callable[[Client, Agency], str]


def plain(path: str) -> Arrive:
    """A page that anybody opens."""
    return lambda _client, _agency: path


def step(name: str, search: str = "") -> Arrive:
    """A page of the journey, with all before it answered."""

    def arrive(client: Client, _agency: Agency) -> str:
        citizen = Citizen(client)
        citizen.answer_all(name)
        return citizen.url(name) + search

    return arrive


def space(path: str, *, stage: str = "received") -> Arrive:
    """A page of the space of a request that is ``received`` or ``answered``."""

    def arrive(client: Client, agency: Agency) -> str:
        receipt = filed(agency)
        if stage == "answered":
            answer(agency, receipt.reference)
        visitor = Visitor(client, language="ar")
        visitor.open(receipt.reference)
        return visitor.url(path)

    return arrive


PLACES: Mapping[str, Arrive] = {
    "home": plain("/ar/"),
    "organisations": plain("/ar/organisations/"),
    "statistics": plain("/ar/statistics/"),
    "answers": plain("/ar/answers/"),
    "kind": step("kind"),
    "organisation": step("organisation"),
    "organisation found": step("organisation", "?q=roads"),
    "story": step("story"),
    "wish": step("wish"),
    "privacy": step("privacy"),
    "person": step("person"),
    "check": step("check/"),
    "later": step("later/"),
    "entrance": plain("/ar/track/"),
    "space": space("case/"),
    "rating": space("case/rating/", stage="answered"),
    "re-opening": space("case/reopen/", stage="answered"),
    "withdrawing": space("case/withdraw/"),
}

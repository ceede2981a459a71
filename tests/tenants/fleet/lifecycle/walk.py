"""A citizen at every address of the citizens' site, by pages and by programme, with one agency."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLResolver, get_resolver, resolve, reverse
from django.utils.translation import override

from shared.complaints import services
from shared.complaints.enums import Declaration
from shared.complaints.types import DirectionDraft
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.text import Wording
from tenants.agencies.selectors import address_book_clear
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.all_forms.places import PLACES, article
from tests.public_portal.account.door import Account
from tests.public_portal.api.calls import Caller
from tests.public_portal.intake.journey import STEPS, Citizen
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.support.factories import REPLY, draft, filed, officer_actor, organisation_of, staff
from tests.support.reviewed import refused_twice
from tests.support.samples import PDF
from tests.support.unreachable import agency_unreachable

URLCONF = "config.urls_public"
REVIEW = "Both replies speak of another lamp, in another street."
# The journey, in the order of its questions.
ON_THE_WAY = (*STEPS, "check/", "later/")
# Whoever asks for a workspace is no citizen of an agency; the journey is walked once, and in order.
OTHER_PLACES = tuple(
    name
    for name in PLACES
    if not name.startswith("workspace:") and name not in {step.rstrip("/") for step in ON_THE_WAY}
)
# What was asked of an address, and the status of the answer.
Step = tuple[str, str, int]


class Undone(Exception):
    """Ends a block whose writes are taken back."""


class Walker(Client):
    """A browser that writes down which address it was at, and what it was answered."""

    def __init__(self, log: list[Step]) -> None:
        super().__init__(headers={"host": "testserver"}, raise_request_exception=False)
        self.log = log

    def request(self, **request: Any) -> Any:
        """As Django's."""
        answered = super().request(**request)
        path, method = str(request["PATH_INFO"]), str(request["REQUEST_METHOD"])
        self.log.append((address_of(path), method, answered.status_code))
        return answered


def address_of(path: str) -> str:
    """The name of an address of the citizens' site; the path itself where it has none."""
    language = path.split("/")[1]
    with override(language if language in ("ar", "fr", "en") else "ar"):
        return str(resolve(path, urlconf=URLCONF).view_name)


def addresses() -> set[str]:
    """The names of all addresses of the citizens' site."""

    def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from names(one, inner)
            else:
                yield f"{space}{one.name}"

    return set(names(get_resolver(URLCONF)))


def walk(agency: Agency) -> list[Step]:
    """Everywhere, in an order that is always the same; nothing of it stays."""
    log: list[Step] = []
    for part in (_plain, *map(_place, OTHER_PLACES), *PARTS):
        # Known as in production, but never from a part that was taken back.
        address_book_clear()
        book = override_settings(ADDRESS_BOOK_SECONDS=60)
        # At one moment: a limit counts anew at each full minute, which some walks would pass.
        with taken_back(), book, clock.travel(clock.now()):
            part(agency, log)
    return log


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written in the block has not been."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def _plain(agency: Agency, log: list[Step]) -> None:
    """Every address without anything in it that must be known."""
    organisation_of(agency)
    client = Walker(log)
    for name in sorted(addresses()):
        try:
            with override("fr"):
                client.get(reverse(name, urlconf=URLCONF))
        except NoReverseMatch:
            continue
    client.get(f"/fr/organisations/{agency.code}/")
    client.get(f"/fr/statistics/{agency.code}/")
    client.get("/hosts/known/", {"domain": "testserver"})
    client.get(f"/api/v1/organisations/{agency.code}/categories/")
    shown = article(client, agency)
    client.get(shown)
    at_home = {"sec-fetch-site": "same-origin"}
    client.post(f"{shown}vote/", {"helped": "yes"}, headers=at_home)
    client.get("/fr/submit/organisation/suggestions/", {"q": "rou"})


def _place(name: str) -> Callable[[Agency, list[Step]], None]:
    def part(agency: Agency, log: list[Step]) -> None:
        client = Walker(log)
        client.get(PLACES[name](client, agency))

    return part


def _step_by_step(_agency: Agency, log: list[Step]) -> None:
    """Each page of the journey, with all before it answered."""
    citizen = Citizen(Walker(log))
    for step in ON_THE_WAY:
        citizen.see(step)
        if step in STEPS:
            citizen.answer(step)


def _by_pages(agency: Agency, log: list[Step]) -> None:
    """From the first page of the journey to the withdrawal."""
    client = Walker(log)
    citizen = Citizen(client, language="fr")
    citizen.answer_all("files")
    client.post(citizen.url("files"), {"uploads": _pdf(), "add": "yes"})
    page = client.get(citizen.url("files")).content.decode()
    for address in [one for one in page.split('"') if one.endswith("/remove/")][:1]:
        client.post(address)
    citizen.answer_all()
    client.post(citizen.url("later/new/"))
    kept = citizen.see("later/").context["address"]
    client.get(urlsplit(kept).path)
    receipt = citizen.send()["Location"]
    client.get(receipt)
    client.get(f"{receipt}pdf/")
    visitor = Visitor(client)
    filed_one = filed(agency)
    visitor.open(filed_one.reference)
    visitor.see()
    visitor.do("messages/", body="It is still dark.")
    visitor.see("case/proof/")
    visitor.do("proof/link/")
    visitor.do("proof/", code=filed_one.receipt_code)
    visitor.do("files/", uploads=_pdf())
    shown = visitor.see().content.decode()
    for address in re.findall(r'href="(/fr/track/case/files/[0-9a-f-]{36}/)"', shown):
        client.get(address)
    for path in ("case/days/", "case/dossier.pdf", "case/dossier.json"):
        visitor.see(path)
    visitor.do("email/", email="new.address@example.org")
    visitor.do("email/keep/")
    visitor.do("withdraw/", sure="yes")
    visitor.see("case/follow/")
    client.post(visitor.url("leave/"))
    client.post("/fr/submit/discard/")


def _held(agency: Agency, log: list[Step]) -> None:
    """A request is held while the agency's server does not answer, and taken back."""
    client = Walker(log)
    citizen = Citizen(client, language="fr")
    citizen.answer_all()
    with agency_unreachable(agency):
        waiting = citizen.send()["Location"]
    client.get(waiting)
    client.post(f"{waiting}take-back/")
    citizen.send()


def _after_the_reply(agency: Agency, log: list[Step]) -> None:
    """The reply is rated, and the request re-opened."""
    visitor = Visitor(Walker(log))
    one = filed(agency)
    answer(agency, one.reference)
    visitor.open(one.reference, one.receipt_code)
    visitor.do("rating/", resolved="no", handling="2")
    visitor.do("reopen/", reason="not_done", body="Nothing was done.")
    visitor.see("case/follow/")


def _twice_refused(agency: Agency, log: list[Step]) -> None:
    """National oversight is asked to look at it."""
    visitor = Visitor(Walker(log))
    refused = refused_twice(agency)
    visitor.open(refused.reference, refused.receipt_code)
    visitor.do("review/", reason=REVIEW)
    visitor.see()


def _letters(agency: Agency, log: list[Step]) -> None:
    """The links of letters: they open, rate, and prove an address."""
    client = Walker(log)
    visitor = Visitor(client)
    gateway.complaint_file(draft=draft(agency), actor=CITIZEN)
    for link in [link for letter in deliver(agency) for link in links_in(letter)]:
        if "/address/" in link:
            client.get(link)
            client.post(link)
    reference = filed(agency).reference
    client.post(visitor.url("link/"), {"reference": reference, "email": EMAIL})
    for link in links_in(deliver()[-1]):
        if "/open/" in link:
            client.get(link)
            client.post(link)
    visitor.do("email/", email="new.address@example.org")
    for link in [link for letter in deliver() for link in links_in(letter) if "/email/" in link]:
        client.get(link)
        client.post(link, {"do": "prove"})
    answer(agency, reference)
    rated = [link for letter in deliver(agency) for link in links_in(letter) if "/rate/" in link]
    client.get(rated[0])
    client.post(rated[0], {"resolved": "yes", "handling": "4"})


def _promise(agency: Agency, log: list[Step]) -> None:
    """Whether a promise was kept, in the space and by a link."""
    long_ago = datetime.now(UTC) - timedelta(days=29)
    day = clock.civil_day(long_ago) + timedelta(days=27)
    named = replace(REPLY, remedy="The workshop replaces the lamp.", promised_on=day)
    with clock.travel(long_ago):
        receipts = [filed(agency) for _number in range(3)]
        for one in receipts:
            answer(agency, one.reference, named)
    with agency_context(agency):
        services.expired_deadlines_apply(actor=SYSTEM)
    client = Walker(log)
    visitor = Visitor(client)
    visitor.open(receipts[0].reference, receipts[0].receipt_code)
    visitor.do("promise/", kept="no")
    visitor.see("case/promise.ics")
    asked = [link for letter in deliver(agency) for link in links_in(letter) if "/promise/" in link]
    client.get(asked[-1])
    client.post(asked[-1], {"kept": "yes"})
    caller = Caller(client)
    caller.open({"reference": receipts[1].reference, "receipt_code": receipts[1].receipt_code})
    caller.post("tracking/case/promise/", {"kept": True})


def _directed(agency: Agency, log: list[Step]) -> None:
    """Another body is competent: filed with it by the link of the e-mail."""
    client = Walker(log)
    reference = filed(agency, declarations=(Declaration.NONE,)).reference
    # Of the same agency, so that the request is filed anew with the agency whose state is tried.
    Organisation.objects.get_or_create(
        code="bridges",
        defaults={
            "kind": "institution", "name_ar": "x", "name_fr": "x", "name_en": "x",
            "agency_code": agency.code,
        },
    )  # fmt: skip
    officer = staff(agency, email=f"d{reference}@roads.example")
    with agency_context(agency):
        services.complaint_direct(
            reference=reference,
            draft=DirectionDraft(
                organisation_code="bridges",
                organisation=Wording(ar="x", fr="x", en="x"),
                explanation="Leaks of the main pipe are repaired by that office.",
                way_on="Counter of the quarter, open from 8.30.",
            ),
            agency_code=agency.code,
            officer=officer,
            actor=officer_actor(officer),
        )
    (link,) = [one for letter in deliver(agency) for one in links_in(letter) if "/file/" in one]
    client.get(link)
    client.post(link)
    client.get("/fr/track/case/competent-body/")
    client.get("/fr/submit/competent-body/")
    client.get("/fr/submit/competent-body/")
    client.post("/fr/submit/competent-body/")


def _account(agency: Agency, log: list[Step]) -> None:
    """A request is added to an account, opened from there and taken out."""
    client = Walker(log)
    citizen = Account(client, email="mine@example.org", language="fr")
    citizen.ask()
    citizen.do("code/again/")
    citizen.open()
    receipt = filed(agency)
    citizen.do("add/", reference=receipt.reference, code=receipt.receipt_code)
    citizen.do("open/", reference=receipt.reference)
    citizen.do("remove/", reference=receipt.reference)
    citizen.do("put-back/", reference=receipt.reference)
    citizen.see()
    citizen.prove()
    citizen.see("data/")
    citizen.do("data/copy/")
    citizen.see("security/")
    citizen.do(f"security/visits/{client.session['visit']['id']}/end/")
    citizen.do("security/sign-out/")
    citizen.do("sign-out/")


def _by_programme(agency: Agency, log: list[Step]) -> None:
    """The REST interface, from the list of bodies to the withdrawal."""
    caller = Caller(Walker(log))
    caller.get("organisations/?q=rou")
    first = caller.submit()
    caller.open(first.json())
    caller.get("tracking/case/")
    caller.post("tracking/case/messages/", {"body": "It is still dark."})
    caller.send("tracking/case/attachments/", file=_pdf())
    caller.post("tracking/case/withdraw/", {})
    caller.get(f"statistics/?agency={agency.code}")


def _by_programme_to_the_end(agency: Agency, log: list[Step]) -> None:
    """The same after a reply: rated, re-opened; another one given to oversight."""
    caller = Caller(Walker(log))
    filed_now = caller.submit().json()
    answer(agency, filed_now["reference"])
    caller.open(filed_now)
    caller.post("tracking/case/rating/", {"resolved": False, "handling": 2})
    caller.post("tracking/case/reopen/", {"reason": "not_done", "body": "Nothing was done."})
    refused = refused_twice(agency)
    caller.open({"reference": refused.reference, "receipt_code": refused.receipt_code})
    caller.post("tracking/case/review/", {"reason": REVIEW})


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.pdf", PDF, "application/pdf")


PARTS = (
    _step_by_step,
    _by_pages,
    _held,
    _after_the_reply,
    _twice_refused,
    _letters,
    _promise,
    _directed,
    _account,
    _by_programme,
    _by_programme_to_the_end,
)

"""Every page of the citizens' site that has something to fill in, and how a person gets there."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from public_portal.workspace_requests.services.request_review import (
    institution_question_ask,
    request_refuse,
)
from shared.catalogue.models import Category, Option, Question
from shared.complaints import services
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from shared.knowledge_base.selectors.reader import article_groups
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.public_portal.account.door import Account
from tests.public_portal.intake.journey import Citizen
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.public_portal.workspace_requests.applicant import Applicant, body
from tests.support.factories import articles_loaded, draft, filed
from tests.support.reviewed import refused_twice
from tests.support.samples import PDF

Arrive = Callable[[Client, Agency], str]

QUESTIONS = ("text", "number", "date", "choice", "many", "file")

PROOF = "case/proof/"


def plain(path: str) -> Arrive:
    """A page that anybody opens."""
    return lambda _client, _agency: path


def step(name: str) -> Arrive:
    """A page of the journey, with all before it answered."""

    def arrive(client: Client, _agency: Agency) -> str:
        citizen = Citizen(client)
        citizen.answer_all(name)
        return citizen.url(name)

    return arrive


def organisation_chosen(client: Client, _agency: Agency) -> str:
    """The list of bodies, with the one that was chosen before."""
    citizen = Citizen(client)
    citizen.answer_all("story")
    return citizen.url("organisation")


def article(_client: Client, _agency: Agency) -> str:
    """One answer, with its question whether it helped."""
    articles_loaded()
    return f"/ar/answers/{article_groups(language='ar')[0].articles[0].slug}/"


def details(client: Client, _agency: Agency) -> str:
    """The questions of a category that asks one of each kind."""
    names = {f"name_{language}": "Lamps" for language in ("ar", "fr", "en")}
    category = Category.objects.create(code="lamps", kinds=["complaint"], position=1, **names)
    texts = {f"text_{language}": "Asked" for language in ("ar", "fr", "en")}
    for position, kind in enumerate(QUESTIONS):
        asked = Question.objects.create(
            category=category, code=kind, kind=kind, position=position, **texts
        )
        if kind in ("choice", "many"):
            Option.objects.create(question=asked, code="one", position=1, **texts)
    citizen = Citizen(client)
    citizen.answer_all("wish", story={"category": "lamps"})
    return citizen.url("details/")


def files_added(client: Client, _agency: Agency) -> str:
    """The page of the files, with one on it."""
    citizen = Citizen(client)
    citizen.answer_all("files")
    uploads = SimpleUploadedFile("letter.pdf", PDF)
    client.post(citizen.url("files"), {"uploads": uploads, "add": "yes"})
    return citizen.url("files")


def space(path: str, *, stage: str = "received") -> Arrive:
    """A page of the space of a request that is ``received`` or ``answered``."""

    def arrive(client: Client, agency: Agency) -> str:
        receipt = filed(agency)
        if stage == "answered":
            answer(agency, receipt.reference)
        visitor = Visitor(client, language="ar")
        # The proof is asked of who has given the e-mail address alone.
        visitor.open(receipt.reference, *([] if path == PROOF else [receipt.receipt_code]))
        return visitor.url(path)

    return arrive


def promise(client: Client, agency: Agency) -> str:
    """The question about a promise of four weeks ago, in the space."""
    long_ago = datetime.now(UTC) - timedelta(days=29)
    with clock.travel(long_ago):
        receipt = filed(agency)
        answer(agency, receipt.reference)
    with agency_context(agency):
        services.expired_deadlines_apply(actor=SYSTEM)
    visitor = Visitor(client, language="ar")
    visitor.open(receipt.reference, receipt.receipt_code)
    return visitor.url("case/promise/")


def review(client: Client, agency: Agency) -> str:
    """The question why national oversight should look at a request that was refused twice."""
    refused = refused_twice(agency)
    visitor = Visitor(client, language="ar")
    visitor.open(refused.reference, refused.receipt_code)
    return visitor.url("case/review/")


def rate_link(_client: Client, agency: Agency) -> str:
    """The page behind the faces of a letter."""
    receipt = filed(agency, language="ar")
    answer(agency, receipt.reference)
    return next(path for path in links_in(deliver(agency)[-1]) if "/rate/" in path)


def open_link(client: Client, agency: Agency) -> str:
    """The page behind a link that was asked for at the entrance."""
    receipt = filed(agency)
    path = "/ar/track/link/"
    client.post(path, {"reference": receipt.reference, "email": EMAIL})
    return next(link for link in links_in(deliver()[-1]) if "/open/" in link)


def email_link(client: Client, agency: Agency) -> str:
    """The page behind a link that proves an address."""
    page = space("case/email/")(client, agency)
    client.post(page, {"email": "new.address@example.org"})
    return next(link for link in links_in(deliver()[-1]) if "/email/" in link)


def account(path: str, *, proved: bool = False) -> Arrive:
    """A page of the account of somebody who keeps one request there."""

    def arrive(client: Client, agency: Agency) -> str:
        citizen = Account(client, email="mine@example.org", language="ar")
        user = citizen.open()
        gateway.complaint_file(draft=draft(agency), actor=CITIZEN, owner_id=user.pk)
        if proved:
            citizen.prove()
        return citizen.url(path)

    return arrive


def account_door(path: str) -> Arrive:
    """A page on the way into an account that does not exist yet."""

    def arrive(client: Client, _agency: Agency) -> str:
        citizen = Account(client, email="mine@example.org", language="ar")
        citizen.ask()
        if path == "begin/":
            citizen.do("code/", code=citizen.code())
        return citizen.url(path)

    return arrive


def applicant(client: Client) -> Applicant:
    """Somebody at an institution whose body is in the directory."""
    body()
    return Applicant(client, language="ar")


def workspace(step: str) -> Arrive:
    """A page of the request for a workspace, with all before it answered."""

    def arrive(client: Client, _agency: Agency) -> str:
        institution = applicant(client)
        institution.answer_all(step)
        return institution.url(step)

    return arrive


def workspace_offer(client: Client, _agency: Agency) -> str:
    """The first page, for somebody who has begun."""
    institution = applicant(client)
    institution.answer_all("email")
    return institution.url()


def workspace_chosen(client: Client, _agency: Agency) -> str:
    """The list of institutions, with the one that was chosen before."""
    institution = applicant(client)
    institution.answer_all("email")
    return institution.url("institution")


def workspace_page(act: str = "", *, stage: str = "waiting") -> Arrive:
    """A page of a request that was sent, in one of its states."""

    def arrive(client: Client, _agency: Agency) -> str:
        sent = applicant(client).ask()
        reviewer = Actor(kind=ActorKind.OVERSIGHT, label="Reviewer")
        version = "waiting.0"
        if stage == "asked":
            institution_question_ask(
                request_id=sent.number, version=version, text="Who?", actor=reviewer
            )
        if stage == "refused":
            request_refuse(request_id=sent.number, version=version, reason="No.", actor=reviewer)
        return sent.path + act

    return arrive


PLACES: Mapping[str, Arrive] = {
    "home": plain("/ar/"),
    "organisations": plain("/ar/organisations/"),
    "statistics": plain("/ar/statistics/"),
    "answers": plain("/ar/answers/"),
    "an answer": article,
    "kind": step("kind"),
    "organisation": step("organisation"),
    "organisation chosen": organisation_chosen,
    "admissibility": step("admissibility"),
    "story": step("story"),
    "circumstances": step("circumstances"),
    "details": details,
    "wish": step("wish"),
    "files": step("files"),
    "files added": files_added,
    "privacy": step("privacy"),
    "person": step("person"),
    "check": step("check/"),
    "later": step("later/"),
    "entrance": plain("/ar/track/"),
    "asking for a link": plain("/ar/track/link/"),
    "space": space("case/"),
    "rating": space("case/rating/", stage="answered"),
    "re-opening": space("case/reopen/", stage="answered"),
    "withdrawing": space("case/withdraw/"),
    "another address": space("case/email/"),
    "proof of identity": space(PROOF),
    "promise": promise,
    "review": review,
    "link that rates": rate_link,
    "link that opens": open_link,
    "link that proves": email_link,
    "account's door": plain("/ar/account/sign-in/"),
    "account's code": account_door("code/"),
    "account's beginning": account_door("begin/"),
    "account": account(""),
    "account: adding": account("add/"),
    "account: data": account("data/"),
    "account: address": account("data/email/"),
    "account: erasing": account("data/erase/", proved=True),
    "account: security": account("security/"),
    "workspace: offer": workspace_offer,
    "workspace: institution": plain("/ar/workspace/institution/"),
    "workspace: institution chosen": workspace_chosen,
    "workspace: proposal": plain("/ar/workspace/institution/propose/"),
    "workspace: email": workspace("email"),
    "workspace: code": workspace("code"),
    "workspace: person": workspace("person"),
    "workspace: needs": workspace("needs"),
    "workspace: terms": workspace("terms"),
    "workspace: check": workspace("check/"),
    "workspace: question": workspace_page(stage="asked"),
    "workspace: withdrawing": workspace_page("withdraw/"),
    "workspace: refused": workspace_page(stage="refused"),
}

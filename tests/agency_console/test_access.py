"""Who may open what in a console; tests/everywhere has the table of all addresses and visitors."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from agency_console.casework.enums import DraftAct
from agency_console.casework.services.drafts import case_draft_save
from config import urls_agency
from shared.accounts.enums import Role
from shared.audit.selectors import audit_entries
from shared.complaints.enums import Author
from shared.complaints.selectors import complaint_get
from shared.complaints.services import attachment_add
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console, references_on
from tests.support.factories import filed, staff
from tests.support.samples import PDF

OWN_NAMESPACES = ("inbox", "casework", "assisted_filing", "reports", "staff", "setup")


def _addresses() -> Iterator[tuple[str, str]]:
    """Name and template of every address of the console itself (allauth's pages are its own)."""
    for part in urls_agency.urlpatterns:
        if isinstance(part, URLResolver) and part.namespace in OWN_NAMESPACES:
            for leaf in part.url_patterns:
                assert isinstance(leaf, URLPattern)
                yield f"{part.namespace}:{leaf.name}", f"/{part.pattern}{leaf.pattern}"


ADDRESSES = dict(_addresses())
CASE_ADDRESSES = {n: path for n, path in ADDRESSES.items() if n.startswith("casework:")}


@pytest.fixture
def filled(roads):
    """A function that turns the template of an address into the address of something real."""
    reference = filed(roads).reference
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    return lambda path: _filled(path, roads, reference, colleague)


def _attached(agency, reference):
    with agency_context(agency):
        return attachment_add(
            reference=reference,
            upload=UploadedContent(name="photo.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        ).pk


def _drafted(agency, reference, officer):
    """A text of an officer for the case."""
    with agency_context(agency):
        return case_draft_save(
            complaint=complaint_get(reference=reference),
            officer=officer,
            act=DraftAct.REPLY,
            parts={"facts": "The lamp is out."},
            version=1,
        ).pk


def _filled(path, agency, reference, officer):
    """The address of something of the case, which is made where the address names it."""
    if "<uuid:draft_id>" in path:
        path = path.replace("<uuid:draft_id>", str(_drafted(agency, reference, officer)))
    if "<uuid:attachment_id>" in path:
        path = path.replace("<uuid:attachment_id>", str(_attached(agency, reference)))
    return (
        path.replace("<str:reference>", reference)
        .replace("<slug:act>", "note")
        .replace("<int:user_id>", str(officer.pk))
        .replace("<int:view_id>", "1")
    )


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_stranger_is_asked_to_sign_in_everywhere(console, filled, name):
    path = filled(ADDRESSES[name])

    page = console.get(path)

    assert page.status_code == 302
    assert page.url == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_stranger_cannot_send_anything_either(console, filled, name):
    page = console.post(filled(ADDRESSES[name]), {"version": "1"})

    assert page.status_code == 302
    assert page.url == "/accounts/login/?next=/"


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_oversight_analyst_has_no_business_in_a_console(console, filled, name):
    path = filled(ADDRESSES[name])
    console.sign_in_as(Role.ANALYST)

    page = console.get(path)

    assert page.status_code == 403


READ_ONLY = {
    f"casework:{name}"
    for name in (
        "show-case", "show-days", "show-hints", "download-file", "view-file", "show-writers",
        "show-approval",
    )
}  # fmt: skip
# Buttons: a click without the version or the text leads back to where the button was.
BUTTONS = {
    f"casework:{name}"
    for name in (
        "take-case", "leave-case", "withdraw-question", "change-category", "unmerge-case",
        "take-back", "discard-draft", "copy-draft", "approve", "return-text",
    )
}  # fmt: skip
SAVING = {"casework:save-draft"}
OF_A_CASE = [name for name, path in CASE_ADDRESSES.items() if "<" in path]
CASE_REQUESTS = [
    *((name, "get") for name in OF_A_CASE if name not in BUTTONS | SAVING),
    *((name, "post") for name in OF_A_CASE if name not in READ_ONLY),
]


@pytest.mark.parametrize(("name", "method"), CASE_REQUESTS)
def test_a_case_of_another_agency_is_not_there(client, roads, water, name, method):
    theirs = filed(water).reference
    author = staff(water, Role.AGENT, "author@water.example")
    path = _filled(CASE_ADDRESSES[name], water, theirs, author)
    ours, other = Console(client=client, agency=roads), Console(client=Client(), agency=water)
    ours.sign_in_as(Role.ADMINISTRATOR)
    other.sign_in_as(Role.ADMINISTRATOR)

    here, there = getattr(ours, method)(path), getattr(other, method)(path)

    # A text that is gone has been sent: its officer is told so, wherever the number came from.
    assert here.status_code == (302 if name == "casework:take-back" else 404)
    # A text that does not wait for approval leads to the list of those that do.
    leads_on = name in BUTTONS or name == "casework:show-approval"
    # Refused without a reason, and so shown again: on that list as well.
    is_shown_again = (name, method) == ("casework:return-text", "post")
    leads_on = leads_on and not is_shown_again
    leads_on = leads_on or (name, method) == ("casework:label-case", "post")
    assert there.status_code == (302 if leads_on else 200)


@pytest.mark.parametrize(
    "reference", ["0000000000000000", "12", "no-such-case", "9" * 400, "%00", "1234 5678", "'--"]
)
def test_what_is_no_reference_is_not_found(console, agent, reference):
    page = console.get(f"/cases/{reference}/")

    assert page.status_code == 404


def test_a_session_opens_one_agency_only(client, roads, water):
    ours, other = Console(client=client, agency=roads), Console(client=client, agency=water)
    ours.sign_in_as(Role.ADMINISTRATOR)
    # Somebody of the same number exists there: the session must not become theirs.
    staff(water, Role.ADMINISTRATOR)

    here, there = ours.get("/"), other.get("/")

    assert (here.status_code, there.status_code) == (200, 302)


def test_who_may_no_longer_sign_in_is_out_with_the_next_click(console, agent, roads):
    before = console.get("/").status_code
    with agency_context(roads):
        agent.is_active = False
        agent.save()

    after = console.get("/").status_code

    assert (before, after) == (200, 302)


def test_a_look_is_noted_once_a_day(console, agent, roads):
    reference = filed(roads).reference
    before = _looks(roads, reference)

    console.get(f"/cases/{reference}/")
    console.get(f"/cases/{reference}/")

    assert before == []
    assert _looks(roads, reference) == [("case.viewed", agent.pk)]


@pytest.mark.parametrize(
    "path",
    [CASE_ADDRESSES[name] for name, method in CASE_REQUESTS if method == "get"]
    + [
        ADDRESSES["inbox:preview-case"],
        "/transfers/offer/<str:reference>/",
        "/transfers/split/<str:reference>/",
        "/units/cases/<str:reference>/",
    ],
)
def test_each_page_about_a_case_notes_the_look(console, filled, roads, path):
    user = console.sign_in_as(Role.ADMINISTRATOR)
    reference = filled("<str:reference>")

    page = console.get(filled(path))

    # A text that does not wait for approval leads to the list of those that do.
    assert page.status_code in (200, 302)
    assert ("case.viewed", user.pk) in _looks(roads, reference)


def test_each_officer_has_their_own_look(console, agent, roads):
    reference = filed(roads).reference
    console.get(f"/cases/{reference}/")
    other = console.sign_in_as(Role.SUPERVISOR)

    console.get(f"/cases/{reference}/")

    assert _looks(roads, reference) == [("case.viewed", agent.pk), ("case.viewed", other.pk)]


def test_the_inbox_leaves_no_trace_of_looks(console, agent, roads):
    reference = filed(roads).reference

    page = console.get("/")

    assert references_on(page) == [reference]
    assert _looks(roads, reference) == []


def test_a_form_without_its_token_is_refused(roads):
    reference = filed(roads).reference
    console = Console(client=Client(enforce_csrf_checks=True), agency=roads)
    console.sign_in_as(Role.AGENT)

    page = console.post(f"/cases/{reference}/note/", {"body": "Look into it."})

    assert page.status_code == 403


def test_pages_of_the_console_are_never_kept_by_a_cache(console, agent):
    assert console.get("/")["Cache-Control"] == "no-store, private"


def test_a_suspended_agency_says_so_in_three_languages(console, agent, roads):
    roads.state = "suspended"
    roads.save()

    page = console.get("/")

    assert page.status_code == 503
    assert page.content.decode().count("<section lang=") == 3
    assert page.cookies == {}


def _looks(agency, reference):
    with agency_context(agency):
        rows = audit_entries(subject=reference)
        return [(entry.action, entry.actor_id) for entry in rows]

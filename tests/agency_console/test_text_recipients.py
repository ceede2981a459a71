"""A reply reaches the requests that its author, and who approved it, have seen; no other one."""

import re
from datetime import timedelta
from functools import partial

import pytest

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Privacy, Status
from shared.complaints.selectors import case_events
from shared.complaints.services import (
    case_merge,
    case_unmerge,
    citizen_message_add,
    complaint_assign,
    complaint_withdraw,
)
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.identifiers import uuid7
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.email_changes import email_change_begin, email_prove
from tenants.case_access.services.tokens import link_issue
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tenants.models.enums import LinkPurpose
from tests.agency_console.conftest import (
    REFUSAL,
    WORDS,
    sent,
    ten_seconds_later,
    text_of,
)
from tests.support.factories import filed_and_proved, officer_actor, staff
from tests.support.units import join, unit

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHANGED = "Nothing was sent: the requests that this text reaches"
INTERIM = {
    "done": "We measured the lamp in the street and ordered a part.",
    "delay": "The part is made abroad and arrives in three weeks.",
}


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def needed(roads):
    """The agency wants four eyes."""
    Agency.objects.filter(pk=roads.pk).update(needs_approval=True)
    roads.needs_approval = True


@pytest.fixture
def supervisor(roads):
    return staff(roads, Role.SUPERVISOR, "supervisor@roads.example")


@pytest.fixture
def pair(roads, agent):
    """Two receipts of one person, both with the agent; the first was filed a week earlier."""
    with clock.travel(clock.now() - timedelta(days=7)):
        first = filed_and_proved(roads, subject="Lamp at number twelve")
    later = filed_and_proved(roads, subject="The lamp again")
    with agency_context(roads):
        for one in (first, later):
            complaint_assign(reference=one.reference, officer=agent, actor=officer_actor(agent))
    return first, later


def inside(console, service, **arguments):
    with agency_context(console.agency):
        return service(**arguments)


def merge(console, pair):
    main, later = pair
    inside(console, case_merge, reference=later.reference, into=main.reference, actor=SYSTEM)


def unmerge(console, pair):
    inside(console, case_unmerge, reference=pair[1].reference, actor=SYSTEM)


def withdraw(console, pair):
    inside(console, complaint_withdraw, reference=pair[1].reference, actor=CITIZEN)


def change_address(console, pair, number=0):
    """The citizen changes the address of a request; both mailboxes have answered."""
    one = pair[number]
    token = gateway.tracking_open(
        reference=one.reference, kind=KeyKind.RECEIPT, value=one.receipt_code
    ).token
    email_change_begin(token=token, email="other@example.org")
    route = Route.objects.get(pk=one.reference)
    for purpose in (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL):
        email_prove(key=link_issue(route=route, purpose=purpose, letter=uuid7()))


def write_the_address(console, pair):
    """The agency's own role writes another address into its own table."""
    with agency_context(console.agency):
        party = console.case(pair[0].reference).party
        party.email = "other@example.org"
        party.save(update_fields=["email"])


def press(console, one, name="reply", **changes):
    version = str(console.case(one.reference).version)
    until = {"until": str(clock.today() + timedelta(days=20))}
    words = {**WORDS, **REFUSAL, **INTERIM, **until, "version": version, "step": "send"}
    return console.post(f"/cases/{one.reference}/{name}/", {**words, **changes})


def the_draft(console):
    with agency_context(console.agency):
        return CaseDraft.objects.get()


def approval_page(console):
    return text_of(console.get(f"/cases/approvals/{the_draft(console).pk}/"))


def approve(console, page=None):
    """What the page of the approval sends."""
    given = dict(HIDDEN.findall(page or approval_page(console)))
    return console.post(f"/cases/approvals/{the_draft(console).pk}/approve/", given)


def press_and_approve(console, one, supervisor, name="reply"):
    press(console, one, name)
    console.sign_in(supervisor)
    approve(console)
    assert the_draft(console).pressed_at is not None


def replies(console, pair):
    return [len(sent(console, one.reference)) for one in pair]


def kinds(console, one):
    with agency_context(console.agency):
        return [event.kind for event in case_events(console.case(one.reference))]


def assert_it_came_back(console, pair, author, *, kept="rule"):
    """Nobody got it, its author reads why, and nothing of it is lost."""
    assert ten_seconds_later(console) == [False]
    assert replies(console, pair) == [0, 0]
    draft = the_draft(console)
    held = (draft.pressed_at, draft.approved_by_id, draft.approval_asked_at)
    assert held == (None, None, None)
    assert draft.parts[kept]
    console.sign_in(author)
    assert CHANGED in text_of(console.get("/?view=open"))


@pytest.mark.parametrize(
    ("is_merged", "change"),
    [
        (False, merge),
        (True, unmerge),
        (True, withdraw),
        (False, change_address),
        (True, partial(change_address, number=1)),
        (False, write_the_address),
    ],
    ids=["joins", "leaves", "is withdrawn", "address", "address of the other", "written address"],
)
def test_an_approval_ends_when_whom_it_reaches_changes(
    console, agent, needed, supervisor, pair, is_merged, change
):
    if is_merged:
        merge(console, pair)
    press_and_approve(console, pair[0], supervisor)

    change(console, pair)

    assert_it_came_back(console, pair, agent)
    assert "approved" not in kinds(console, pair[0])
    assert "approval_withdrawn" in kinds(console, pair[0])
    # Sent again, and approved again by who has seen the list as it is.
    press_and_approve(console, pair[0], supervisor)
    assert ten_seconds_later(console) == [True]


def test_the_address_of_a_hidden_person_is_bound_too(console, agent, needed, supervisor, roads):
    """The agency reads no such address, and its approval ends when it changes."""
    one = filed_and_proved(roads, privacy=Privacy.CONFIDENTIAL)
    press(console, one)
    console.sign_in(supervisor)
    page = approval_page(console)
    approve(console, page)

    change_address(console, (one,))

    assert "The person is not named to the administration." in page
    assert "person@example.org" not in page
    assert ten_seconds_later(console) == [False]
    assert the_draft(console).failure == "recipients_changed"


@pytest.mark.parametrize("name", ["refuse", "interim"])
def test_the_same_is_true_of_other_repeated_texts(console, agent, needed, supervisor, pair, name):
    if name == "interim":
        press(console, pair[0], name)
        assert ten_seconds_later(console) == [True]
        before = replies(console, pair)
    else:
        before = [0, 0]
    press_and_approve(console, pair[0], supervisor, name)

    merge(console, pair)

    assert ten_seconds_later(console) == [False]
    assert replies(console, pair) == before
    assert the_draft(console).approved_by is None


@pytest.mark.parametrize("number", [0, 1])
def test_a_citizens_message_does_not_end_an_approval(
    console, agent, needed, supervisor, pair, number
):
    merge(console, pair)
    press_and_approve(console, pair[0], supervisor)

    inside(
        console,
        citizen_message_add,
        reference=pair[number].reference,
        body="It burns again.",
        actor=CITIZEN,
    )

    assert ten_seconds_later(console) == [True]
    assert replies(console, pair) == [1, 1]


def test_a_reply_does_not_reach_a_request_that_its_author_never_saw(console, agent, pair):
    press(console, pair[0])

    merge(console, pair)

    assert_it_came_back(console, pair, agent)
    assert the_draft(console).failure == "recipients_changed"


def test_a_reply_that_nobody_approved_follows_the_citizen_to_a_new_address(console, agent, pair):
    press(console, pair[0])

    change_address(console, pair)

    assert ten_seconds_later(console) == [True]


def test_a_message_is_not_repeated_and_leaves(console, agent, pair):
    press(console, pair[0], "message", body="We are looking at it.")

    merge(console, pair)

    assert ten_seconds_later(console) == [True]
    assert replies(console, pair) == [1, 0]


def test_a_supervisor_sees_whom_a_text_reaches(console, agent, needed, supervisor, pair):
    merge(console, pair)
    press(console, pair[0])
    console.sign_in(supervisor)

    page = approval_page(console)

    listed = page[page.index('id="recipients-title"') : page.index("Approve and send")]
    groups = [" ".join(re.findall("....", one.reference)) for one in pair]
    plain = re.sub(r"[\s\u00a0\u202f]+", " ", listed)
    assert [one in plain for one in groups] == [True, True]
    assert ("Lamp at number twelve" in listed, "The lamp again" in listed) == (True, True)
    assert listed.count("person@example.org") == 2


def test_a_request_of_another_unit_is_counted_and_not_named(
    console, agent, needed, supervisor, roads
):
    with clock.travel(clock.now() - timedelta(days=7)):
        first = filed_and_proved(roads)
    with agency_context(roads):
        north = unit("North", places=("North",))
        south = unit("South", supervisor)
        join(south, agent)
        services.case_unit_change(reference=first.reference, unit_id=south, actor=SYSTEM)
    hidden = filed_and_proved(roads, subject="Of the north", place="North")
    assert console.case(hidden.reference).unit_id == north
    merge(console, (first, hidden))
    press(console, first)
    console.sign_in(supervisor)

    page = approval_page(console)

    assert (hidden.reference[-4:] in page, "Of the north" in page) == (False, False)
    assert "1 more request of this person" in page


def test_a_text_is_not_approved_from_a_page_with_another_list(
    console, agent, needed, supervisor, pair
):
    press(console, pair[0])
    console.sign_in(supervisor)
    read = approval_page(console)
    change_address(console, pair)
    version = f'name="version" value="{console.case(pair[0].reference).version}"'

    told = approve(console, re.sub(r'name="version" value="\d+"', version, read))

    assert the_draft(console).pressed_at is None
    assert CHANGED in text_of(console.get(told.url))
    approve(console)
    assert ten_seconds_later(console) == [True]


def test_a_request_that_joins_while_a_text_waits_is_marked(
    console, agent, needed, supervisor, pair
):
    press(console, pair[0])
    merge(console, pair)
    console.sign_in(supervisor)

    page = approval_page(console)

    assert page.count("Joined after this text was submitted") == 1
    approve(console)
    assert ten_seconds_later(console) == [True]
    assert replies(console, pair) == [1, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": {**WORDS, "decision": "Nothing is done."}},
        {"text_digest": ""},
        {"recipients": None},
        {"recipients": []},
    ],
    ids=["text", "no digest", "no list", "no mapping"],
)
def test_another_text_than_the_approved_one_does_not_leave(
    console, agent, needed, supervisor, pair, changes
):
    press_and_approve(console, pair[0], supervisor)
    with agency_context(console.agency):
        CaseDraft.objects.update(**changes)

    assert ten_seconds_later(console) == [False]

    assert replies(console, pair) == [0, 0]
    assert the_draft(console).failure in ("recipients_changed", "approved_text_changed")


def test_what_the_former_release_has_pressed_leaves(console, agent, pair):
    press(console, pair[0])
    with agency_context(console.agency):
        CaseDraft.objects.update(recipients=None)

    assert ten_seconds_later(console) == [True]


def test_what_became_of_the_main_case_sends_nothing(console, agent, needed, supervisor, pair):
    """The main case itself is merged meanwhile, or withdrawn: nobody gets the reply."""
    press_and_approve(console, pair[1], supervisor)

    merge(console, pair)

    assert ten_seconds_later(console) == [False]
    assert replies(console, pair) == [0, 0]
    assert console.case(pair[1].reference).status == Status.IN_PROGRESS

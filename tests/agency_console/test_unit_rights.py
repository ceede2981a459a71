"""Whose cases an officer may open and act on: by role and by unit, at each page of a case."""

import html
import re
from dataclasses import replace

import pytest
from django.urls import get_resolver

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.complaints.enums import Author
from shared.complaints.selectors import cases_of_person, complaint_get
from shared.complaints.services import (
    attachment_add,
    case_unit_change,
    complaint_assign,
    complaint_reopen,
    complaint_reply,
)
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.references import reference_group
from shared.units.errors import OfficerOutsideUnit
from shared.units.services import unit_close
from shared.units.types import WHOLE_AGENCY, UnitScope
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.refused_forms import is_refused
from tests.support.samples import PDF
from tests.support.units import join, unit

SUBJECT = "Lamp of the northern quarter"
# Where the officer works, and of which unit the case is.
WHERE = ("same", "parent", "child", "sibling", "nowhere")
# What is seen of a case in the unit "here", and of one of the agency as a whole.
SEEN = {
    ("agent", "same"): (True, False),
    ("agent", "parent"): (True, False),
    ("agent", "child"): (False, False),
    ("agent", "sibling"): (False, False),
    ("agent", "nowhere"): (True, True),
    ("supervisor", "same"): (True, False),
    ("supervisor", "parent"): (True, False),
    ("supervisor", "child"): (False, False),
    ("supervisor", "sibling"): (False, False),
    ("supervisor", "nowhere"): (True, True),
    ("administrator", "same"): (True, True),
    ("administrator", "parent"): (True, True),
    ("administrator", "child"): (True, True),
    ("administrator", "sibling"): (True, True),
    ("administrator", "nowhere"): (True, True),
}
NEAR = replace(
    REPLY,
    is_done=True,
    facts="We went to the street on Monday evening and found that the cable under the pavement had "
    "been cut during the works of the water company, which had told nobody of it.",
)
# What stands beside the reference in an address.
FILLED = {
    "attachment_id": "0190a0a0-0000-7000-8000-000000000000",
    "draft_id": "0190a0a0-0000-7000-8000-000000000000",
    "act": "reply",
}
READ = ("", "days/", "note/")
ACTS = ("reply/", "refuse/", "direct/", "question/", "message/", "note/", "assign/")


@pytest.fixture
def tree(roads):
    """Units: above, here (below it), below (below here), and beside."""
    with agency_context(roads):
        above = unit("Above")
        here = unit("Here", parent=above, places=("Here",))
        return {
            "parent": above,
            "same": here,
            "child": unit("Below", parent=here),
            "sibling": unit("Beside", parent=above),
        }


@pytest.fixture
def case_here(roads, tree):
    """A case that the unit "here" handles."""
    return filed(roads, place="Here", subject=SUBJECT).reference


def member(console, tree, role, where):
    """Sign in as somebody with that role who belongs to that unit."""
    user = console.sign_in_as(Role(role))
    if where != "nowhere":
        with agency_context(console.agency):
            join(tree[where], user)
    return user


@pytest.mark.parametrize(("role", "where"), list(SEEN))
def test_a_case_is_seen_by_role_and_unit(console, tree, case_here, roads, role, where):
    whole = filed(roads).reference
    member(console, tree, role, where)

    found = [
        {console.get(f"/cases/{reference}/{page}").status_code for page in READ}
        for reference in (case_here, whole)
    ]
    move = console.get(f"/units/cases/{case_here}/").status_code

    here, everywhere = SEEN[role, where]
    assert found == [{200 if seen else 404} for seen in (here, everywhere)]
    assert move == (200 if here else 404)


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_nothing_can_be_done_to_a_case_of_another_unit(console, tree, case_here, role):
    member(console, tree, role, "sibling")
    before = console.case(case_here).version

    pages = [console.get(f"/cases/{case_here}/{act}") for act in ACTS]
    sent = [
        console.post(f"/cases/{case_here}/{act}", {"version": before, "body": "Words of mine"})
        for act in (*ACTS, "take/")
    ]
    moved = console.post(
        f"/units/cases/{case_here}/", {"version": before, "parent": "agency", "reason": "Not ours"}
    )

    refused = {page.status_code for page in [*pages, *sent, moved]}
    # Agents may assign nothing anywhere.
    assert refused == ({403, 404} if role == "agent" else {404})
    assert console.case(case_here).version == before
    assert not any(SUBJECT in text_of(page) for page in [*pages, *sent, moved])


def test_a_file_of_another_unit_is_not_there(console, tree, case_here, roads):
    with agency_context(roads):
        added = attachment_add(
            reference=case_here,
            upload=UploadedContent(name="proof.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )
    member(console, tree, "agent", "sibling")
    address = f"/cases/{case_here}/files/{added.pk}/"
    outside = console.get(address)
    member_here = staff(roads, Role.AGENT, "here@roads.example")
    with agency_context(roads):
        join(tree["same"], member_here)
    console.sign_in(member_here)

    assert (outside.status_code, console.get(address).status_code) == (404, 200)


def test_a_case_assigned_to_an_officer_is_seen_wherever_it_is(console, tree, case_here, roads):
    user = staff(roads, Role.AGENT)
    with agency_context(roads):
        complaint_assign(reference=case_here, officer=user, actor=SYSTEM)
        join(tree["sibling"], user)
    console.sign_in(user)

    assert console.get(f"/cases/{case_here}/").status_code == 200


def test_a_case_is_given_to_nobody_whose_units_do_not_hold_it(console, tree, case_here, roads):
    console.client.cookies["language"] = "en"
    people = {
        where: staff(roads, Role.AGENT, f"{where}@roads.example") for where in (*tree, "nowhere")
    }
    with agency_context(roads):
        for where, number in tree.items():
            join(number, people[where])
        with pytest.raises(OfficerOutsideUnit):
            complaint_assign(reference=case_here, officer=people["sibling"], actor=SYSTEM)
    boss = console.sign_in_as(Role.SUPERVISOR)
    page = text_of(console.get(f"/cases/{case_here}/assign/"))
    version = console.case(case_here).version

    refused = console.post(
        f"/cases/{case_here}/assign/", {"version": version, "officer": people["child"].pk}
    )

    offered = {int(number) for number in re.findall(r'<option value="(\d+)"', page)}
    able = {people[where].pk for where in ("parent", "same", "nowhere")}
    assert offered == able | {boss.pk}
    assert refused.status_code != 302
    assert console.case(case_here).assignee is None


def test_assisted_filing_shows_no_earlier_case_of_another_unit(tree, case_here, roads):
    with agency_context(roads):
        shown = [
            [
                case.subject
                for case in cases_of_person(
                    email="person@example.org",
                    phone="",
                    scope=scope,
                    user_id=0,
                )
            ]
            for scope in (WHOLE_AGENCY, UnitScope(unit_ids=frozenset({tree["sibling"]})))
        ]

    assert shown == [[SUBJECT], []]


def test_members_of_a_retired_unit_do_not_see_the_whole_agency(console, tree, case_here, roads):
    whole = filed(roads).reference
    user = member(console, tree, "agent", "sibling")
    with agency_context(roads):
        unit_close(unit_id=tree["sibling"], actor=officer_actor(user))

    assert [console.get(f"/cases/{one}/").status_code for one in (case_here, whole)] == [404, 404]


def test_a_case_is_handed_to_another_unit_with_a_note_and_is_gone_for_the_officer(
    console, tree, case_here, roads
):
    console.client.cookies["language"] = "en"
    user = member(console, tree, "agent", "same")
    with agency_context(roads):
        complaint_assign(reference=case_here, officer=user, actor=officer_actor(user))
    form = text_of(console.get(f"/units/cases/{case_here}/"))
    version = re.search(r'name="version" value="(\d+)"', form).group(1)
    names = [
        html.unescape(name).strip() for name in re.findall(r"<option[^>]*>(.*?)</option>", form)
    ]

    moved = console.post(
        f"/units/cases/{case_here}/",
        {"version": version, "parent": tree["sibling"], "reason": "It is in their street."},
    )

    case = console.case(case_here)
    assert names == ["Roads", "Above", "Beside", "Here", "Below"]
    assert (case.unit_id, case.assignee, moved.url) == (tree["sibling"], None, "/")
    assert console.get(f"/cases/{case_here}/").status_code == 404
    console.sign_in_as(Role.ADMINISTRATOR)
    page = text_of(console.get(f"/cases/{case_here}/"))
    assert "It is in their street." in page
    assert "Handed to another unit" in page


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"parent": "999999"},
        {"parent": "x"},
        {"version": "0"},
        {"parent": "same"},
    ],
)
def test_nothing_is_handed_over_from_a_bad_form(console, tree, case_here, change):
    member(console, tree, "supervisor", "same")
    version = console.case(case_here).version
    sent = {"version": version, "parent": tree["sibling"], "reason": "Their street.", **change}
    sent["parent"] = tree.get(sent["parent"], sent["parent"])

    page = console.post(f"/units/cases/{case_here}/", sent)

    assert is_refused(page)
    assert console.case(case_here).version == version


def test_an_agent_hands_no_case_of_a_colleague_over(console, tree, case_here, roads):
    holder = staff(roads, Role.AGENT, "holder@roads.example")
    with agency_context(roads):
        join(tree["same"], holder)
        complaint_assign(reference=case_here, officer=holder, actor=SYSTEM)
    member(console, tree, "agent", "same")

    assert console.get(f"/units/cases/{case_here}/").status_code == 403


def test_a_case_reopened_after_its_unit_was_retired_is_with_the_unit_above(roads, tree, case_here):
    officer = staff(roads)
    with agency_context(roads):
        complaint_reply(reference=case_here, draft=REPLY, officer=officer, actor=SYSTEM)
        unit_close(unit_id=tree["same"], actor=SYSTEM)
        complaint_reopen(reference=case_here, body="It is still dark.", actor=CITIZEN)

        assert complaint_get(reference=case_here).unit_id == tree["parent"]


def test_a_case_can_be_handed_back_to_the_agency_as_a_whole(roads, case_here):
    with agency_context(roads):
        case_unit_change(reference=case_here, unit_id=None, actor=SYSTEM)

        assert complaint_get(reference=case_here).unit_id is None


@pytest.mark.parametrize("where", ["same", "sibling"])
def test_a_near_copy_does_not_name_a_case_of_another_unit(console, tree, case_here, roads, where):
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        other = filed(roads, place="Here").reference
        if where != "same":
            case_unit_change(reference=other, unit_id=tree[where], actor=SYSTEM)
        writer = staff(roads, email="writer@roads.example")
        complaint_reply(reference=other, draft=NEAR, officer=writer, actor=officer_actor(writer))
    member(console, tree, "agent", "same")
    version = console.case(case_here).version
    words = {name: getattr(NEAR, name) for name in ("outcome", "facts", "rule", "decision")}
    words["carried_out"] = "done"

    page = text_of(console.post(f"/cases/{case_here}/reply/", {**words, "version": version}))

    assert "100 % of this text stands in" in page
    assert (reference_group(other) in page) == (where == "same")


@pytest.mark.parametrize("how", ["take-back", "discard"])
def test_a_text_in_a_case_of_another_unit_does_not_say_which_case(console, tree, case_here, how):
    member(console, tree, "agent", "same")
    typed = {"facts": "The lamp is out since", "version": "1"}
    console.post(f"/cases/{case_here}/draft/reply/", typed)
    with agency_context(console.agency):
        draft = CaseDraft.objects.get()
        join(tree["sibling"], other := staff(console.agency, email="beside@roads.example"))
    console.sign_in(other)

    page = console.post(f"/cases/drafts/{draft.pk}/{how}/")

    assert case_here not in page.get("Location", "") + text_of(page)
    with agency_context(console.agency):
        assert CaseDraft.objects.filter(pk=draft.pk).exists()


def _addresses_of_a_case():
    """Every address of a console that names a case, as a pattern to be filled in."""
    found = []

    def walk(patterns, before):
        for one in patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, route)
            elif "reference" in route and not route.startswith("api/"):
                found.append(route)

    walk(get_resolver("config.urls_agency").url_patterns, "")
    return found


def test_no_address_of_a_case_lets_an_agent_of_a_unit_beside_it_in(console, tree, case_here):
    member(console, tree, "agent", "sibling")
    before = console.case(case_here).version
    addresses = [
        "/" + re.sub(r"<(\w+:)?(\w+)>", lambda part: FILLED.get(part[2], case_here), route)
        for route in _addresses_of_a_case()
    ]

    pages = {
        (address, method): getattr(console, method)(address)
        for address in addresses
        for method in ("get", "post")
    }

    let_in = {key for key, page in pages.items() if page.status_code not in {403, 404, 405}}
    assert len(addresses) > 10
    assert let_in == set()
    assert not any(SUBJECT in text_of(page) for page in pages.values())
    assert console.case(case_here).version == before


@pytest.mark.parametrize("query", ["?view=all", "?view=all&q=northern", "?view=open"])
def test_no_list_and_no_search_shows_an_agent_the_case_of_a_unit_beside(
    console, tree, case_here, query
):
    address = f"/{query}"
    member(console, tree, "agent", "same")
    assert f"/cases/{case_here}/" in text_of(console.get(address))
    member(console, tree, "supervisor", "sibling")

    page = console.get(address)

    assert SUBJECT not in text_of(page)
    assert case_here not in text_of(page)

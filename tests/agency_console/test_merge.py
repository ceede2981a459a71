"""Officers compare two cases of one person, merge them, work on them as one and undo it."""

import re
from datetime import timedelta

import pytest
from django.utils.translation import gettext, override

from agency_console.bulk_actions.enums import BulkActionKind, SkipReason
from agency_console.bulk_actions.permissions import BulkRights, skip_reason
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_send
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Privacy, Status
from shared.complaints.models import Complaint, Party
from shared.complaints.selectors import complaint_get
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.types import WHOLE_AGENCY
from tenants.case_access.enums import PersonTie
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import REPLY, filed, filed_and_proved, officer_actor, staff
from tests.support.refused_forms import is_refused
from tests.support.units import unit

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def pair(roads):
    """The references of two cases of one person; the first was filed a week earlier."""
    with clock.travel(clock.now() - timedelta(days=7)):
        first = filed_and_proved(roads, subject="Lamp at number twelve").reference
    return first, filed_and_proved(roads, subject="The lamp again").reference


def form_of(page):
    """What the form of the comparison sends."""
    return dict(HIDDEN.findall(text_of(page)))


def in_arabic(text):
    """The words of the page, which is in the language of an officer who has chosen none."""
    with override("ar"):
        return gettext(text) if isinstance(text, str) else str(text)


def merge(console, page_of, other):
    compared = console.get(f"/cases/{page_of}/merge/?with={other}")
    return console.post(f"/cases/{page_of}/merge/", form_of(compared))


def test_fs6_officer_compares_merges_and_undoes(console, agent, pair):
    main, later = pair

    hints = text_of(console.get(f"/cases/{main}/similar/"))
    assert f'href="/cases/{main}/merge/?with={later}"' in hints
    compared = text_of(console.get(f"/cases/{main}/merge/?with={later}"))
    assert compared.index("Lamp at number twelve") < compared.index("The lamp again")

    done = merge(console, main, later)

    assert (done.status_code, done.url) == (302, f"/cases/{main}/")
    page = text_of(console.get(f"/cases/{main}/"))
    assert f'action="/cases/{later}/unmerge/"' in page
    assert "The lamp again" in page
    of_merged = text_of(console.get(f"/cases/{later}/"))
    assert f'href="/cases/{main}/"' in of_merged
    assert "write=reply" not in of_merged
    undone = console.post(f"/cases/{later}/unmerge/", {"version": console.case(later).version})
    assert undone.url == f"/cases/{later}/"
    assert not console.case(later).is_merged
    assert "write=reply" in text_of(console.get(f"/cases/{later}/"))


def test_case_whose_term_ends_first_goes_on_from_whichever_page(console, agent, pair):
    first, later = pair

    done = merge(console, later, first)

    assert done.url == f"/cases/{first}/"
    assert console.case(later).is_merged


def test_page_of_the_main_case_shows_messages_notes_and_files_of_the_merged_one(
    console, agent, pair, in_roads
):
    main, later = pair
    with agency_context(in_roads):
        services.citizen_message_add(reference=later, body="It flickers now.", actor=CITIZEN)
        services.note_add(
            reference=later, body="Seen by us.", officer=agent, actor=officer_actor(agent)
        )
        services.case_merge(reference=later, into=main, actor=officer_actor(agent))

    page = text_of(console.get(f"/cases/{main}/"))

    thread = page.partition('<ol class="thread">')[2].partition("</ol>")[0]
    for words in ("It flickers now.", "Seen by us.", "The lamp again"):
        assert words in thread
    shown = " ".join(later[place : place + 4] for place in range(0, 16, 4))
    assert thread.count(shown) == 3


def test_stale_comparison_is_refused_and_shown_again(console, agent, pair, in_roads):
    main, later = pair
    sent = form_of(console.get(f"/cases/{main}/merge/?with={later}"))
    with agency_context(in_roads):
        services.citizen_message_add(reference=later, body="It flickers.", actor=CITIZEN)

    page = console.post(f"/cases/{main}/merge/", sent)

    assert is_refused(page)
    assert not console.case(later).is_merged


def test_candidates_are_open_named_cases_of_the_person_and_no_others(console, agent, roads, pair):
    main, later = pair
    filed_and_proved(roads, subject="Hidden name", privacy=Privacy.CONFIDENTIAL)
    answered = filed_and_proved(roads, subject="Answered one").reference
    with agency_context(roads):
        services.complaint_reply(
            reference=answered, draft=REPLY, officer=agent, actor=officer_actor(agent)
        )

    page = text_of(console.get(f"/cases/{main}/merge/"))

    assert re.findall(r"\?with=(\d+)", page) == [later]


def test_case_of_another_unit_is_neither_merged_nor_seen(console, roads, pair):
    main, later = pair
    with agency_context(roads):
        officer = staff(roads, Role.AGENT)
        own, other = unit("Lamps", officer), unit("Water")
        Complaint.objects.filter(reference=main).update(unit=own)
        Complaint.objects.filter(reference=later).update(unit=other)
    console.sign_in(officer)

    page = console.get(f"/cases/{main}/merge/?with={later}")

    assert page.status_code == 404
    assert later not in text_of(console.get(f"/cases/{main}/merge/"))
    boss = staff(roads, Role.SUPERVISOR)
    with agency_context(roads):
        services.case_merge(reference=later, into=main, actor=officer_actor(boss))
    seen = text_of(console.get(f"/cases/{main}/"))
    assert later not in seen
    assert "The lamp again" not in seen
    assert 'id="merges"' in seen


def test_colleagues_case_is_not_merged_by_an_agent(console, agent, pair, roads):
    main, later = pair
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    with agency_context(roads):
        services.complaint_assign(
            reference=later, officer=colleague, actor=officer_actor(colleague)
        )

    assert console.get(f"/cases/{main}/merge/?with={later}").status_code == 403
    assert console.post(f"/cases/{main}/merge/", {"other": later}).status_code == 403
    boss = staff(roads, Role.SUPERVISOR)
    with agency_context(roads):
        services.case_merge(reference=later, into=main, actor=officer_actor(boss))
    undone = console.post(f"/cases/{later}/unmerge/", {"version": console.case(later).version})
    assert undone.status_code == 403


def test_page_of_a_case_costs_the_same_for_one_merged_case_and_for_three(
    console, agent, roads, pair, django_assert_max_num_queries
):
    main, _later = pair

    def cost(number):
        for _turn in range(number):
            with agency_context(roads):
                other = filed_and_proved(roads).reference
                services.case_merge(reference=other, into=main, actor=officer_actor(agent))
        console.get(f"/cases/{main}/")
        with django_assert_max_num_queries(100) as asked:
            console.get(f"/cases/{main}/")
        return len(asked)

    assert cost(1) == cost(2)


def test_reply_from_an_older_page_shows_what_was_written_in_the_merged_case(
    console, agent, pair, in_roads
):
    main, later = pair
    merge(console, main, later)
    seen = console.case(main).version
    with agency_context(in_roads):
        services.citizen_message_add(reference=later, body="It burns now!", actor=CITIZEN)

    sent = {"version": seen, "body": "We look at it.", "step": "send"}
    page = text_of(console.post(f"/cases/{main}/message/", sent))

    changed = page.partition('aria-labelledby="changes-title"')[2].partition("</section>")[0]
    assert "It burns now!" in changed
    assert "We look at it." in page


def test_text_that_was_to_leave_from_a_merged_case_stays_with_its_author(console, agent, pair):
    main, later = pair
    path = f"/cases/{later}/message/"
    console.post(path, {"version": console.case(later).version, "body": "We look.", "step": "send"})
    merge(console, main, later)

    with agency_context(console.agency), clock.travel(clock.now() + timedelta(seconds=11)):
        draft = CaseDraft.objects.get()
        assert case_draft_send(draft_id=draft.pk) is False
        assert CaseDraft.objects.get().failure == "case_merged"
    assert console.case(later).status == Status.RECEIVED


@pytest.mark.parametrize("kind", [one for one in BulkActionKind if one != BulkActionKind.UNDO])
def test_actions_on_many_cases_leave_a_merged_one_as_it_is_and_say_why(agent, pair, roads, kind):
    main, later = pair
    with agency_context(roads):
        services.case_merge(reference=later, into=main, actor=officer_actor(agent))
        rights = BulkRights(
            kind=kind, arguments={}, officer=agent, scope=WHOLE_AGENCY, needs_approval=False
        )

        found = skip_reason(complaint_get(reference=later), rights)

    # A list that is exported takes nothing and leaves nothing out.
    assert found == (None if kind == BulkActionKind.EXPORT else SkipReason.MERGED)


def test_cases_without_proof_are_shown_as_such_and_not_merged(console, agent, roads, pair):
    """Filed with the telephone, or with the address that nobody proved: by whomever."""
    main, _later = pair
    with agency_context(roads):
        Party.objects.filter(complaint__reference=main).update(phone="+212612345678")
    by_phone = filed(roads, party=PartyDraft(name="Test Person", phone="+212612345678")).reference
    by_address = filed(roads).reference

    for other, tie in ((by_phone, PersonTie.TELEPHONE), (by_address, PersonTie.UNPROVED)):
        for path in (f"/cases/{main}/similar/", f"/cases/{main}/merge/"):
            page = text_of(console.get(path))
            assert other in page
            assert in_arabic(tie.label) in page
            assert f"?with={other}" not in page
        compared = console.get(f"/cases/{main}/merge/?with={other}")
        assert in_arabic(tie.label) in text_of(compared)
        assert in_arabic("(nobody has proved it)") in text_of(compared)
        assert (
            "<button" not in text_of(compared).partition('name="other"')[2].partition("</form")[0]
        )
        sent = form_of(compared)
        for step in ({}, {"step": "ask"}):
            assert is_refused(console.post(f"/cases/{main}/merge/", sent | step))
        assert not console.case(other).is_merged


def test_officer_asks_the_citizen_where_the_names_differ(console, agent, roads, pair):
    main, _later = pair
    party = PartyDraft(name="Another Person", email="person@example.org")
    other = filed_and_proved(roads, party=party).reference
    assert f"?with={other}" in text_of(console.get(f"/cases/{main}/similar/"))
    sent = form_of(console.get(f"/cases/{main}/merge/?with={other}"))

    refused = console.post(f"/cases/{main}/merge/", sent)
    asked = console.post(f"/cases/{main}/merge/", sent | {"step": "ask"})

    assert (is_refused(refused), asked.status_code) == (True, 302)
    assert not console.case(other).is_merged
    again = text_of(console.get(f"/cases/{main}/merge/?with={other}"))
    assert in_arabic(PersonTie.NAMES_DIFFER.label) in again
    assert 'name="step"' not in again

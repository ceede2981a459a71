"""FS12: an officer sends an interim reply: written, checked, held ten seconds, approved."""

import re
from datetime import timedelta

import pytest

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.selectors import case_events, public_case
from shared.complaints.services import complaint_withdraw
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.ui.dates import day_text
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import acts_offered, sent, ten_seconds_later, text_of, typed_in
from tests.support.factories import filed, staff
from tests.support.refused_forms import is_refused

DONE = "We measured the lamp and ordered the part."
DELAY = "The part is made abroad and arrives in three weeks."


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def day(ahead):
    return (clock.today() + timedelta(ahead)).isoformat()


def press(console, reference, *, step="send", **changes):
    version = str(console.case(reference).version)
    words = {"done": DONE, "delay": DELAY, "until": day(20), "version": version, "step": step}
    return console.post(f"/cases/{reference}/interim/", {**words, **changes})


def draft_of(console, reference):
    with agency_context(console.agency):
        return CaseDraft.objects.filter(complaint__reference=reference).first()


def kinds(console, reference):
    with agency_context(console.agency):
        return [event.kind for event in case_events(console.case(reference))]


def test_fs12_an_interim_reply_is_checked_held_and_sent(console, mine):
    preview = text_of(press(console, mine, step="check"))
    assert "Check before sending" in preview
    assert DONE in preview

    assert press(console, mine).status_code == 302
    assert sent(console, mine) == []
    assert ten_seconds_later(console) == [True]

    ((kind, text),) = sent(console, mine)
    case = console.case(mine)
    assert (kind, case.status) == ("interim", Status.IN_PROGRESS)
    assert DONE in text
    assert DELAY in text
    assert case.interim_until == clock.today() + timedelta(20)
    assert draft_of(console, mine) is None
    page = text_of(console.get(f"/cases/{mine}/"))
    assert "An interim reply announces the reply for" in page
    assert "Announced for:" in page


def test_it_is_taken_back_before_it_leaves(console, mine):
    press(console, mine)
    console.post(f"/cases/drafts/{draft_of(console, mine).pk}/take-back/")

    assert ten_seconds_later(console) == []
    assert sent(console, mine) == []
    page = console.get(f"/cases/{mine}/interim/")
    assert typed_in(page, "done") == DONE
    assert f'value="{day(20)}"' in text_of(page)


def test_what_is_typed_is_saved(console, mine):
    version = str(console.case(mine).version)
    typed = {"done": "We", "delay": "", "until": "", "version": version}

    assert console.post(f"/cases/{mine}/draft/interim/", typed).status_code == 200
    assert draft_of(console, mine).parts["done"] == "We"


def test_colleague_reads_the_day_of_a_draft_in_words(console, mine):
    press(console, mine, step="save")

    console.sign_in_as(Role.SUPERVISOR, "reader@roads.example")
    page = text_of(console.get(f"/cases/{mine}/"))

    assert DONE in page
    assert day_text(clock.today() + timedelta(20)) in page
    assert day(20) not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": ""}, "Choose a day."),
        ({"until": "yesterday"}, "Choose a day that is in the calendar."),
        ({"until": "PAST"}, "Choose a day after today, at most 60 days ahead."),
        ({"until": "FAR"}, "Choose a day after today, at most 60 days ahead."),
        ({"done": "Soon."}, "What was done so far: write at least"),
        ({"delay": DONE}, "this is the same text as under"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(console, mine, changes, said):
    days = {"PAST": day(0), "FAR": day(61)}
    given = {name: days.get(value, value) for name, value in changes.items()}

    page = press(console, mine, **given)

    assert page.status_code == 200
    assert said in text_of(page)
    assert draft_of(console, mine).pressed_at is None


def send(console, reference, **changes):
    press(console, reference, **changes)
    return ten_seconds_later(console)


def test_fs12_the_second_one_waits_for_a_supervisor_in_every_agency(console, agent, mine):
    send(console, mine)
    preview = text_of(press(console, mine, step="check"))
    assert "Submit for approval" in preview

    press(console, mine, until=day(40))

    assert ten_seconds_later(console) == []
    draft = draft_of(console, mine)
    assert draft.approval_asked_at is not None
    supervisor = staff(console.agency, Role.SUPERVISOR, "supervisor@roads.example")
    console.sign_in(supervisor)
    waiting = text_of(console.get(f"/cases/approvals/{draft.pk}/"))
    assert DONE in waiting
    names = r'name="(version|asked_at|digest)" value="([^"]*)"'
    console.post(f"/cases/approvals/{draft.pk}/approve/", dict(re.findall(names, waiting)))
    assert ten_seconds_later(console) == [True]
    assert console.case(mine).interim_until == clock.today() + timedelta(40)
    assert kinds(console, mine)[-3:] == ["approval_asked", "approved", "interim_reply"]


def test_a_supervisor_sends_the_second_one_without_another(console, mine):
    send(console, mine)
    console.sign_in_as(Role.SUPERVISOR)

    assert send(console, mine, until=day(40)) == [True]


def test_fs12_a_third_one_is_not_offered_and_refused(console, mine):
    send(console, mine)
    console.sign_in_as(Role.SUPERVISOR)
    send(console, mine, until=day(40))

    assert "interim" not in acts_offered(console.get(f"/cases/{mine}/"))
    page = press(console, mine, until=day(50))
    assert is_refused(page)
    assert "Two interim replies have been sent already." in text_of(page)
    assert len(sent(console, mine)) == 2


def test_two_first_ones_at_the_same_time_are_one(console, agent, colleague, mine):
    """The second is checked again when it leaves: it would need approval by then."""
    press(console, mine)
    console.sign_in_as(Role.SUPERVISOR)
    with agency_context(console.agency):
        draft = CaseDraft.objects.get()
        assert draft.pressed_at is not None
        CaseDraft.objects.create(
            id="018f0000-0000-7000-8000-000000000001", complaint=draft.complaint,
            officer=colleague, act="interim", parts=draft.parts, version=draft.version,
            saved_at=draft.saved_at, pressed_at=draft.pressed_at + timedelta(milliseconds=1),
        )  # fmt: skip

    assert ten_seconds_later(console) == [True, False]
    assert len(sent(console, mine)) == 1
    assert draft_of(console, mine).failure == "interim_needs_approval"


def test_it_is_not_possible_once_the_case_has_ended(console, mine):
    with agency_context(console.agency):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    assert "interim" not in acts_offered(console.get(f"/cases/{mine}/"))
    assert is_refused(press(console, mine))


def test_a_case_of_a_colleague_is_not_written_in(console, agent, colleague, mine):
    console.sign_in(colleague)

    assert console.get(f"/cases/{mine}/interim/").status_code == 403
    assert press(console, mine).status_code == 403


def test_the_page_says_that_the_announced_day_has_passed(console, mine):
    send(console, mine, until=day(1))

    with clock.travel(clock.now() + timedelta(3)):
        page = text_of(console.get(f"/cases/{mine}/"))

    assert "that day has passed" in page


def test_interim_replies_and_kept_days_stand_in_the_figures(console, roads, mine):
    filed(roads)
    send(console, mine, until=day(1))

    with clock.travel(clock.now() + timedelta(3)):
        page = text_of(console.get("/reports/"))

    found = page.partition("Interim replies of the period")[2]
    assert "<dd>1</dd>" in found
    assert "<dd>0 of 1</dd>" in found


def test_the_citizen_does_not_read_who_wrote_it(console, agent, mine):
    send(console, mine)

    with agency_context(console.agency):
        shown = public_case(reference=mine)
    assert agent.name not in str(shown)

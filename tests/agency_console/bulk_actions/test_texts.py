"""Replies and messages to many citizens: each with its own values, none with a gap."""

from datetime import timedelta

import pytest

from agency_console.bulk_actions import views
from agency_console.bulk_actions.services.runner import bulk_run
from agency_console.casework.enums import DraftAct
from agency_console.casework.services.draft_approval import case_draft_send_or_submit
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.models import ReplyTemplate
from agency_console.reply_templates.services import template_offer
from shared.accounts.enums import Role
from shared.complaints.enums import Kind, Language, Privacy
from shared.complaints.models import Message
from shared.complaints.selectors import complaint_get
from shared.complaints.selectors.near_copy import NEAR_COPY_PERCENTAGE
from shared.complaints.services import citizen_message_add, complaint_assign, writing_note
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import template
from tests.agency_console.conftest import WORDS, sent, ten_seconds_later, text_of
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db

GREETING = "Bonjour {{citizen_name}}, votre dossier {{reference}} est examiné."


def message(console, officer, **changes):
    values = {"act": TemplateAct.MESSAGE, "outcome": None, "body": GREETING}
    blank = dict.fromkeys(("facts", "rule", "decision"), "")
    return template(console, officer, **(blank | values | changes))


def uses(console, number):
    with agency_context(console.agency):
        return ReplyTemplate.objects.get(pk=number).uses


def test_each_citizen_gets_the_values_of_their_own_case(bulk, console, supervisor, references):
    number = template(console, supervisor)

    action = bulk.done("reply", references, template_fr=number)

    assert (action.done, action.skipped) == (3, [])
    for place, reference in enumerate(references):
        ((kind, text),) = sent(console, reference)
        assert (kind, console.case(reference).outcome) == ("reply", "upheld")
        assert f"\u2068Lamp {place}\u2069" in text
        assert "{{" not in text
        assert bulk.events(reference) == ["received", "assigned", "answered"]
    assert uses(console, number) == 3


def test_preview_shows_texts_and_says_that_they_leave_at_once(
    bulk, console, supervisor, references
):
    path = bulk.previewed("reply", references, template_fr=template(console, supervisor))

    page = text_of(console.get(path))

    assert page.count("Elle est réparée cette semaine.") == 3
    assert "notice-warn" in page
    assert [sent(console, one) for one in references] == [[], [], []]


def test_missing_variable_skips_the_case_and_is_named(bulk, console, supervisor, roads):
    named = filed(roads).reference
    hidden = filed(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft()).reference
    proposal = filed(roads, kind=Kind.PROPOSAL).reference
    number = message(console, supervisor, body=f"{GREETING} {{{{due_on}}}}")

    path = bulk.previewed("message", [named, hidden, proposal], template_fr=number)
    page = console.get(path)
    console.post(f"{path}start/")

    action = bulk.row(path)
    assert action.done == 1
    assert sorted(action.skipped) == sorted(
        [[hidden, "missing_citizen_name"], [proposal, "missing_due_on"]]
    )
    assert page.context["forecast"].expected == 1
    assert "{{due_on}}" in text_of(page)
    assert [sent(console, one) for one in (hidden, proposal)] == [[], []]
    assert "{{" not in sent(console, named)[0][1]


def test_braces_of_a_citizen_reach_nobody(bulk, console, supervisor, roads):
    reference = filed(roads, subject="{{officer}} is late").reference

    action = bulk.done("reply", [reference], template_fr=template(console, supervisor))

    assert action.skipped == [[reference, "braces"]]
    assert sent(console, reference) == []


def test_case_gets_the_template_of_its_language_or_none(bulk, console, supervisor, roads):
    french, arabic, english = (
        filed(roads, language=language).reference
        for language in (Language.FRENCH, Language.ARABIC, Language.ENGLISH)
    )
    in_french = message(console, supervisor)
    in_arabic = message(console, supervisor, language=Language.ARABIC, body="سيدي {{citizen_name}}")

    action = bulk.done(
        "message", [french, arabic, english], template_fr=in_french, template_ar=in_arabic
    )

    assert action.skipped == [[english, "language"]]
    assert sent(console, arabic)[0][1].startswith("سيدي")
    assert sent(console, french)[0][1].startswith("Bonjour")


def test_reply_that_says_too_little_is_not_sent(bulk, console, supervisor, references):
    number = template(console, supervisor, rule="")

    path = bulk.previewed("reply", references, template_fr=number)
    page = console.get(path)
    console.post(f"{path}start/")

    assert page.context["forecast"].expected == 0
    assert "start/" not in text_of(page)
    assert [code for _reference, code in bulk.row(path).skipped] == ["part_too_short"] * 3
    assert [sent(console, one) for one in references] == [[], [], []]


def test_what_was_previewed_is_sent_although_the_template_changed(
    bulk, console, supervisor, references
):
    number = template(console, supervisor)
    path = bulk.previewed("reply", references, template_fr=number)
    with agency_context(console.agency):
        ReplyTemplate.objects.filter(pk=number).update(decision="Elle est en panne.")
        hand = officer_actor(supervisor)
        template_offer(template_id=number, is_active=False, officer=supervisor, actor=hand)

    console.post(f"{path}start/")

    assert "Elle est réparée cette semaine." in sent(console, references[0])[0][1]


def test_case_in_which_a_colleague_writes_is_skipped(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("reply", references, template_fr=template(console, supervisor))
    with agency_context(console.agency):
        writing_note(complaint_id=console.case(references[0]).pk, user=colleague, act="reply")

    console.post(f"{path}start/")

    assert bulk.row(path).skipped == [[references[0], "writing"]]


def test_citizen_who_wrote_after_the_preview_gets_no_ready_made_reply(
    bulk, console, supervisor, references
):
    path = bulk.previewed("reply", references, template_fr=template(console, supervisor))
    with agency_context(console.agency):
        citizen_message_add(reference=references[1], body="It burns.", actor=CITIZEN)

    console.post(f"{path}start/")

    assert bulk.row(path).skipped == [[references[1], "changed"]]
    assert sent(console, references[1]) == []


def test_agent_answers_no_case_of_a_colleague(bulk, console, agent, colleague, references):
    writer = staff(console.agency, Role.SUPERVISOR)
    number = template(console, writer)
    with agency_context(console.agency):
        hand = officer_actor(colleague)
        complaint_assign(reference=references[0], officer=colleague, actor=hand)

    action = bulk.done("reply", references, template_fr=number)

    assert (action.done, action.skipped) == (2, [[references[0], "not_yours"]])


def test_a_reply_that_is_being_sent_is_not_replaced_by_a_template(
    bulk, console, colleague, supervisor, references
):
    with agency_context(console.agency):
        case_draft_send_or_submit(
            complaint=complaint_get(reference=references[1]),
            officer=colleague,
            act=DraftAct.REPLY,
            parts=WORDS,
            version=1,
            actor=officer_actor(colleague),
            needs_approval=False,
        )

    action = bulk.done("reply", references, template_fr=template(console, supervisor))
    ten_seconds_later(console)

    assert (action.done, action.skipped) == (2, [[references[1], "decision_being_sent"]])
    ((_kind, text),) = sent(console, references[1])
    assert "The lamp is out since March." in text


def test_the_legal_time_of_a_reply_to_many_is_that_of_confirming(
    bulk, console, supervisor, references, monkeypatch
):
    path = bulk.previewed("reply", references, template_fr=template(console, supervisor))
    confirmed_at = clock.now()
    # The request did none of them, and the worker was down for a while.
    monkeypatch.setattr(views, "bulk_run", lambda **_given: False)
    with clock.travel(confirmed_at):
        console.post(f"{path}start/")
    with agency_context(console.agency), clock.travel(confirmed_at + timedelta(hours=3)):
        bulk_run(action_id=bulk.row(path).pk, agency=console.agency, seconds=60)

    assert [console.case(one).answered_at for one in references] == [confirmed_at] * 3


@pytest.fixture
def needed(console):
    """The agency wants four eyes."""
    type(console.agency).objects.filter(pk=console.agency.pk).update(needs_approval=True)


def test_an_agents_reply_to_many_is_refused_where_a_supervisor_approves_each(
    bulk, console, needed, agent, references
):
    console.client.cookies["language"] = "en"
    number = template(console, staff(console.agency, Role.SUPERVISOR))

    path = bulk.previewed("reply", references, template_fr=number)
    told = text_of(console.get(path))
    console.post(f"{path}start/")

    assert [code for _reference, code in bulk.row(path).skipped] == ["approval"] * 3
    assert [sent(console, one) for one in references] == [[], [], []]
    assert "a supervisor approves each reply of an agent. Reply to these cases one by one." in told


def test_a_supervisors_reply_to_many_needs_no_approval(
    bulk, console, needed, supervisor, references
):
    action = bulk.done("reply", references, template_fr=template(console, supervisor))

    assert (action.done, action.skipped) == (3, [])
    assert [console.case(one).status for one in references] == ["answered"] * 3


def test_an_agents_message_to_many_needs_no_approval(bulk, console, needed, agent, references):
    number = message(console, staff(console.agency, Role.SUPERVISOR))

    action = bulk.done("message", references, template_fr=number)

    assert (action.done, action.skipped) == (3, [])


def test_replies_alike_are_counted_as_near_copies(bulk, console, supervisor, references):
    facts = (
        "Nous avons visité la rue lundi soir et constaté que le câble sous le trottoir avait été "
        "coupé pendant les travaux de la société des eaux, qui n'avait prévenu personne."
    )
    number = template(console, supervisor, facts=facts)

    bulk.done("reply", references, template_fr=number)

    with agency_context(console.agency):
        rows = Message.objects.order_by("pk").values_list("near_copy", flat=True)
        first, *others = rows
    assert (first, len(others)) == (None, 2)
    assert all((percentage or 0) >= NEAR_COPY_PERCENTAGE for percentage in others)


def test_sent_texts_cannot_be_taken_back(bulk, console, supervisor, references):
    action = bulk.done("reply", references, template_fr=template(console, supervisor))

    page = console.post(f"/bulk/{action.pk}/undo/")

    assert page["Location"] == f"/bulk/{action.pk}/"
    assert "undo/" not in text_of(console.get(f"/bulk/{action.pk}/"))
    assert [console.case(one).status for one in references] == ["answered"] * 3


def test_templates_without_an_outcome_are_not_offered_for_replies(
    bulk, console, supervisor, references
):
    template(console, supervisor, outcome=None)

    page = console.get(bulk.begin("reply", references)["Location"])

    assert "template_fr" not in text_of(page)
    assert "/templates/" in text_of(page)


def test_template_of_another_language_or_act_cannot_be_sent(bulk, console, supervisor, references):
    arabic = template(console, supervisor, language=Language.ARABIC)
    french = template(console, supervisor)
    text = message(console, supervisor)
    path = bulk.begin("reply", references)["Location"]

    pages = [console.post(path, {"template_fr": one}) for one in (arabic, text, "x", "")]

    assert [page.status_code for page in pages] == [200] * 4
    assert bulk.row(path).arguments == {}
    assert console.post(path, {"template_fr": french}).status_code == 302

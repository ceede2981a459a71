"""A session ends while somebody writes: nothing is lost, and nobody else reads what they typed."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from shared.accounts.enums import Role
from shared.accounts.middleware import NOTED_SECONDS, SEEN_IN_SESSION
from shared.complaints.services import complaint_assign
from shared.forms.expired_session_input import SESSION_KEY, input_of_begun
from tenants.agencies.selectors import address_book_clear
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.agency_console.conftest import Console, text_of, typed_in
from tests.all_forms.forms import Form, forms_on
from tests.support.factories import filed, officer_actor, organisation_of, staff
from tests.support.refused_forms import post_only

pytestmark = pytest.mark.django_db

TEXT = "The lamp at the corner has been out since the third of March."
# A page of the console with a longer form, the field in which one types, and what makes it refused.
FORMS = {
    "reply": ("/cases/{case}/?write=reply", "facts", {"rule": ""}),
    "offer": ("/transfers/offer/{case}/", "note", {"organisation_code": ""}),
    "template": ("/templates/add/reply/", "facts", {"name": ""}),
}


@pytest.fixture
def writer(console, roads):
    """A supervisor who has opened the console."""
    return console.sign_in_as(Role.SUPERVISOR, "writer@roads.example")


@pytest.fixture(params=FORMS)
def opened(request, console, writer, roads):
    """A page with a longer form, and that form as a browser would send it."""
    path, field, bad = FORMS[request.param]
    page = path.format(case=filed(roads).reference)
    form = next(one for one in forms_on(text_of(console.get(page))) if field in one.fields)
    return page, form, field, bad


def send(console: Console, page: str, form: Form, **changes: str):
    """Send a form without following the redirect of a refused one."""
    sent = {**form.filled(), **changes, "csrfmiddlewaretoken": ""}
    headers = {"host": f"{console.agency.code}.testserver"}
    answer = post_only(console.client, form.action or page, sent, headers=headers)
    start_in(None)
    return answer


def end_session(console: Console) -> None:
    with agency_context(console.agency):
        Session.objects.all().delete()


def kept_in(console: Console) -> str:
    with agency_context(console.agency):
        return str(console.client.session.get(SESSION_KEY, ""))


def test_signed_out_without_script_it_is_there_after_signing_in(console, writer, opened):
    page, form, field, _bad = opened
    end_session(console)

    answer = send(console, page, form, **{field: TEXT})

    door = urlsplit(answer["Location"])
    assert (answer.status_code, door.path) == (302, "/accounts/login/")
    assert TEXT not in kept_in(console)
    target = parse_qs(door.query)["next"][0]
    console.sign_in(writer)
    again = console.get(target)
    assert typed_in(again, field) == TEXT
    assert "Nothing was sent, because your session had ended or was renewed." in english(
        console, target
    )


def english(console: Console, path: str) -> str:
    console.client.cookies["language"] = "en"
    return text_of(console.get(path))


def test_somebody_else_who_signs_in_sees_none_of_it(console, roads, writer, opened):
    page, form, field, _bad = opened
    end_session(console)
    target = parse_qs(urlsplit(send(console, page, form, **{field: TEXT})["Location"]).query)

    console.sign_in_as(Role.SUPERVISOR, "other@roads.example")
    again = console.get(target["next"][0])

    assert TEXT not in text_of(again)


def test_after_an_hour_it_is_gone(console, writer, opened):
    page, form, field, _bad = opened
    end_session(console)
    target = parse_qs(urlsplit(send(console, page, form, **{field: TEXT})["Location"]).query)
    console.sign_in(writer)

    with agency_context(console.agency):
        session = console.client.session
        session[SESSION_KEY] = [
            {**one, "until": one["until"] - timedelta(hours=1).total_seconds()}
            for one in session[SESSION_KEY]
        ]
        session.save()

    assert TEXT not in text_of(console.get(target["next"][0]))
    # And it is no longer stored.
    assert kept_in(console) == "[]"


@pytest.mark.parametrize("key", ["", "made.up", None])
def test_without_the_signed_field_nothing_is_kept(console, writer, opened, key):
    page, form, field, _bad = opened
    changes = {field: TEXT, "form_key": key}
    if key is None:
        del form.fields["form_key"], changes["form_key"]
    end_session(console)

    answer = send(console, page, form, **changes)

    assert answer["Location"] == "/accounts/login/?next=/"
    assert kept_in(console) == ""


def test_the_field_of_one_agency_keeps_nothing_in_another(console, writer, water, opened):
    page, form, field, _bad = opened
    elsewhere = Console(client=Client(), agency=water)

    answer = send(elsewhere, page, form, **{field: TEXT})

    assert answer["Location"] == "/accounts/login/?next=/"


def test_a_token_renewed_in_another_tab_leads_back_to_the_form(console, writer, opened):
    page, form, field, _bad = opened
    console.client.handler.enforce_csrf_checks = True

    answer = send(console, page, form, **{field: TEXT})

    console.client.handler.enforce_csrf_checks = False
    assert answer.status_code == 303
    assert typed_in(console.get(answer["Location"]), field) == TEXT


def test_a_form_from_elsewhere_is_refused_as_ever(console, writer, opened):
    page, form, field, _bad = opened
    console.client.handler.enforce_csrf_checks = True
    del form.fields["form_key"]

    answer = send(console, page, form, **{field: TEXT})

    assert answer.status_code == 403


def test_a_refused_form_is_a_redirect_and_keeps_what_was_typed(console, writer, opened):
    page, form, field, bad = opened
    if not bad:
        pytest.skip("nothing of a note is refused but an empty one")

    answer = send(console, page, form, **{field: TEXT, "step": "send"}, **bad)
    shown = console.get(answer["Location"])

    assert answer.status_code == 303
    assert shown.status_code == 200
    assert typed_in(shown, field) == TEXT
    assert 'class="error-summary"' in text_of(shown)
    # Back, Forward and reload ask for the same page again.
    assert typed_in(console.get(answer["Location"]), field) == TEXT
    assert TEXT not in answer["Location"] + kept_in(console)
    # Under its own address the form is as it was.
    number = re.search(r"refused=([\w-]+)", answer["Location"]).group(1)
    assert number in kept_in(console)


def test_what_is_typed_is_there_after_the_browser_was_killed(console, writer, opened):
    page, form, field, _bad = opened
    if "write=" in page:
        pytest.skip("a case has drafts of its own")
    sent = {**form.filled(), field: TEXT}

    saved = console.post("/typed/", sent)

    assert saved.status_code == 200
    again = console.get(page)
    assert typed_in(again, field) == TEXT
    assert TEXT not in text_of(console.get(f"{page}?refused=no"))
    assert "You began to write here at" in english(console, page)


def test_signed_out_nothing_is_saved_while_one_types(console, writer, opened):
    _page, form, field, _bad = opened
    end_session(console)

    answer = console.post("/typed/", {**form.filled(), field: TEXT})

    assert (answer.status_code, kept_in(console)) == (401, "")


def test_whoever_signed_in_meanwhile_saves_nothing_under_another_name(console, writer, opened):
    _page, form, field, _bad = opened
    console.sign_in_as(Role.SUPERVISOR, "other@roads.example")

    answer = console.post("/typed/", {**form.filled(), field: TEXT})

    assert (answer.status_code, kept_in(console)) == (403, "")


def test_more_than_fifty_kilobytes_are_not_kept(console, writer, opened):
    _page, form, field, _bad = opened

    answer = console.post("/typed/", {**form.filled(), field: "ن" * 25_001})

    assert (answer.status_code, kept_in(console)) == (413, "")


def test_what_was_sent_is_kept_no_more(console, writer):
    page, field = "/templates/add/message/", "body"
    form = next(one for one in forms_on(text_of(console.get(page))) if field in one.fields)
    console.post("/typed/", {**form.filled(), field: TEXT})
    refused = send(console, page, form, **{field: TEXT, "name": "", "step": "save"})
    assert len(kept_numbers(console)) == 2

    done = console.post(
        unquote(refused["Location"]), form.filled() | {field: TEXT, "name": "Lamps", "step": "save"}
    )

    assert done.status_code == 302
    assert kept_numbers(console) == []


def kept_numbers(console: Console) -> list[str]:
    with agency_context(console.agency):
        return [one["number"] for one in console.client.session.get(SESSION_KEY, [])]


def test_case_given_away_meanwhile_shows_the_text_on_the_first_page(console, roads, reference):
    agent = console.sign_in_as(Role.AGENT, "agent@roads.example")
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    page = f"/transfers/offer/{reference}/"
    form = next(one for one in forms_on(text_of(console.get(page))) if "note" in one.fields)
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(agent))

    answer = send(console, page, form, note=TEXT)
    shown = console.get(answer["Location"])

    assert answer.status_code == 303
    assert shown.status_code == 302
    assert TEXT in text_of(console.get(shown["Location"]))


def test_what_is_saved_while_one_types_outlives_the_note_of_being_there(console, writer, opened):
    page, form, field, _bad = opened
    if "write=" in page:
        pytest.skip("a case has drafts of its own")
    with agency_context(console.agency):
        session = console.client.session
        session[SEEN_IN_SESSION] -= NOTED_SECONDS + 1
        session.save()

    console.post("/typed/", {**form.filled(), field: TEXT})

    assert typed_in(console.get(page), field) == TEXT


def test_a_text_that_is_saved_writes_nothing_else_of_the_session(console, writer, opened):
    _page, form, field, _bad = opened
    sent = {**form.filled(), field: TEXT}
    with agency_context(console.agency):
        stale = console.client.session
        assert stale["_auth_user_id"] == str(writer.pk)
        other = console.client.session
        other["of another request"] = "kept"
        other.save()
        request = RequestFactory().post("/typed/", sent, headers={"host": "roads.testserver"})
        request.session, request.user = stale, writer
        assert input_of_begun(request)

        fresh = dict(console.client.session.items())

    assert fresh["of another request"] == "kept"
    assert len(fresh[SESSION_KEY]) == 1


def test_after_filing_for_a_person_nothing_of_them_is_filled_in_again(console, writer, roads):
    page = f"/desk/request/?organisation={organisation_of(roads).code}"
    form = next(one for one in forms_on(text_of(console.get(page))) if "body" in one.fields)
    console.post("/typed/", {**form.filled(), "body": TEXT, "key": "an-older-key"})
    begun = next(one for one in forms_on(text_of(console.get(page))) if "body" in one.fields)

    assert begun.fields["body"][0].strip() == TEXT
    assert begun.fields["key"] != ["an-older-key"]


def test_on_a_closed_console_the_text_is_shown(console, roads, opened):
    page, form, field, _bad = opened
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)
    address_book_clear()

    answer = console.post(form.action or page, {**form.filled(), field: TEXT})

    assert (answer.status_code, TEXT in text_of(answer)) == (503, True)

import pytest
from django.contrib.sessions.models import Session

from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.selectors.summary import receipt_token
from public_portal.intake.views import check
from shared.accounts.adapters.session_store import SessionStore
from tests.public_portal.intake.journey import chosen_on, filed_in, hidden, in_arabic, text

pytestmark = pytest.mark.django_db


def test_sending_the_same_page_twice_files_one_complaint(citizen, roads):
    citizen.answer_all()
    page = hidden(citizen.see("check/"))

    receipts = {citizen.client.post(citizen.url("check/"), page)["Location"] for _click in range(2)}

    assert len(receipts) == 1
    assert len(filed_in(roads)) == 1


def test_a_second_press_that_began_before_the_first_had_ended_gets_the_same_receipt(
    citizen, roads, monkeypatch
):
    citizen.answer_all()
    page = hidden(citizen.see("check/"))
    as_read = dict(citizen.client.session.items())
    first = citizen.client.post(citizen.url("check/"), page)

    def load_early(_session):
        monkeypatch.undo()
        return as_read

    # The session of the second was read before the first had filed, its answers afterwards.
    monkeypatch.setattr(SessionStore, "load", load_early)
    second = citizen.client.post(citizen.url("check/"), page)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert len(filed_in(roads)) == 1


def test_who_filed_is_known_in_the_moment_in_which_the_answers_are_gone(citizen, monkeypatch):
    citizen.answer_all()
    known = []

    def look(reference):
        session = SessionStore(citizen.client.session.session_key)
        known.append((form_draft_find(token=session["draft"]).reference, session.get("filed")))
        return receipt_token(reference)

    # What comes right after the transaction; the session of the visit is saved at its end.
    monkeypatch.setattr(check, "receipt_token", look)
    citizen.send()

    ((gone, filed),) = known
    assert filed == [gone]


def test_a_request_is_filed_though_the_visit_ends_meanwhile(citizen, roads, monkeypatch):
    citizen.answer_all()
    page = hidden(citizen.see("check/"))

    def find_and_end(*, token):
        Session.objects.all().delete()
        return form_draft_find(token=token)

    monkeypatch.setattr(check, "form_draft_find", find_and_end)
    ended = citizen.client.post(citizen.url("check/"), page)

    assert ended.status_code == 400
    assert len(filed_in(roads)) == 1


def test_after_sending_a_new_request_begins_blank(citizen):
    citizen.file()

    assert chosen_on(citizen.see("kind")) == []
    assert citizen.see("story")["Location"] == citizen.url("kind")


def test_what_was_changed_in_another_window_must_be_looked_at_again(citizen, roads):
    citizen.answer_all()
    old = hidden(citizen.see("check/"))
    citizen.answer("story", subject="موضوع آخر")

    page = citizen.post(citizen.url("check/"), old)

    assert page.status_code == 200
    assert in_arabic("Your answers have changed since. Look at them again, then send.") in text(
        page
    )
    assert "موضوع آخر" in text(page)
    assert filed_in(roads) == []


def test_what_only_a_programme_fills_in_stops_the_sending(citizen, roads):
    citizen.answer_all()

    page = citizen.send(website="https://spam.example")

    assert page.status_code == 400
    assert filed_in(roads) == []

"""What is refused waits in the draft, and the page that says why is read by GET."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from public_portal.intake.models import Draft
from shared.limits.models import Attempt
from tests.all_forms.forms import forms_on
from tests.public_portal.intake.journey import (
    BODY,
    Citizen,
    chosen_on,
    errors_on,
    filed_in,
    hidden,
    in_arabic,
    summary_on,
    text,
    values_on,
)
from tests.support.refused_forms import post_only

pytestmark = pytest.mark.django_db

# What each page refuses, with something typed wherever something can be.
WRONG: dict[str, dict[str, str]] = {
    "kind": {},
    "organisation": {"organisation": "nowhere"},
    "admissibility": {},
    "story": {"subject": "ab", "body": "short"},
    "circumstances": {"place": "Salam", "happened_on_day": "45"},
    "wish": {"remedy": "x" * 10_001, "language": "ar"},
    "privacy": {"privacy": "nothing"},
    "person": {"party_kind": "person", "name": "م", "national_id": "12"},
}


def sent(citizen, step, query="", **data):
    return post_only(citizen.client, citizen.url(step) + query, data or WRONG[step])


@pytest.mark.parametrize("step", [*WRONG])
def test_c6_a_refused_page_is_shown_by_get_with_its_errors(citizen, step):
    citizen.answer_all(step)

    answer = sent(citizen, step)
    pages = [citizen.client.get(answer["Location"]) for _look in range(2)]

    assert (answer.status_code, answer["Location"]) == (303, f"{citizen.url(step)}?refused=1")
    for page in pages:
        assert page.status_code == 200
        assert {words for _target, words in summary_on(page)} == {*errors_on(page)} != set()
        assert f"<title>{in_arabic('Error:')} " in text(page)
        assert (
            values_on(page).items()
            >= {
                name: value for name, value in WRONG[step].items() if name in values_on(page)
            }.items()
        )


@pytest.mark.parametrize("step", [*WRONG])
def test_c6_looking_at_a_refused_page_changes_and_accepts_nothing(citizen, step):
    citizen.answer_all(step)
    location = sent(citizen, step)["Location"]
    before = list(Draft.objects.values())

    citizen.client.get(location)

    assert list(Draft.objects.values()) == before
    assert citizen.see("check/")["Location"] == citizen.url(step)


def test_c6_the_way_back_to_the_check_page_stays_in_the_address(citizen):
    citizen.answer_all()

    refused = sent(citizen, "story", "?change=1")
    mended = citizen.client.post(refused["Location"], citizen.answers["story"])

    assert refused["Location"] == citizen.url("story") + "?change=1&refused=1"
    assert mended["Location"] == citizen.url("check/")


def test_c6_the_addresses_that_lead_on_say_nothing_of_the_refusal(citizen):
    citizen.answer_all("circumstances")
    refused = sent(citizen, "circumstances")["Location"]

    answers = [
        post_only(citizen.client, refused, {**WRONG["circumstances"], name: value})
        for name, value in [("goto", "fr"), ("goto", "back"), ("later", "yes")]
    ]

    assert [answer["Location"] for answer in answers] == [
        "/fr/submit/when-and-where/",
        citizen.url("story"),
        citizen.url("later/"),
    ]


def test_c6_what_was_typed_is_in_the_draft_and_neither_in_the_address_nor_in_the_session(citizen):
    citizen.answer_all("person")

    answer = sent(citizen, "person", party_kind="person", name="اسم", national_id="ZZ-99-ZZ")

    assert "ZZ-99" not in answer["Location"]
    assert "ZZ-99" not in str(dict(citizen.client.session))
    assert "ZZ-99" not in str([row.get_decoded() for row in Session.objects.all()])
    assert "ZZ-99-ZZ" in str(Draft.objects.get().typed)


def test_c6_without_the_marker_the_page_is_unfinished_and_without_errors(citizen):
    citizen.answer_all("story")
    sent(citizen, "story")

    page = citizen.see("story")

    assert (values_on(page), errors_on(page)) == (WRONG["story"], [])


def test_c6_a_page_that_was_accepted_meanwhile_shows_no_error_at_its_old_address(citizen):
    citizen.answer_all("story")
    location = sent(citizen, "story")["Location"]
    citizen.answer("story")

    page = citizen.client.get(location)

    assert (errors_on(page), values_on(page)["body"]) == ([], BODY)


def test_c6_a_first_page_that_was_sent_empty_begins_no_request(citizen):
    page = citizen.post(citizen.url("kind"), {})

    assert [target for target, _words in summary_on(page)] == ["id_kind_0"]
    assert Draft.objects.count() == 0


def test_c6_an_answer_that_was_emptied_is_asked_for_and_the_old_one_is_not_sent(citizen, roads):
    citizen.answer_all()
    seal = hidden(citizen.see("check/"))

    page = citizen.answer("story", subject="", body="")
    citizen.client.post(citizen.url("check/"), seal)

    assert values_on(page) == {"subject": "", "body": ""}
    assert filed_in(roads) == []


def test_c6_a_text_of_any_length_stays_whole(citizen):
    citizen.answer_all("story")
    long = "ن" * 120_000

    page = citizen.answer("story", body=long)

    assert [target for target, _words in summary_on(page)] == ["id_body"]
    assert values_on(page)["body"] == long


@pytest.mark.parametrize("step", ["story", "person"])
def test_what_is_sent_after_the_session_ended_is_found_on_its_page(citizen, step):
    citizen.answer_all(step)
    page = citizen.see(step)
    citizen.client.cookies.pop("sessionid", None)
    citizen.client.session.flush()

    answer = citizen.client.post(citizen.url(step), {**hidden(page), **citizen.answers[step]})
    asked = citizen.client.get(answer["Location"])
    citizen.remembers = False
    citizen.answer_all(step)

    assert answer["Location"] == citizen.url("kind")
    assert in_arabic(
        "What you wrote is kept. You find it on its page once the questions before are answered."
    ) in text(asked)
    shown = citizen.see(step)
    expected = citizen.answers[step]
    assert {name: value for name, value in values_on(shown).items() if value}.items() <= {
        *expected.items()
    }
    assert {*chosen_on(shown)} <= {*expected.values()}


def test_of_the_person_of_an_anonymous_request_nothing_is_kept_aside(citizen):
    citizen.answer_all("person", privacy={"privacy": "anonymous"})

    answer = citizen.client.post(citizen.url("person"), citizen.answers["person"])

    assert answer["Location"] == citizen.url("check/")
    assert Draft.objects.get().typed == []


def test_a_refused_sending_is_shown_by_get_and_sends_nothing(citizen, roads):
    citizen.answer_all()
    old = hidden(citizen.see("check/"))
    citizen.answer("story", subject="موضوع آخر")

    answer = post_only(citizen.client, citizen.url("check/"), old)
    page = citizen.client.get(answer["Location"])

    assert answer.status_code == 303
    assert in_arabic("Your answers have changed since. Look at them again, then send.") in text(
        page
    )
    assert f"<title>{in_arabic('Error:')} " in text(page)
    assert filed_in(roads) == []
    citizen.client.post(answer["Location"], hidden(page))
    assert len(filed_in(roads)) == 1


@pytest.mark.parametrize("code", ["1", "x" * 300, "<b>", "\x00"])
def test_a_check_page_says_nothing_that_an_address_made_up(citizen, code):
    citizen.answer_all()

    page = citizen.client.get(citizen.url("check/"), {"refused": code})

    assert summary_on(page) == []
    assert 'class="error-summary"' not in text(page)
    assert Attempt.objects.count() == 0


# --- another window ------------------------------------------------------------------------------


def shown_on(page) -> str:
    return hidden(page)["shown"]


def replaced_on(page) -> list[str]:
    parts = re.findall(r'<section[^>]*"replaced-title-\d+">.*?</section>', text(page), re.S)
    return [" ".join(re.findall(r"<dd[^>]*>(.*?)</dd>", part)) for part in parts]


OTHERS = {
    "kind": {"kind": "proposal"},
    "organisation": {"organisation": "water"},
    "admissibility": {"declarations": "defence"},
    "story": {"subject": "موضوع آخر", "body": "What the other window tells of it, at length."},
    "circumstances": {"place": "حي آخر"},
    "wish": {"remedy": "طلب آخر", "language": "fr"},
    "privacy": {"privacy": "confidential"},
    "person": {"name": "اسم آخر"},
}


@pytest.mark.parametrize("step", [*OTHERS])
def test_an_older_page_replaces_no_newer_answer_without_a_word(citizen, step):
    citizen.answer_all("files" if step in ("kind", "organisation") else step)
    old = shown_on(citizen.see(step))
    citizen.answer(step, **OTHERS[step])
    stored = Draft.objects.values(*[*OTHERS[step]]).get()

    page = citizen.post(citizen.url(step), {**citizen.answers[step], "shown": old})

    assert Draft.objects.values(*[*OTHERS[step]]).get() == stored
    assert len(replaced_on(page)) == 1
    assert in_arabic(
        "This answer was changed after you had opened this page, perhaps in another window. Both "
        "are below. To replace the other answer with what you have typed, continue."
    ) in text(page)
    again = citizen.client.post(
        citizen.url(step), {**citizen.answers[step], "shown": shown_on(page)}
    )
    assert again.status_code == 302
    assert replaced_on(citizen.see(step)) == []


def test_both_texts_of_two_windows_are_shown_and_the_one_that_is_sent_again_is_kept(citizen):
    citizen.answer_all("story")
    old = shown_on(citizen.see("story"))
    citizen.answer("story", **OTHERS["story"])

    page = citizen.post(citizen.url("story"), {**citizen.answers["story"], "shown": old})

    assert values_on(page)["body"] == BODY
    assert OTHERS["story"]["body"] in replaced_on(page)[0]


def test_an_unfinished_text_of_another_window_is_shown_too(citizen):
    citizen.answer_all("story")
    old = shown_on(citizen.see("story"))
    sent(citizen, "story")

    first = citizen.post(citizen.url("story"), {**citizen.answers["story"], "shown": old})
    second = citizen.post(citizen.url("story"), {"subject": "s", "body": "third", "shown": old})

    assert replaced_on(first) == ["ab short"]
    assert values_on(second) == {"subject": "s", "body": "third"}
    assert replaced_on(second) == ["ab short", f"{citizen.answers['story']['subject']} {BODY}"]


def test_what_is_wrong_on_an_older_page_is_said_beside_the_other_answer(citizen):
    citizen.answer_all("story")
    old = shown_on(citizen.see("story"))
    citizen.answer("story")

    page = citizen.post(citizen.url("story"), {**WRONG["story"], "shown": old})

    assert [target for target, _words in summary_on(page)] == ["id_subject", "id_body"]
    assert BODY in replaced_on(page)[0]


@pytest.mark.parametrize("step", [*OTHERS])
def test_the_same_page_sent_twice_is_accepted_twice(citizen, step):
    citizen.answer_all("story" if step == "organisation" else step)
    page = {**citizen.answers[step], "shown": shown_on(citizen.see(step))}

    answers = [citizen.client.post(citizen.url(step), page) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Draft.objects.get().typed == []


def test_another_answer_on_another_page_is_no_change_of_this_one(citizen):
    citizen.answer_all("wish")
    page = {**citizen.answers["story"], "shown": shown_on(citizen.see("story"))}
    citizen.answer("circumstances", place="حي آخر")

    assert citizen.client.post(citizen.url("story"), page).status_code == 302


# --- coming back ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "found"),
    [
        ("kind", "organisation"),
        ("story", "circumstances"),
        ("circumstances", "wish"),
        ("wish", "files"),
        ("files", "privacy"),
        ("person", "check/"),
    ],
)
def test_c10_whoever_comes_back_is_led_past_no_page_that_was_never_shown(citizen, left, found):
    citizen.answer_all(left)
    citizen.client.post(citizen.url(left), {**citizen.answers[left], "later": "yes"})
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))

    page = other.client.post(address, follow=True)

    assert page.redirect_chain[-1][0] == other.url(found)


def story_form(citizen):
    """The form of the story, as a browser would send it."""
    page = citizen.client.get(citizen.url("story"))
    return next(one for one in forms_on(page.content.decode()) if "body" in one.fields).filled()


def typed_so_far(citizen, text_typed):
    """Save what is typed into the story, as the page's script does every few seconds."""
    address = f"/{citizen.url('story').split('/')[1]}/typed/"
    return citizen.client.post(address, {**story_form(citizen), "body": text_typed})


def test_what_was_typed_last_is_there_after_the_browser_was_killed(citizen):
    citizen.answer_all("story")

    saved = typed_so_far(citizen, BODY)

    assert saved.status_code == 200
    assert BODY in text(citizen.client.get(citizen.url("story")))


def test_what_was_begun_is_shown_in_no_other_answers_of_this_browser(citizen):
    citizen.answer_all("story")
    typed_so_far(citizen, BODY)

    citizen.client.post(citizen.url("discard/"))
    citizen.answer_all("story")

    assert BODY not in text(citizen.client.get(citizen.url("story")))


def test_what_was_begun_is_gone_once_its_page_is_accepted(citizen):
    citizen.answer_all("story")
    typed_so_far(citizen, "Only half of what I have to say about this.")

    answer = citizen.client.post(
        citizen.url("story"), {**story_form(citizen), **citizen.answers["story"]}
    )

    assert answer.status_code == 302
    assert citizen.client.session.get("saved_input") == []

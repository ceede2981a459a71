"""What the law keeps from being examined: said, recorded, shown, and never in the way."""

import pytest

from shared.complaints.enums import Declaration
from tests.public_portal.api.calls import Caller, fields
from tests.public_portal.intake.journey import errors_on, filed_in, in_arabic, summary_on, text

pytestmark = pytest.mark.django_db

NOTICE = (
    "By what you said, the administration may be unable to examine your request. It must then tell "
    "you why, and where to turn. You can send it all the same."
)


def say(citizen, *declarations):
    return citizen.post(citizen.url("admissibility"), {"declarations": declarations})


def test_it_is_asked_right_after_the_organisation(citizen):
    citizen.answer("kind")

    assert citizen.answer("organisation")["Location"] == citizen.url("admissibility")


@pytest.mark.parametrize("said", [d for d in Declaration if d != Declaration.NONE])
def test_whatever_applies_the_request_is_sent_and_what_was_said_is_kept(citizen, roads, said):
    citizen.file(admissibility={"declarations": said})

    assert filed_in(roads)[0].declarations == [said]


def test_several_may_apply(citizen, roads):
    citizen.answer_all("admissibility")
    say(citizen, "before_courts", "other_body")
    for step in ("story", "circumstances", "wish", "files", "privacy", "person"):
        citizen.answer(step)
    citizen.send()

    assert filed_in(roads)[0].declarations == ["before_courts", "other_body"]


def test_the_page_says_for_each_where_to_turn(citizen):
    citizen.answer_all("admissibility")

    html = text(citizen.see("admissibility"))

    assert html.count('class="choice-hint"') == 4
    assert (
        in_arabic(
            "Reports of the judicial police are a matter for the public prosecutor. Write to the "
            "prosecutor at the court of first instance of the place."
        )
        in html
    )


def test_the_check_page_says_what_follows_and_has_a_link_to_change_it(citizen):
    citizen.answer_all(admissibility={"declarations": "before_courts"})
    told = text(citizen.see("check/"))
    citizen.answer("admissibility")
    untold = text(citizen.see("check/"))

    assert in_arabic(NOTICE) in told
    assert f"{citizen.url('admissibility')}?change=1" in told
    assert in_arabic(NOTICE) not in untold


@pytest.mark.parametrize("one", [one for one in Declaration.values if one != Declaration.NONE])
def test_none_of_these_and_one_of_these_cannot_both_be_true(citizen, one):
    citizen.answer_all("admissibility")
    assert say(citizen, one).status_code == 302

    page = say(citizen, one, "none")

    assert say(citizen, "none", one).status_code == 200
    assert page.status_code == 200
    assert errors_on(page) == [
        in_arabic("You chose \u201cNone of these\u201d and something else. Choose one of the two.")
    ]


@pytest.mark.parametrize("said", [[], ["x"], ["\x00"], ["none,defence"], ["none"] * 150])
def test_what_is_not_offered_is_refused_beside_the_question(citizen, said):
    citizen.answer_all("admissibility")

    page = say(citizen, *said)

    assert page.status_code == 200
    assert [target for target, _words in summary_on(page)] == ["id_declarations_0"]


def test_programmes_may_say_it_and_need_not(client, citizen, roads):
    caller = Caller(client=client)
    said = ["defence", "before_courts", "defence"]

    assert caller.submit(declarations=said).status_code == 201
    assert caller.submit().status_code == 201
    assert [one.declarations for one in filed_in(roads)] == [["defence", "before_courts"], []]


@pytest.mark.parametrize("said", ["none", 7, {}, ["x"], [7], [["none"]], ["none"] * 99, None])
def test_programmes_are_told_what_is_not_offered(client, citizen, said):
    wrong = fields(Caller(client=client).submit(declarations=said))

    assert {field.partition(".")[0] for field, _code in wrong} == {"declarations"}

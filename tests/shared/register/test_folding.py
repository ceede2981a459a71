"""Events become one line per case, whatever order the news came in."""

import pytest
from hypothesis import given, strategies as st

from shared.register.enums import FirstEnding
from shared.register.workflow import case_fold
from tests.shared.register.factories import at, story

LIVES = [
    [("received", 0)],
    [("received", 0), ("assigned", 1), ("answered", 9), ("rated", 10), ("closed", 40)],
    [("received", 0), ("assigned", 1), ("answered", 9), ("reopened", 12), ("answered", 30)],
    [("received", 0), ("inadmissible", 3), ("reopened", 5), ("answered", 8)],
    [("received", 0), ("inadmissible", 3), ("review_asked", 5), ("review_decided", 8)],
    [("received", 0), ("assigned", 1), ("withdrawn", 2)],
    [("received", 0), ("transferred", 4)],
    [("received", 0), ("transferred", 4), ("assigned", 8)],
]


def test_an_answered_case_worked_by_hand():
    facts = case_fold(
        story(
            ("received", 0), ("answered", 9), ("rated", 11), ("reopened", 12), ("answered", 30),
            resolved=False, handling=2,
        )
    )  # fmt: skip

    assert (facts.ending, facts.ended_at, facts.waited, facts.last_answered_at) == (
        "answered", at(9), 9, at(30),
    )  # fmt: skip
    assert (facts.reopened_count, facts.resolved, facts.handling, facts.rated_at) == (
        1, False, 2, at(11),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("happened", "ending", "waited"),
    [
        ([("received", 0)], FirstEnding.OPEN, None),
        ([("received", 0), ("question_asked", 2)], FirstEnding.OPEN, None),
        ([("received", 0), ("inadmissible", 3), ("reopened", 4)], FirstEnding.INADMISSIBLE, 3),
        ([("received", 0), ("withdrawn", 2)], FirstEnding.WITHDRAWN, 2),
        ([("received", 0), ("answered", 2), ("reopened", 3), ("withdrawn", 4)], "answered", 2),
        ([("received", 0), ("transferred", 4), ("closed", 5)], FirstEnding.TRANSFERRED, 4),
        ([("received", 0), ("transferred", 4), ("assigned", 8)], FirstEnding.OPEN, None),
        ([("received", 0), ("transferred", 4), ("assigned", 8), ("answered", 9)], "answered", 5),
        # Away for four days, for one, and passed on for good.
        (
            [
                *(("received", 0), ("transferred", 4), ("assigned", 8), ("transferred", 9)),
                *(("assigned", 10), ("transferred", 12)),
            ],
            FirstEnding.TRANSFERRED,
            7,
        ),
    ],
)
def test_the_first_wait_has_one_ending(happened, ending, waited):
    facts = case_fold(story(*happened))

    assert (facts.ending, facts.waited) == (ending, waited)


def test_days_are_counted_in_morocco():
    # 23:30 UTC on 30 June is half past midnight on 1 July in Casablanca.
    late = story(("received", 180.479167), ("answered", 181))

    facts = case_fold(late)

    assert (facts.filed_on.isoformat(), facts.waited) == ("2026-07-01", 0)


def test_a_case_whose_filing_is_not_known_yet_is_not_counted():
    assert case_fold(story(*LIVES[1])[1:]) is None


def test_the_kind_stays_the_one_that_was_filed():
    filed, *later = story(("received", 0), ("assigned", 1))
    renamed = story(("received", 0), ("assigned", 1), kind="observation")[1:]

    assert case_fold([filed, *later, *renamed]).kind == "complaint"


@given(st.sampled_from(LIVES), st.randoms(use_true_random=False))
def test_the_order_of_the_news_does_not_matter(happened, chance):
    events = story(*happened)
    shuffled = list(events)
    chance.shuffle(shuffled)

    assert case_fold(shuffled) == case_fold(events)


@given(st.sampled_from(LIVES), st.data())
def test_repeated_news_changes_nothing(happened, data):
    events = story(*happened)
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=10))

    assert case_fold([*repeated, *events]) == case_fold(events)

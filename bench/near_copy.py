"""How often a reply is wrongly called a near copy, how many copies are found, and the time.

The replies are those of the demonstration, written by hand in three languages for thirteen
administrations and filled with places, days and sums. Each reply is compared with the replies of
its administration, as if these had been sent before:

* ``honest``: a reply to another matter, with the same rule and the same formulas,
* ``other_outcome``: the reply to the same matter with the other finding,
* ``refilled``: the reply to the same matter with other days, places and sums,
* ``copies``: the same with a name in every sentence and with one more sentence,
* ``rewritten``: the same with every other sentence replaced by a sentence about another matter.

The rates are printed for the product's threshold and for others. The time is that of the product's
query in an agency with as many cases as ``--cases`` says.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from bench.casefile import cases_fill
from bench.filling import SEED, site
from bench.inbox import MANY
from bench.measuring import by_turns, options_of, pace_of, report, require, summary

if TYPE_CHECKING:
    from demo.fixture_files import Story
    from shared.complaints.types import ReplyDraft
    from tenants.models import Agency

TIMES = 5
FILED_AT = datetime(2026, 5, 1, tzinfo=UTC)
THRESHOLDS = (40, 45, 50, 55, 60, 70)
SETS = ("honest", "other_outcome", "refilled", "copies", "rewritten")
# Formulas of an administration, which its honest replies share.
FORMULAS: Mapping[str, tuple[str, str]] = {
    "ar": (
        "جوابا على شكايتكم المشار إليها أعلاه يشرفنا أن نخبركم بما يلي",
        "وتفضلوا بقبول فائق عبارات التقدير والاحترام والسلام",
    ),
    "fr": (
        "Suite à votre réclamation citée ci-dessus, nous avons l'honneur de vous informer que",
        "Nous vous prions d'agréer l'expression de notre considération distinguée",
    ),
    "en": (
        "In reply to your complaint, which we received through the national portal, we inform you",
        "We remain at your disposal for anything that you may want to know",
    ),
}
# Different words, so that no other reply contains an officer's own name or sentence.
OWN_WORDS = (
    *("karima", "idrissi", "youssef", "tahiri", "salma"),
    *("ouazzani", "hamid", "berrada", "nadia", "cherkaoui"),
)


def main() -> None:
    """Compare the replies of the demonstration, then time the query in a large agency."""
    arguments = _arguments()
    with site() as agencies:
        cases_fill(agencies[3], cases=arguments.cases, with_texts=True)
        shares = percentages(arguments.stories)
        require(min(map(len, shares.values())) > 0, "nothing to compare")
        figures = rates(shares) | _timed(agencies[3], arguments)
    report("near_copy", figures)


def percentages(at_most: int) -> dict[str, list[int]]:
    """Return for each set, in percent, how much of each reply is in its nearest earlier reply."""
    from demo.fixture_files import GENERAL, stories, story_codes  # noqa: PLC0415 - nothing before configure()

    found: dict[str, list[int]] = {name: [] for name in SETS}
    rng = Random(SEED)
    for code in story_codes():
        told = [*stories(code), *(stories(GENERAL) if code != GENERAL else ())]
        for language in FORMULAS:
            chosen = [story for story in told if language in story.texts][:at_most]
            _compare(chosen, language, rng, found)
    return found


def rates(shares: Mapping[str, list[int]]) -> dict[str, object]:
    """Return for each set and threshold the percentage of replies at or above the threshold."""
    from shared.complaints.selectors.near_copy import NEAR_COPY_PERCENTAGE  # noqa: PLC0415

    return {
        "threshold": NEAR_COPY_PERCENTAGE,
        "replies": {name: len(values) for name, values in shares.items()},
        "called_near_copy": {
            name: {
                str(limit): round(100 * sum(value >= limit for value in values) / len(values), 1)
                for limit in sorted({*THRESHOLDS, NEAR_COPY_PERCENTAGE})
            }
            for name, values in shares.items()
        },
        "largest": {name: max(values) for name, values in shares.items()},
        "least": {name: min(values) for name, values in shares.items()},
    }


def _compare(told: list["Story"], language: str, rng: Random, found: dict[str, list[int]]) -> None:
    from shared.complaints.presenters import reply_text  # noqa: PLC0415
    from shared.complaints.selectors.near_copy import nearest_reply, reply_words  # noqa: PLC0415

    def nearest(text: str, earlier: Iterable[tuple[int, bool]]) -> int:
        """Return how many percent of the text the nearest earlier reply contains."""
        return nearest_reply(reply_words(text), [(letters[one], language) for one in earlier])[1]

    sides = [(number, granted) for number in range(len(told)) for granted in (True, False)]
    sent = {one: _draft(told[one[0]], language, rng, granted=one[1]) for one in sides}
    letters = {
        one: reply_text(draft=draft, language=language, is_second=False)
        for one, draft in sent.items()
    }
    for number, granted in sides:
        here = (number, granted)
        others = [one for one in sides if one[0] != number]
        found["honest"].append(nearest(letters[here], others))
        # A story with the same facts for both findings has nothing to compare.
        if sent[number, not granted].facts != sent[here].facts:
            found["other_outcome"].append(nearest(letters[here], [*others, (number, not granted)]))
        again = _draft(told[number], language, rng, granted=granted)
        foreign = _sentences(sent[rng.choice(others)]) if others else []
        found["refilled"].append(nearest(" ".join(_sentences(again)), sides))
        found["copies"].append(nearest(_changed(again, rng, []), sides))
        found["rewritten"].append(nearest(_changed(again, rng, foreign), sides))


def _draft(story: "Story", language: str, rng: Random, *, granted: bool) -> "ReplyDraft":
    """Return the reply of a story, with an administration's formulas."""
    from demo.case_texts import case_text_of, reply  # noqa: PLC0415
    from shared.complaints.enums import Language, Outcome  # noqa: PLC0415

    told = case_text_of(story, rng=rng, language=Language(language), filed_at=FILED_AT)
    draft = reply(told, Outcome.UPHELD if granted else Outcome.NOT_UPHELD)
    opening, closing = FORMULAS[language]
    return replace(
        draft, facts=f"{opening}: {draft.facts}", decision=f"{draft.decision} {closing}."
    )


def _changed(draft: "ReplyDraft", rng: Random, foreign: list[str]) -> str:
    """Return the reply with a name in each sentence and a further sentence.

    With ``foreign`` sentences, every other sentence is replaced.
    """
    sentences = _sentences(draft)
    kept = [
        foreign[place % len(foreign)] if foreign and place % 2 else sentence
        for place, sentence in enumerate(sentences)
    ]
    named = []
    for sentence in kept:
        words = sentence.split(" ")
        words.insert(rng.randint(0, len(words)), " ".join(rng.sample(OWN_WORDS, 2)))
        named.append(" ".join(words))
    return "\n".join([*named, " ".join(rng.sample(OWN_WORDS, len(OWN_WORDS)))])


def _sentences(draft: "ReplyDraft") -> list[str]:
    parts = (draft.facts, draft.rule, draft.decision, draft.remedy)
    return [one for part in parts for one in part.split(". ") if one.strip()]


def _timed(agency: "Agency", arguments: argparse.Namespace) -> dict[str, object]:
    from bench.generated_text import TextGenerator  # noqa: PLC0415
    from shared.complaints.selectors import near_copy_of  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    text = TextGenerator(seed=SEED + 2).text(number=1, of=10**9).body

    def ask() -> None:
        with agency_context(agency):
            near_copy_of(text, category_code="category-7")

    pace = pace_of(arguments)
    return {
        "cases": arguments.cases,
        **summary(by_turns({"ask": ask}, pace)["ask"]),
        **pace.shown(),
    }


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--cases", type=int, default=MANY)
    parser.add_argument("--stories", type=int, default=1_000, help="Of each administration.")
    return parser.parse_args()


if __name__ == "__main__":
    main()

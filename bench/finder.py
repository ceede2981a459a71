"""How often the finder's first result is the competent body, and how long a search takes.

``bench/data/finder.csv`` has search texts, their language, and the right answers: codes of bodies,
``kind:KIND`` for any body of a kind (the finder then asks for the place), ``NAME-*`` for any body
of a family; ``|`` separates alternatives. A search is a hit at 3 if one of the first three of
``results[]`` of ``GET /api/v1/organisations/`` is right; a topic that needs a place is in the
results as the largest bodies of its kind. Topics were adjusted on the half ``tuning`` only.

The time of a search through the selector is compared with a search for names only, for about every
tenth text.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.filling import site
from bench.measuring import by_turns, growth, options_of, pace_of, report, require, summary

QUESTIONS = Path(__file__).parent / "data" / "finder.csv"
TIMES = 1
# How many questions, spread over the file, are timed; the rates are of all questions.
TIMED = 200
HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search text with its right answers."""

    text: str
    language: str
    expected: tuple[str, ...]
    half: str

    def is_right(self, code: str, kind: str) -> bool:
        """Return whether a body is a right answer."""
        return any(
            wanted in {code, f"kind:{kind}"}
            or (wanted.endswith("*") and code.startswith(wanted.removesuffix("*")))
            for wanted in self.expected
        )


def main() -> None:
    """Search for every question's text, then measure the time."""
    arguments = _arguments()
    asked = questions()[: arguments.questions or None]
    with site():
        figures = measured(asked, arguments)
    report("finder", figures)


def questions() -> list[Question]:
    """Return all questions of the file."""
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return [
            Question(
                text=row["query"],
                language=row["language"],
                expected=tuple(row["expected"].split("|")),
                half=row["half"],
            )
            for row in csv.DictReader(file)
        ]


def measured(asked: Sequence[Question], arguments: argparse.Namespace) -> dict[str, object]:
    """Return the figures of the result line."""
    from shared.directory.selectors.organisation_search import organisation_search  # noqa: PLC0415
    from shared.directory.selectors.topic_search import finder_search  # noqa: PLC0415 - nothing before configure()

    ranks = {question: _rank(question) for question in asked}
    if arguments.misses:
        for question, rank in ranks.items():
            if rank != 1 and question.half == arguments.misses:
                print(rank, question.text, question.expected, _first(question))
    timed = asked[:: max(1, len(asked) // TIMED)]
    pace = pace_of(arguments)
    found = by_turns(
        {
            "finder": lambda: [finder_search(text=one.text, language="fr") for one in timed],
            "names": lambda: [organisation_search(text=one.text, language="fr") for one in timed],
        },
        pace,
    )
    each = [[seconds / len(timed) for seconds in one] for one in found["finder"]]
    require(ranks, "no question was asked")
    return {
        "questions": len(asked),
        "overall": _rates(ranks.values()),
        "held_out": _rates(rank for one, rank in ranks.items() if one.half == HELD_OUT),
        "languages": {
            language: _rates(rank for one, rank in ranks.items() if one.language == language)
            for language in sorted({one.language for one in asked})
        },
        **growth(found["finder"], found["names"]),
        **summary(each),
        **pace.shown(),
    }


def _rank(question: Question) -> int:
    """Return the position of the first right answer; 0 if none of the first three is right."""
    return next(
        (
            place
            for place, (code, kind) in enumerate(_first(question), 1)
            if question.is_right(code, kind)
        ),
        0,
    )


def _first(question: Question) -> list[tuple[str, str]]:
    from shared.directory.selectors.topic_search import finder_search  # noqa: PLC0415

    hits = finder_search(text=question.text, language="fr", limit=3).hits
    return [(hit.code, hit.kind) for hit in hits]


def _rates(ranks: Iterable[int]) -> dict[str, float | int]:
    found = list(ranks)
    count = max(len(found), 1)
    return {
        "questions": len(found),
        "hit_at_1": round(sum(rank == 1 for rank in found) / count, 3),
        "hit_at_3": round(sum(rank > 0 for rank in found) / count, 3),
    }


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--questions", type=int, default=0, help="Only so many; 0 for all.")
    parser.add_argument(
        "--misses",
        choices=["", "tuning", HELD_OUT],
        default="",
        help="Print the questions of a half that are not answered first.",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Messages and notes of invented cases, and the cases' search words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from bench.filling import copy
from bench.generated_text import RARE_EVERY, TextGenerator

if TYPE_CHECKING:
    from bench.casefile import Case

MESSAGES, NOTES = "complaints_message", "complaints_note"
MESSAGE_COLUMNS = ("id", "complaint_id", "kind", "author", "officer_id", "body", "at")
NOTE_COLUMNS = ("complaint_id", "officer_id", "body", "at")
# The share of cases with a message of their citizen, and the share of cases with a note.
WRITTEN, NOTED = 0.3, 0.2
# A word that only messages contain, in one case of 25,000.
RARE_IN_MESSAGES = "zerbiya"


class CaseTexts:
    """A writer of citizens' and officers' texts, case by case."""

    def __init__(self, *, seed: int) -> None:
        self._rng = Random(f"messages:{seed}")
        self._generator = TextGenerator(seed=seed + 1)
        self._messages: list[Sequence[object]] = []
        self._notes: list[Sequence[object]] = []

    def add(self, case: "Case", *, reference: str, person: Sequence[str], agents: list[int]) -> str:
        """Make the texts of a case; return the case's search words in the column's format."""
        from shared.complaints.models.full_text_search import words_literal  # noqa: PLC0415

        texts = [reference, *person]
        for kind, _status, at in case.steps:
            if kind in ("answered", "inadmissible", "question_asked") and case.agent is not None:
                name = {"answered": "reply", "inadmissible": "refusal"}.get(kind, "question")
                texts.append(self._message(case, name, at, officer=agents[case.agent]))
        if self._rng.random() < WRITTEN or case.number % RARE_EVERY == 1:
            texts.append(self._message(case, "message", case.received_at + timedelta(days=2)))
        if case.agent is not None and self._rng.random() < NOTED:
            body = self._text()
            self._notes.append((case.number, agents[case.agent], body, case.received_at))
            texts.append(body)
        return words_literal(texts)

    def write(self) -> None:
        """Insert the texts made so far into their tables."""
        copy(MESSAGES, MESSAGE_COLUMNS, self._messages)
        copy(NOTES, NOTE_COLUMNS, self._notes)
        self._messages, self._notes = [], []

    def _message(self, case: "Case", kind: str, at: datetime, officer: int | None = None) -> str:
        from bench.casefile import uuid7_at  # noqa: PLC0415 - it imports this module

        body = self._text()
        if kind == "message" and case.number % RARE_EVERY == 1:
            body += f" {RARE_IN_MESSAGES}"
        author = "citizen" if officer is None else "agency"
        row = (uuid7_at(at, self._rng), case.number, kind, author, officer, body, at)
        self._messages.append(row)
        return body

    def _text(self) -> str:
        # A number whose text has none of the special search words.
        return self._generator.text(number=1, of=10**9).body

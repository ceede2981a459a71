"""Updates of the folded words of a case's texts, by which a search finds the case.

PostgreSQL itself folds the words of subject and body. The words of all other texts are in
``Complaint.more_words``: each service that stores a text adds the words of the text.
"""

from django.db import transaction

from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint, Message, Note, Party
from shared.complaints.models.full_text_search import (
    MAX_STORED_BYTES,
    phone_forms,
    words_literal,
)
from shared.complaints.models.party import party_of
from shared.rows.changed_rows import ValueSql

FILLED_AT_ONCE = 200
MAX_FILLED = 4_000

_WITH_WORDS = (
    "CASE WHEN octet_length(more_words::text) < %s"
    " THEN more_words || %s::tsvector ELSE more_words END"
)


def words_of_filing(complaint: Complaint, party: Party) -> str:
    """Return the words of a new case in the form of the column ``more_words``.

    The words of the person are only added to a named request, because a search by name must not
    find a citizen whose name is hidden.
    """
    texts = [complaint.reference, complaint.remedy, complaint.place]
    if complaint.privacy == Privacy.NAMED:
        texts += [party.name, party.email, *phone_forms(party.phone)]
    return words_literal(texts)


def words_append(complaint: Complaint, text: str) -> None:
    """Set, in memory, the SQL that adds the words of a text; ``event_record`` runs the SQL.

    The database adds the words, so the column is not read. If the column is empty, it stays empty
    until the maintenance fills it with all words.
    """
    words, waiting = words_literal([text]), vars(complaint).get("more_words")
    is_replaced = bool(waiting) and isinstance(waiting, str)
    if isinstance(waiting, ValueSql):
        words = f"{waiting.values[-1]} {words}"
    complaint.more_words = (
        f"{waiting} {words}" if is_replaced else ValueSql(_WITH_WORDS, (MAX_STORED_BYTES, words))
    )


def words_replace(complaint: Complaint) -> None:
    """Set, in memory, the words of all texts again, because a text was changed; two queries."""
    complaint.more_words = _words_of({complaint.pk: complaint})[complaint.pk]


def search_words_fill(*, at_most: int = MAX_FILLED) -> int:
    """Fill the search words of cases from an earlier release; return the count of cases.

    Each batch has its own transaction. A locked case is skipped and filled the next time.
    """
    filled = 0
    while filled < at_most and (batch := _fill_batch(min(FILLED_AT_ONCE, at_most - filled))):
        filled += batch
    return filled


@transaction.atomic
def _fill_batch(size: int) -> int:
    rows = (
        Complaint.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(more_words=None)
        .select_related("party")
        .defer("search", "more_words", "subject", "body")
        .order_by("pk")
    )
    cases = {row.pk: row for row in rows[:size]}
    words = _words_of(cases)
    for number, row in cases.items():
        row.more_words = words[number]
    Complaint.objects.bulk_update(cases.values(), ["more_words"])
    return len(cases)


def _words_of(cases: dict[int, Complaint]) -> dict[int, str]:
    texts: dict[int, list[str]] = {number: [] for number in cases}
    for model in (Message, Note):
        rows = model.objects.filter(complaint__in=list(cases)).order_by("at", "id")
        for number, body in rows.values_list("complaint_id", "body"):
            texts[number].append(body)
    return {
        number: f"{words_of_filing(row, party_of(row))} {_words_up_to_limit(texts[number])}"
        for number, row in cases.items()
    }


def _words_up_to_limit(texts: list[str]) -> str:
    words = words_literal(texts)
    while len(words.encode()) > MAX_STORED_BYTES:
        texts = texts[: len(texts) * 3 // 4]
        words = words_literal(texts)
    return words

"""Detection and counts of replies that repeat an earlier reply; no such reply is refused."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils.translation import override

from shared.complaints.enums import DECISION_MESSAGES, PORTAL_SECTIONS, LetterSection
from shared.complaints.models import Message
from shared.complaints.models.full_text_search import folded_words
from shared.complaints.types.near_copy import NearCopy, NearCopyCount
from shared.kernel import clock
from shared.kernel.text_overlap import (
    formula_places,
    shared_percentage,
    shared_places,
    word_runs,
)

# From this percentage on a reply is a near copy; docs/adr/0041 gives the measured false alarms.
NEAR_COPY_PERCENTAGE = 50
# A shorter text consists of standard phrases only.
MIN_WORDS = 15
# If more than this share of a reply would be standard phrases, no word counts as such a phrase.
MAX_FORMULAS = 0.6
# A reply is compared with at most 300 of the latest 1,500 replies; replies in its category come
# first.
MAX_COMPARED, MAX_LATEST = 300, 1_500
_NUMBER = "0"


def near_copy_of(text: str, *, category_code: str) -> NearCopy | None:
    """Return the earlier reply that has the largest part of ``text`` word for word; two queries.

    Returns ``None`` for a text of few words, or if the part is below ``NEAR_COPY_PERCENTAGE``.
    """
    words = reply_words(text)
    if len(words) < MIN_WORDS:
        return None
    earlier = _earlier_replies(category_code)
    best, percentage = nearest_reply(words, [(one.body, one.language) for one in earlier])
    if percentage < NEAR_COPY_PERCENTAGE:
        return None
    return NearCopy(percentage=percentage, reference=earlier[best].reference)


def near_copy_percentage(text: str, *, category_code: str) -> int | None:
    """Return the percentage of a reply that an earlier reply contains; ``None`` below the
    threshold.

    The percentage is stored with the message. Must be called before the reply is sent.
    """
    near = near_copy_of(text, category_code=category_code)
    return near.percentage if near else None


def nearest_reply(words: list[str], earlier: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return the index of the nearest earlier reply, and the percentage of ``words`` in this reply.

    Each earlier reply is given with its language; of equal replies the first is returned. Words
    that half of the replies in a language have are standard phrases and do not count.
    """
    shared = [shared_places(words, word_runs(reply_words(body))) for body, _language in earlier]
    if not any(map(any, shared)):
        return 0, 0
    most = max(range(len(shared)), key=lambda one: sum(shared[one]))
    same = [
        places
        for places, (_body, language) in zip(shared, earlier, strict=True)
        if language == earlier[most][1]
    ]
    formulas = formula_places(same, max_share=MAX_FORMULAS)
    percentages = [shared_percentage(places, formulas) for places in shared]
    best = max(range(len(shared)), key=percentages.__getitem__)
    return best, percentages[best]


def near_copy_counts(
    *, by: Literal["officer", "unit"], first_day: date, last_day: date
) -> list[NearCopyCount]:
    """Return the counts of replies and near copies of each officer or unit in a period.

    Officers or units with the most near copies come first. One query.
    """
    number = F("officer_id") if by == "officer" else F("complaint__unit_id")
    rows = (
        Message.objects.filter(
            kind__in=DECISION_MESSAGES,
            at__gte=clock.midnight(first_day),
            at__lt=clock.midnight(last_day + timedelta(days=1)),
        )
        .values(of=number)
        .annotate(
            replies=Count("pk"),
            near_copies=Count("pk", filter=Q(near_copy__gte=NEAR_COPY_PERCENTAGE)),
        )
        .order_by("-near_copies", "of")
    )
    return [NearCopyCount(**row) for row in rows]


def reply_words(text: str) -> list[str]:
    """Return the words of a reply that its officer wrote, with one placeholder for every number.

    A copy with another date or sum is still a copy. Headings and the portal's texts are left out.
    """
    own: list[str] = []
    is_own = True
    headings = _headings()
    for line in text.splitlines():
        section = headings.get(line.strip())
        if section is None:
            own.append(line if is_own else "")
        else:
            is_own = section not in PORTAL_SECTIONS
    return [_NUMBER if word.isdecimal() else word for word in folded_words("\n".join(own))]


@lru_cache(maxsize=1)
def _headings() -> dict[str, LetterSection]:
    """Return the headings of every section in every language."""
    found: dict[str, LetterSection] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found |= {str(section.label): section for section in LetterSection}
    return found


class _Earlier(NamedTuple):
    body: str
    language: str
    reference: str


def _earlier_replies(category_code: str) -> list[_Earlier]:
    """Return earlier replies, latest first; replies in the category are preferred."""
    # Ids are in the order of time, and the table has no index by time.
    latest = (
        Message.objects.filter(kind__in=DECISION_MESSAGES)
        .order_by("-pk")
        .values_list("pk", "complaint__category_code")[:MAX_LATEST]
    )
    in_order = sorted(latest, key=lambda one: one[1] != category_code)
    chosen = [number for number, _code in in_order[:MAX_COMPARED]]
    rows = Message.objects.filter(pk__in=chosen).order_by("-pk")
    columns = rows.values_list("body", "complaint__language", "complaint__reference")
    return list(map(_Earlier._make, columns))

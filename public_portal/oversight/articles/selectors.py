"""Texts about an article for national oversight: its usefulness, and its history."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _, gettext_lazy

from shared.audit.models import AuditEntry
from shared.figures.intervals import Rate
from shared.register.presenters.charts import interval_text, share_text
from shared.ui.types import TimelineEntry

ACTIONS: Mapping[str, object] = {
    "article_added": gettext_lazy("Written"),
    "article_changed": gettext_lazy("Changed"),
    "article_published": gettext_lazy("Published"),
    "article_withdrawn": gettext_lazy("Withdrawn"),
    "article_restored": gettext_lazy("Restored to the portal's original text"),
}


def rate_words(rate: Rate) -> str:
    """Return a share with its interval, such as ``80 % (49 to 94 %)``, or "No votes yet"."""
    if rate.share is None:
        return _("No votes yet")
    return f"{share_text(rate.share)} ({interval_text(rate.interval.low, rate.interval.high)})"


def article_history(entries: Iterable[AuditEntry]) -> list[TimelineEntry]:
    """Return the log entries of an article as text."""
    return [
        TimelineEntry(
            title=str(ACTIONS.get(entry.action, entry.action)), when=entry.at, by=entry.actor_label
        )
        for entry in entries
    ]

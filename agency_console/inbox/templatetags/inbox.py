"""Template tags of the inbox; ``bench.fragments`` measures the tags that use no template."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from django import template
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _, ngettext

from agency_console.access.forms import position_text
from agency_console.access.selectors import case_title, case_url, case_url_parts
from agency_console.inbox.enums import SORT_LABELS
from agency_console.inbox.forms import InboxForm
from agency_console.inbox.types import FilterField, LineMarks, LineTexts
from shared.complaints.enums import Kind, Language, Status
from shared.complaints.selectors import ListSort, position_of
from shared.complaints.types import InboxCase
from shared.complaints.types.search import SearchHit, TextPiece
from shared.kernel import clock
from shared.kernel.references import reference_group
from shared.ui.dates import day_text, days_left_text, near_day_text
from shared.ui.markup import escaped
from shared.ui.templatetags.ui import SOON_DAYS, bdi, status_tag
from shared.ui.types import DeadlineSummary

logger = logging.getLogger(__name__)

register = template.Library()
register.simple_tag(case_url)

# The size of caches with one entry for each language.
MAX_LANGUAGES = 16
# The size of a cache: all days of a year for both terms in three languages.
MAX_RISKS = 2_500
NO_MARKS = LineMarks()
NO_HITS: Mapping[int, SearchHit] = MappingProxyType({})
# Lines do not show these frequent statuses.
USUAL = (Status.RECEIVED, Status.IN_PROGRESS)
# This line formats reference and subject like the template filters "reference" and "bdi".
ROW = (
    '<li class="case-row%(unread)s" data-row id="row-%(reference)s"%(here)s>'
    '<label class="row-check" for="case-%(reference)s"><input type="checkbox" name="case"'
    ' value="%(reference)s" id="case-%(reference)s">'
    '<span class="visually-hidden">%(select)s <bdi dir="ltr">%(grouped)s</bdi></span></label>'
    '<div class="case-risk">%(risk)s</div>'
    '<div class="case-main">'
    '<a class="case-subject" id="open-%(reference)s" href="%(url)s"%(focus)s>'
    "%(unread_word)s<bdi>%(subject)s</bdi></a>"
    '<p class="case-about"><bdi dir="ltr" class="ref">%(grouped)s</bdi>%(about)s</p>%(hit)s</div>'
    '<div class="case-side"><div class="case-marks">%(marks)s</div>'
    '<span class="case-officer">%(officer)s</span></div>'
    '<details class="case-menu" id="menu-%(reference)s"><summary><span aria-hidden="true">⋯</span>'
    '<span class="visually-hidden">%(menu)s <bdi dir="ltr">%(grouped)s</bdi></span></summary>'
    '<div class="case-menu-items">%(snooze)s</div></details></li>\n'
)


# This line is shown instead of a row with invalid values, so that the page does not fail.
UNREADABLE = (
    '<li class="case-row"><div class="case-main"><p class="case-about">'
    '<bdi dir="ltr" class="ref">%(reference)s</bdi> · %(text)s</p></div></li>\n'
)


@register.simple_tag
def inbox_rows(
    cases: Sequence[InboxCase],
    marks: Mapping[int, LineMarks],
    texts: LineTexts,
    hits: Mapping[int, SearchHit] = NO_HITS,
) -> SafeString:
    """Render the lines of a list of cases.

    A page of 50 lines takes 0.8 ms, and 4.4 ms with a template.
    """
    line = LineWriter(texts)
    return SafeString(
        "".join(
            line.shown(case, marks.get(case.case_id, NO_MARKS), hits.get(case.case_id))
            for case in cases
        )
    )


class LineWriter:
    """Renderer of the lines of one page in one language."""

    def __init__(self, texts: LineTexts) -> None:
        self._texts = texts
        self._language = language = get_language()
        self._kinds, self._languages = _words(Kind, language), _words(Language, language)
        self._tags, self._statuses = _mark_tags(language), _status_tags(language)
        # The address of a case is ``_before``, the reference and ``_after``, all escaped.
        self._before, self._after = map(escaped, case_url_parts("show-case"))
        self._after += escaped(texts.query)
        self._after += ("&amp;" if texts.query else "?") + "at="
        self._nobody = format_html('<span class="muted">{}</span>', _("Nobody"))
        self._snooze = _snooze_items(language)
        self._fixed = {
            "select": escaped(_("Select the case")),
            "menu": escaped(_("More for the case")),
        }
        self._unread_word = f'<span class="visually-hidden">{escaped(_("Not read:"))} </span>'

    def shown(self, case: InboxCase, marks: LineMarks, hit: SearchHit | None) -> str:
        """Return the line of one case, or an error line if its row has invalid values."""
        try:
            return ROW % self.values(case, marks, hit)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            logger.error(
                "case %d cannot be shown in a list: %s", case.case_id, type(error).__name__
            )
            return UNREADABLE % {
                "reference": escaped(case.reference),
                "text": escaped(_("This case cannot be shown. Tell those who operate the portal.")),
            }

    def values(self, case: InboxCase, marks: LineMarks, hit: SearchHit | None) -> dict[str, str]:
        """Return the HTML values for ``ROW``, with the searched words marked."""
        texts, reference = self._texts, escaped(case.reference)
        is_here = case.case_id == texts.here
        place = position_text(position_of(case, texts.sort))
        aside = self._snooze[bool(marks.snoozed_until)].replace("REFERENCE", reference)
        return {
            **self._fixed,
            "unread": " is-unread" if marks.is_unread else "",
            "unread_word": self._unread_word if marks.is_unread else "",
            "here": " data-here" if is_here else "",
            "focus": " autofocus" if is_here and texts.has_focus else "",
            "reference": reference,
            "grouped": escaped(reference_group(case.reference)),
            "risk": self._risk(case),
            "url": f"{self._before}{reference}{self._after}{place}",
            "subject": _pieces_html(hit.subject)
            if hit and case.subject
            else escaped(case_title(subject=case.subject, handed_to=case.handed_to)),
            "hit": _snippet_html(hit) if hit else "",
            "about": "".join(f" · {part}" for part in self._about(case)),
            "marks": "".join(self._marks(case, marks)),
            "officer": bdi(case.officer) if case.officer else self._nobody,
            "snooze": aside,
        }

    def _risk(self, case: InboxCase) -> SafeString:
        today = self._texts.today
        if not case.is_open:
            return _done_html(self._language, clock.civil_day(case.received_at), today)
        day = case.risk_on if case.risk_on.year < date.max.year else case.due_on
        if day is None:
            return _done_html(self._language, clock.civil_day(case.received_at), today)
        return _risk_html(self._language, day, today, day == case.due_on)

    def _about(self, case: InboxCase) -> list[str]:
        """Return the parts under the subject: kind, language, organisation, category and more."""
        texts = self._texts
        parts = [
            self._kinds.get(case.kind) or escaped(case.kind),
            self._languages.get(case.language) or escaped(case.language),
        ]
        names = (
            texts.bodies.get(case.organisation_code),
            texts.categories.get(case.category_code),
            texts.units.get(case.unit_id or 0),
        )
        parts += [bdi(name) for name in names if name]
        if case.waiting_since is not None:
            days = (texts.today - clock.civil_day(case.waiting_since)).days
            parts.append(_waits_text(self._language, days))
        parts += [
            f'<span class="case-label">#{bdi(texts.labels[label])}</span>'
            for label in case.label_ids
            if label in texts.labels
        ]
        return parts

    def _marks(self, case: InboxCase, marks: LineMarks) -> list[str]:
        found = [self._tags["new"]] if case.has_citizen_news else []
        if case.is_part:
            found.append(self._tags["part"])
        if case.is_escalated:
            found.append(self._tags["escalated"])
        if case.reopened and case.is_open:
            found.append(self._tags["reopened"])
        if case.status not in USUAL and not (case.reopened and case.status == Status.REOPENED):
            found.append(self._statuses.get(case.status) or status_tag(case.status))
        if marks.snoozed_until:
            day = near_day_text(marks.snoozed_until, today=self._texts.today)
            found.append(_tag("calm", _("Put aside until %(day)s") % {"day": day}))
        found += [
            _tag("warn", _("%(name)s is writing…") % {"name": f"\u2068{name}\u2069"})
            for name in marks.writers
        ]
        return found


def _pieces_html(pieces: Iterable[TextPiece]) -> str:
    return "".join(
        f"<mark>{escaped(text)}</mark>" if is_hit else escaped(text) for text, is_hit in pieces
    )


def _snippet_html(hit: SearchHit) -> str:
    """Return the HTML of a search hit: the name of the text, and the snippet with the words."""
    if hit.where is None:
        return ""
    where = escaped(str(hit.where.label))
    return f'<p class="case-hit">{where}: <bdi>{_pieces_html(hit.snippet)}</bdi></p>'


@lru_cache(maxsize=MAX_RISKS)
def _risk_html(_language: str | None, day: date, today: date, is_legal: bool) -> SafeString:
    """Render the days left until ``day``, the end of the nearer term, with a shape and words."""
    left = (day - today).days
    state = "late" if left < 0 else "soon" if left <= SOON_DAYS else "ok"
    remaining = DeadlineSummary(state=state, words=days_left_text(left), due=day_text(day))
    term = _("by law") if is_legal else _("promised")
    return render_to_string(
        "agency_console/inbox_risk.html",
        {"remaining": remaining, "day": near_day_text(day, today=today), "term": term},
    )


@lru_cache(maxsize=MAX_RISKS)
def _done_html(_language: str | None, received_on: date, today: date) -> SafeString:
    """Render the day on which a case was received; shown where no reply is due."""
    text = _("received on %(day)s") % {"day": near_day_text(received_on, today=today)}
    return format_html('<p class="case-day">{}</p>', text)


@lru_cache(maxsize=MAX_RISKS)
def _waits_text(_language: str | None, days: int) -> str:
    if days < 1:
        return escaped(_("the citizen waits since today"))
    text = ngettext("the citizen waits %(days)d day", "the citizen waits %(days)d days", days)
    return escaped(text % {"days": days})


@lru_cache(maxsize=MAX_LANGUAGES)
def _words(choices: type[TextChoices], _language: str | None) -> dict[str, SafeString]:
    return {choice.value: conditional_escape(choice.label) for choice in choices}


@lru_cache(maxsize=MAX_LANGUAGES)
def _status_tags(_language: str | None) -> dict[str, SafeString]:
    return {choice.value: status_tag(choice) for choice in Status}


@lru_cache(maxsize=MAX_LANGUAGES)
def _mark_tags(_language: str | None) -> dict[str, str]:
    return {
        "new": _tag("info", f"● {_('new')}"),
        "part": _tag("calm", _("part, words of an officer")),
        "escalated": _tag("bad", _("escalated")),
        "reopened": _tag("warn", _("re-opened")),
    }


@lru_cache(maxsize=MAX_LANGUAGES)
def _snooze_items(_language: str | None) -> tuple[str, str]:
    """Return the menu items of a case that is not put aside, and of a case that is put aside."""
    context = {"reference": "REFERENCE"}
    return (
        render_to_string("agency_console/inbox_menu.html", context | {"is_aside": False}),
        render_to_string("agency_console/inbox_menu.html", context | {"is_aside": True}),
    )


def _tag(tone: str, text: str) -> str:
    return f'<span class="tag tag-{tone}">{escaped(text)}</span>'


@register.inclusion_tag("agency_console/inbox_sorts.html")
def sort_buttons(sorts: tuple[ListSort, ...], current: ListSort) -> dict[str, object]:
    """Show the sort orders of a list, and mark the current order."""
    return {"sorts": [(one.value, SORT_LABELS[one]) for one in sorts], "current": current.value}


@register.simple_tag
def filter_options(field: FilterField) -> SafeString:
    """Render the options of a filter field; 107 options take 0.06 ms (0.85 ms in a template)."""
    options = [
        f'<option value="{escaped(code)}"{" selected" * (code == field.chosen)}>'
        f"{escaped(name)}</option>"
        for code, name in field.choices
    ]
    return SafeString(f'<option value="">{escaped(field.every)}</option>{"".join(options)}')


@register.simple_tag
def search_field(form: InboxForm) -> SafeString:
    """Render the search control with the typed text and its errors.

    The empty control is cached for each language, because the form's templates take 0.8 ms.
    """
    field = form["q"]
    return field.as_field_group() if field.value() or field.errors else _empty_field(get_language())


@lru_cache(maxsize=MAX_LANGUAGES)
def _empty_field(_language: str | None) -> SafeString:
    return InboxForm({})["q"].as_field_group()

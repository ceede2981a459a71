"""What of the inbox's page is written without a template of its own for each case or each visit."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency_console.inbox.enums import InboxView
from agency_console.inbox.filters import InboxForm
from shared.complaints.enums import Kind, Language, Status
from shared.complaints.types import InboxCase
from shared.kernel.references import LENGTH, reference_group
from shared.ui.templatetags.ui import bdi, deadline, status_tag

register = template.Library()

# Stands in the address of a case until the case's own is put there.
ANY_REFERENCE = "0" * LENGTH
# Far more than there are languages with lists of words.
MAX_LANGUAGES = 16
# The reference and the subject are written as the filters "reference" and "bdi" write them.
ROW = (
    '<tr data-row><th scope="row" class="cell-tight">'
    '<a href="{}"><bdi dir="ltr" class="ref">{}</bdi></a></th>'
    '<td class="cell-subject"><bdi>{}</bdi></td><td class="cell-tight">{}</td>'
    '<td class="cell-tight">{}</td><td class="cell-tight">{}</td><td class="cell-tight">{}</td>'
    '<td class="cell-tight">{}</td></tr>\n'
)


@register.simple_tag
def inbox_rows(cases: Sequence[InboxCase], view: InboxView) -> SafeString:
    """The lines of a list, each with the way to its case and back to this list.

    As a template, fifty of them took a third of the page. What several lines have in common is
    written once.
    """
    language = get_language()
    kinds, languages = _words(Kind, language), _words(Language, language)
    tags, officers = _status_tags(language), _officers(cases)
    before, after = _address(view)
    terms = {
        (due_on, is_open): deadline(due_on, is_done=not is_open)
        for due_on, is_open in {(case.due_on, case.is_open) for case in cases}
    }
    lines = (
        (
            f"{before}{case.reference}{after}",
            reference_group(case.reference),
            case.subject,
            kinds.get(case.kind, case.kind),
            languages.get(case.language, case.language),
            tags.get(case.status) or status_tag(case.status),
            terms[case.due_on, case.is_open],
            officers[case.officer],
        )
        for case in cases
    )
    return format_html_join("", ROW, lines)


def _address(view: InboxView) -> tuple[str, str]:
    """What stands before and after the reference in the address of a case."""
    shown = reverse("casework:show-case", args=[ANY_REFERENCE]) + view.query
    before, _mark, after = shown.partition(ANY_REFERENCE)
    return before, after


def _officers(cases: Sequence[InboxCase]) -> dict[str, SafeString]:
    nobody = format_html('<span class="muted">{}</span>', _("Nobody"))
    return {name: bdi(name) if name else nobody for name in {case.officer for case in cases}}


@lru_cache(maxsize=MAX_LANGUAGES)
def _words(choices: type[TextChoices], _language: str | None) -> dict[str, SafeString]:
    return {choice.value: conditional_escape(choice.label) for choice in choices}


@lru_cache(maxsize=MAX_LANGUAGES)
def _status_tags(_language: str | None) -> dict[str, SafeString]:
    return {choice.value: status_tag(choice) for choice in Status}


@register.simple_tag
def search_field(form: InboxForm) -> SafeString:
    """The control in which one types what to look for, with what was typed and what is wrong."""
    field = form["q"]
    if field.value() or field.errors:
        return field.as_field_group()
    return _empty_field(get_language())


@lru_cache(maxsize=MAX_LANGUAGES)
def _empty_field(_language: str | None) -> SafeString:
    # Nearly every visit shows it as it was; a form's templates were a twentieth of the page.
    return InboxForm({})["q"].as_field_group()

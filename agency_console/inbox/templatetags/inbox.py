"""What of the inbox's page is written without a template of its own for each case or each visit."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.db.models import TextChoices
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _

from agency_console.access.presenters import case_url_parts
from agency_console.inbox.filters import InboxForm
from agency_console.inbox.types import LineTexts
from shared.complaints.enums import Kind, Language, Status
from shared.complaints.types import InboxCase
from shared.kernel.references import reference_group
from shared.ui.markup import escaped
from shared.ui.templatetags.ui import bdi, deadlines, status_tag

register = template.Library()

# Far more than there are languages with lists of words.
MAX_LANGUAGES = 16
# The reference and the subject are written as the filters "reference" and "bdi" write them.
ROW = (
    '<tr data-row><th scope="row" class="cell-tight">'
    '<a href="%s"><bdi dir="ltr" class="ref">%s</bdi></a></th>'
    '<td class="cell-subject"><bdi>%s</bdi>%s</td><td class="cell-tight">%s</td>'
    '<td class="cell-tight">%s</td><td class="cell-tight">%s</td><td class="cell-tight">%s</td>'
    '<td class="cell-tight">%s</td></tr>\n'
)


@register.simple_tag
def inbox_rows(cases: Sequence[InboxCase], texts: LineTexts) -> SafeString:
    """The lines of a list, each with the way to its case and back to this list.

    As a template, fifty of them took a third of the page, with ``format_html`` a seventh. What
    several lines have in common is written once; what comes from a row is escaped in its line.
    """
    language = get_language()
    kinds, languages = _words(Kind, language), _words(Language, language)
    tags, officers = _status_tags(language), _officers(cases)
    # What stands around the reference in the address of a case, as HTML.
    before, after = map(escaped, case_url_parts("show-case"))
    after += escaped(texts.query)
    about = {
        pair: _about(*pair, texts)
        for pair in {(c.organisation_code, c.category_code) for c in cases}
    }
    terms = deadlines({(case.due_on, not case.is_open) for case in cases})
    lines = [
        ROW
        % (
            f"{before}{escaped(case.reference)}{after}",
            escaped(reference_group(case.reference)),
            escaped(case.subject),
            about[case.organisation_code, case.category_code],
            kinds.get(case.kind) or escaped(case.kind),
            languages.get(case.language) or escaped(case.language),
            tags.get(case.status) or status_tag(case.status),
            terms[case.due_on, not case.is_open],
            officers[case.officer],
        )
        for case in cases
    ]
    return SafeString("".join(lines))


def _about(organisation_code: str, category_code: str, texts: LineTexts) -> str:
    """Under the subject: the organisation, the category, what there is of them."""
    names = (texts.bodies.get(organisation_code), texts.categories.get(category_code))
    if not any(names):
        return ""
    return f'<span class="cell-about">{" · ".join(bdi(name) for name in names if name)}</span>'


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

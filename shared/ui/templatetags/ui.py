"""Template tags and filters of all pages: numbers, days, terms, statuses and links."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, Textarea
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _
from django_htmx.jinja import htmx_script

from shared.kernel import clock
from shared.kernel.references import offer_number_group, receipt_code_group, reference_group
from shared.ui import dates
from shared.ui.amounts import money_text
from shared.ui.form_keys import form_key_sign as signed_form_key, is_secret
from shared.ui.links import language_links, url_with_query
from shared.ui.markup import escaped
from shared.ui.types import (
    DeadlineSummary,
    ErrorLink,
    LanguageLink,
    NavItem,
    PageLink,
    TimelineEntry,
    Tone,
)

register = template.Library()

Term = tuple[date | None, bool]

STATUS_TONES = {
    "received": Tone.INFO,
    "in_progress": Tone.INFO,
    "awaiting_citizen": Tone.WARN,
    "answered": Tone.OK,
    "reopened": Tone.WARN,
    "inadmissible": Tone.BAD,
    "transferred": Tone.CALM,
    "withdrawn": Tone.CALM,
    "closed": Tone.CALM,
}
# The first entry with one of a button's tags decides the button's class.
BUTTON_VARIANTS = (
    ("danger", "warning"),
    ("outline", "secondary"),
    ("secondary", "secondary"),
    ("cancel", "secondary"),
    ("link", "link"),
)
SOON_DAYS = 5
# The most rendered terms and tags in a process's cache, enough for a year in three languages.
MAX_FRAGMENTS = 2_000


@register.simple_tag
def has_scanner() -> bool:
    """Return whether this installation scans files for viruses."""
    return bool(settings.CLAMD_URL)


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file; without a hash if the list of hashes is missing."""
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


@register.simple_tag
def htmx() -> SafeString:
    """Return the script tag of htmx; the security policy needs no nonce for our files."""
    return htmx_script(minified=True)


@register.filter
def reference(value: str) -> SafeString:
    """Return a reference in groups of four digits, on one line, left to right on RTL pages too."""
    return SafeString(f'<bdi dir="ltr" class="ref">{escaped(reference_group(str(value)))}</bdi>')


@register.filter
def offer_number(value: str) -> SafeString:
    """Return the number of an offer in groups, on one line, left to right on RTL pages too."""
    return SafeString(f'<bdi dir="ltr" class="ref">{escaped(offer_number_group(str(value)))}</bdi>')


@register.filter
def receipt_code(value: str) -> SafeString:
    """Return the receipt code in pairs, in a frame that distinguishes it from a reference."""
    digits = escaped(receipt_code_group(str(value)))
    return SafeString(f'<bdi dir="ltr" class="secret-code">{digits}</bdi>')


@register.filter
def bdi(value: object) -> SafeString:
    """Return a name of unknown direction, isolated from the sentence around the name.

    No template is used, because a page may have 36 names.
    """
    return SafeString(f"<bdi>{'' if value is None else escaped(value)}</bdi>")


@register.filter
def day(value: date | None) -> str:
    """Return ``24 نونبر 2026`` in the active language; blank for ``None``."""
    return dates.day_text(value) if value else ""


@register.filter
def button_variant(tags: Collection[str] | None) -> str:
    """Return the CSS class for a button or a link with allauth's tags."""
    return next(
        (f" button-{variant}" for tag, variant in BUTTON_VARIANTS if tag in (tags or ())), ""
    )


@register.filter
def money(centimes: int | None, currency: str) -> SafeString:
    """Return a sum in the active language, isolated from its sentence; blank for ``None``."""
    if centimes is None:
        return SafeString("")
    return format_html('<bdi class="money">{}</bdi>', money_text(centimes, currency))


@register.filter
def moment(value: datetime | None) -> str:
    """Return day and hour in Casablanca, in the active language; blank for ``None``."""
    return dates.moment_text(value) if value else ""


def relative(value: date | datetime | None) -> str:
    """Return the time between now and a moment, in the active language; blank for ``None``."""
    return dates.relative_text(value) if value else ""


@register.filter
def name_in(value: object, language: str | None = None) -> str:
    """Return the ``name(language)`` of an agency, an organisation or a category."""
    naming = getattr(value, "name", "")
    return str(naming(language or get_language() or "en")) if callable(naming) else str(naming)


@register.simple_tag
def when(value: date | datetime | None) -> SafeString:
    """Return a ``<time>`` with the time between now and a moment; its title is the exact moment."""
    return _time_html(value, relative(value), _exact(value))


@register.simple_tag
def exactly(value: date | datetime | None) -> SafeString:
    """Return a ``<time>`` with the exact day or moment; its title is the text of ``relative``."""
    return _time_html(value, _exact(value), relative(value))


def _exact(value: date | datetime | None) -> str:
    return moment(value) if isinstance(value, datetime) else day(value)


def _time_html(value: date | datetime | None, text: str, title: str) -> SafeString:
    """Return the element of ``when`` and ``exactly``; blank for ``None``."""
    if value is None:
        return SafeString("")
    moment_html = f'<time datetime="{value.isoformat()}" title="{escaped(title)}">'
    return SafeString(f"{moment_html}{escaped(text)}</time>")


@register.simple_tag
def deadline(due_on: date | None, is_paused: bool = False, is_done: bool = False) -> SafeString:
    """Return a term as text and symbol; ``due_on`` is ``None`` if there is no term."""
    return _deadline_html(get_language(), due_on, clock.today(), bool(is_paused), bool(is_done))


def deadlines(terms: Iterable[Term]) -> dict[Term, SafeString]:
    """Return the ``deadline`` of many terms, given as (last day, is done), keyed by term."""
    language, today = get_language(), clock.today()
    return {term: _deadline_html(language, term[0], today, False, term[1]) for term in terms}


@lru_cache(maxsize=MAX_FRAGMENTS)
def _deadline_html(
    _language: str | None, due_on: date | None, _today: date, is_paused: bool, is_done: bool
) -> SafeString:
    # Most lines of a list of cases have the same few terms, and rendering a template for each line
    # took a third of the page's time.
    remaining = deadline_summary(due_on=due_on, is_paused=is_paused, is_done=is_done)
    return render_to_string("components/deadline.html", {"remaining": remaining})


def deadline_summary(*, due_on: date | None, is_paused: bool, is_done: bool) -> DeadlineSummary:
    """Return the state of a term today: done (or no term), paused, ok, soon (0 to 5 days), late."""
    if due_on is None:
        return DeadlineSummary(state="done", words=_("No legal deadline"))
    due = dates.day_text(due_on)
    if is_done:
        return DeadlineSummary(state="done", words=due)
    left = (due_on - clock.today()).days
    if is_paused and left >= 0:
        return DeadlineSummary(state="paused", words=_("Paused"), due=due)
    state = "late" if left < 0 else "soon" if left <= SOON_DAYS else "ok"
    return DeadlineSummary(state=state, words=dates.days_left_text(left), due=due)


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[TimelineEntry]) -> dict[str, object]:
    """Return the context of a timeline: its entries in the given order."""
    return {"entries": entries}


@register.inclusion_tag("components/steps.html")
def steps(number: int, total: int) -> dict[str, object]:
    """Return the context of a progress bar: step ``number`` of ``total``, counted from 1."""
    marks = ["done"] * (number - 1) + ["here"] + ["next"] * (total - number)
    return {"number": number, "total": total, "steps": marks}


@register.simple_tag
def status_tag(status: object, label: str = "", *, is_citizen: bool = False) -> SafeString:
    """Return the tag of a case's status; ``label`` replaces the label of the status.

    For a citizen whose answer is awaited, the label is fixed.
    """
    value = str(getattr(status, "value", status))
    if is_citizen and value == "awaiting_citizen":
        label = _("Waiting for your answer")
    return _tag_html(
        STATUS_TONES.get(value, Tone.CALM), str(label or getattr(status, "label", value))
    )


@lru_cache(maxsize=MAX_FRAGMENTS)
def _tag_html(tone: Tone, label: str) -> SafeString:
    return render_to_string("components/tag.html", {"tone": tone, "label": label})


@register.simple_tag
@lru_cache(maxsize=MAX_FRAGMENTS)
def nav_item(item: NavItem) -> SafeString:
    """Return a link of a side navigation, from the cache if possible."""
    # An item's texts are in one language, so the cache key needs no language.
    return render_to_string("components/nav_item.html", {"item": item})


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[LanguageLink]:
    """Return the links of the language switch for this page."""
    request = context.get("request")
    return language_links(request) if isinstance(request, HttpRequest) else []


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: object) -> str:
    """Return this page's query with some values replaced; ``None`` or "" removes a parameter."""
    return url_with_query(context["request"].GET, changes)


@register.simple_tag(takes_context=True)
def is_here(context: template.Context, *names: str) -> bool:
    """Return whether this page's URL name or its namespace is among ``names``."""
    match = getattr(context.get("request"), "resolver_match", None)
    return match is not None and (match.view_name in names or match.namespace in names)


@register.simple_tag(takes_context=True)
def page_links(context: template.Context, page: Page[object]) -> list[PageLink]:
    """Return the page numbers of a pagination with gaps; links keep the rest of the query."""
    request = context.get("request")
    query = request.GET if isinstance(request, HttpRequest) else QueryDict()
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [
        PageLink(
            number=number,
            url=url_with_query(query, {"page": number}),
            is_current=number == page.number,
        )
        if isinstance(number, int)
        else PageLink(number=None)
        for number in numbers
    ]


@register.simple_tag(takes_context=True)
def form_key(context: Context, form: BaseForm | None = None) -> SafeString:
    """Return the signed field, which lets the form be shown again; blank for a secret form."""
    # A part included without the page's context has no request.
    request = context.get("request")
    if request is None or (form is not None and is_secret(form)):
        return SafeString()
    key = signed_form_key(request, form)
    return format_html('<input type="hidden" name="form_key" value="{}">', key)


@register.filter
def takes_text(form: BaseForm | None) -> bool:
    """Return whether a form has a text of several lines, and its input may be stored."""
    if form is None or is_secret(form):
        return False
    return any(isinstance(field.widget, Textarea) for field in form.fields.values())


@register.simple_tag
def error_links(form: BaseForm) -> list[ErrorLink]:
    """Return every error of a form, with the id of the control that has the error, if any."""
    links = [ErrorLink(message=str(message)) for message in form.non_field_errors()]
    for field in form:
        # Django leaves id_for_label empty for radio buttons and check boxes; the link then leads to
        # the first control of the group.
        target = "" if field.is_hidden else field.id_for_label or f"{field.auto_id}_0"
        said = {link.message for link in links} if _is_alternative(field) else set()
        links += [
            ErrorLink(message=str(message), target=target)
            for message in field.errors
            if str(message) not in said
        ]
    return links


def _is_alternative(field: BoundField) -> bool:
    # An error of two alternative fields is shown at both fields, but only once in the summary.
    return getattr(field.field, "is_alternative", False)

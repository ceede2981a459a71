"""What of a case's page is written without a template of its own for each line or link."""

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agency_console.access.presenters import case_url
from agency_console.casework.types import ThreadEntry
from shared.ui.markup import escaped
from shared.ui.templatetags.ui import bdi, exactly, reference

register = template.Library()


# The address of one page of a case, by the name of its view; a case's page has ten.
register.simple_tag(case_url)


@register.simple_tag
def thread(entries: Iterable[ThreadEntry]) -> SafeString:
    """Messages and notes, oldest first."""
    return SafeString(f'<ol class="thread">{"".join(map(_thread_line, entries))}</ol>')


def _thread_line(entry: ThreadEntry) -> str:
    body = f'<p class="free-text" dir="auto">{escaped(entry.body)}</p>' if entry.body else ""
    new = f'<strong class="tag tag-info">{escaped(_("New"))}</strong> ' if entry.is_new else ""
    files = ""
    if entry.files:
        shown = {"files": entry.files, "has_previews": True}
        files = render_to_string("agency_console/case_files.html", shown)
    other = ""
    if entry.reference:
        other = f' · <span class="tag">{reference(entry.reference)}</span>'
    proof = f" · {escaped(entry.proof)}" if entry.proof else ""
    return (
        f'<li class="message message-{escaped(str(entry.voice))}"><p class="message-head">'
        f"<span><strong>{escaped(entry.label)}</strong> · {bdi(entry.by)}{other}{proof}</span>"
        f"<span>{new}{exactly(entry.at)}</span></p>"
        f"{body}{files}</li>"
    )

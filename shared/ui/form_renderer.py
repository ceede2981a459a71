"""Forms in our markup: what stands in form_templates shadows Django's template of the same name."""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates as TemplateBackend

OURS = Path(__file__).parent / "form_templates"
DJANGOS = Path(django.forms.__file__).parent / "templates"
# Their roles have no word for "must be given".
WITHOUT_REQUIRED = ("radio", "file", "date")


class InsafRenderer(DjangoTemplates):
    """Label, hint, error and control in one block, bound to each other for screen readers."""

    @cached_property
    def engine(self) -> TemplateBackend:
        """Our templates first, then Django's, then those that a widget's package brings."""
        return TemplateBackend(
            {
                "NAME": "insaf_forms",
                "APP_DIRS": False,
                "DIRS": [OURS, DJANGOS],
                "OPTIONS": {"loaders": settings.TEMPLATE_LOADERS},
            }
        )

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Render a form, a field or a control."""
        if "widget" in context:
            _leave_to_server(context["widget"])
        return super().render(template_name, context, request)


def _leave_to_server(widget: dict[str, Any]) -> None:
    """Let no browser cut what is pasted, or call a control invalid that nobody has touched.

    The server says what is too long or missing; a script of the pages counts.
    """
    attrs = widget["attrs"]
    attrs.pop("minlength", None)
    if "maxlength" in attrs:
        attrs["data-maxlength"] = attrs.pop("maxlength")
    if attrs.pop("required", False) and widget.get("type") not in WITHOUT_REQUIRED:
        attrs["aria-required"] = "true"
    options = [option for _name, group, _at in widget.get("optgroups", ()) for option in group]
    for part in (*widget.get("subwidgets", ()), *options):
        _leave_to_server(part)

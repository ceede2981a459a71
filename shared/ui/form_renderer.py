"""Renderer of forms; templates in form_templates replace Django's templates of the same name."""

from functools import cached_property, partial
from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates as TemplateBackend

from shared.ui.field_groups import group_html

OURS = Path(__file__).parent / "form_templates"
DJANGOS = Path(django.forms.__file__).parent / "templates"
# The ARIA roles of these controls do not support aria-required.
WITHOUT_REQUIRED = ("radio", "file", "date")


class InsafRenderer(DjangoTemplates):
    """Form renderer: label, hint, error and control in one block, linked for screen readers."""

    @cached_property
    def engine(self) -> TemplateBackend:
        """Return the template engine, which prefers the project's templates to Django's."""
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
        render = partial(super().render, template_name, context, request)
        if context.keys() == {"field"}:
            return group_html(context["field"], template_name, render)
        return render()


def _leave_to_server(widget: dict[str, Any]) -> None:
    """Remove attributes with which browsers cut pasted text or report empty controls too early.

    The server reports texts that are too long or missing, and a script counts characters.
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

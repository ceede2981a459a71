"""Forms in our markup: what stands in form_templates shadows Django's template of the same name."""

from functools import cached_property
from pathlib import Path

import django.forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as TemplateBackend

OURS = Path(__file__).parent / "form_templates"
DJANGOS = Path(django.forms.__file__).parent / "templates"


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

"""Whatever is typed into a field of a form: a value or a refusal in words, and no failure."""

from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from tests.all_forms.corpus import VALUES
from tests.all_forms.test_typed_text import forms_of_code

pytestmark = pytest.mark.django_db

FORMS = sorted(forms_of_code(), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


class Typed(MultiValueDict[str, str]):
    """What a browser sends when one text stands in every field, and in each part of a field."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> str:
        return self.text

    def get(self, _name: str, _default: Any = None) -> str:
        return self.text

    def getlist(self, _name: str, _default: Any = None) -> list[str]:
        return [self.text]


def failures(name: str, field: forms.Field) -> list[str]:
    """What a field raises besides a refusal, each with the kind of text."""
    found = []
    for kind, text in VALUES.items():
        value = field.widget.value_from_datadict(Typed(text), MultiValueDict(), name)
        try:
            field.clean(value)
        except forms.ValidationError as refused:
            if not any(refused.messages):
                found.append(f"{name}: {kind}: refused without words")
        except Exception as error:  # what is looked for
            found.append(f"{name}: {kind}: {type(error).__name__}")
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_no_field_fails_whatever_is_typed(form: type[forms.BaseForm]):
    fields = form.base_fields.items()

    found = [
        failure
        for name, one in fields
        if not isinstance(one, forms.FileField)
        for failure in failures(f"{form.__name__}.{name}", one)
    ]

    assert found == []


def test_forms_of_every_site_are_tried():
    parts = {kind.__module__.partition(".")[0] for kind in FORMS}

    assert parts >= {"agency_console", "public_portal", "shared"}

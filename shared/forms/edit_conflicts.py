"""Forms that detect a change of the stored data while a person edits the same data."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shared.ui.dates import day_text

CHANGED_MEANWHILE = _(
    "Somebody has changed this since you opened the page. What you typed is still in the form: "
    "send it again to put it in the place of what is stored now."
)
STORED_NOW = _("%(label)s is now: %(value)s")


class EditForm(forms.Form):
    """A form for stored values, which are always passed as ``initial``.

    A hidden field has a digest of the stored values. If the stored values have changed when the
    form is sent, the form is refused once and shows the stored values. If the person sends the form
    again, the stored values are replaced.
    """

    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stored = _digest(self.initial)
        self.initial = {**self.initial, "shown": self._stored}

    def clean(self) -> dict[str, Any]:
        """Add errors if the form changes values that have changed since the page was opened."""
        cleaned = super().clean() or self.cleaned_data
        shown = cleaned.pop("shown", "")
        changed = [name for name in self.changed_data if name != "shown"]
        if shown and shown != self._stored and changed:
            self.add_error(None, ValidationError(CHANGED_MEANWHILE, code="changed_meanwhile"))
            for name in changed:
                self._say_stored(name)
            sent = QueryDict(mutable=True)
            sent.update(cast(Any, self.data))
            sent[self.add_prefix("shown")] = self._stored
            self.data = sent
        return cleaned

    def _say_stored(self, name: str) -> None:
        field, stored = self.fields[name], self.initial.get(name)
        words = _in_words(field, stored)
        if words is not None:
            said = {"label": field.label or name, "value": f"\u2068{words or '–'}\u2069"}
            self.add_error(None, ValidationError(STORED_NOW, code="stored_now", params=said))


def _in_words(field: forms.Field, stored: object) -> str | None:
    """Return a stored value as a text for the error, or ``None`` if it has no short text."""
    if isinstance(stored, date):
        return day_text(stored)
    if isinstance(field, forms.ChoiceField) and not isinstance(stored, list | tuple):
        choices = cast(Iterable[tuple[object, object]], field.choices)
        labels = {str(value): str(label) for value, label in choices}
        return labels.get("" if stored is None else str(stored))
    return stored if isinstance(field, forms.CharField) and isinstance(stored, str) else None


def _digest(stored: Mapping[str, Any]) -> str:
    text = json.dumps(stored, sort_keys=True, default=_written)
    return salted_hmac("shared.forms.edit_conflicts", text, algorithm="sha256").hexdigest()


def _written(value: object) -> object:
    # A set is sorted, because the order of a set differs between processes.
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)

"""Form controls that Django lacks: choices with hints, ratings with faces, files, days."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared.kernel.files import ACCEPT

Words = str | Promise

FACE_CHOICES: list[tuple[str, Words]] = [
    ("1", _("Very bad")),
    ("2", _("Bad")),
    ("3", _("Neither good nor bad")),
    ("4", _("Good")),
    ("5", _("Very good")),
]


class _Explained(forms.widgets.ChoiceWidget):
    """Framed choices with a sentence under each label; ``hints`` are sentences keyed by value."""

    def __init__(self, hints: Mapping[str, Words], attrs: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.hints = dict(hints)

    def create_option(
        self,
        name: str,
        value: object,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, object] | None = None,
    ) -> dict[str, object]:
        """Return Django's option with its hint, linked to the control for screen readers."""
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        hint = self.hints.get(str(option["value"]), "")
        if hint:
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        return option


class ExplainedRadioSelect(_Explained, forms.RadioSelect):
    """Radio buttons with a hint for each choice."""

    template_name = "ui/explained_radio.html"


class CommaSeparatedCheckboxes(forms.CheckboxSelectMultiple):
    """Check boxes whose choices are stored as one text, codes separated by commas."""

    def value_from_datadict(
        self, data: Mapping[str, object], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> list[str]:
        """Return the chosen codes, from a form or from stored values."""
        return self.format_value(
            data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name)
        )

    def format_value(self, value: object) -> list[str]:
        """Return the codes in a stored text or in a list of chosen codes."""
        if isinstance(value, list | tuple):
            return [str(code) for code in value]
        return [code for code in str(value or "").split(",") if code]


class ExplainedCheckboxes(_Explained, CommaSeparatedCheckboxes):
    """Check boxes with a hint for each choice."""

    template_name = "ui/explained_radio.html"


class FacesRadioSelect(forms.RadioSelect):
    """A choice of five faces with words, from very bad (1) to very good (5)."""

    template_name = "ui/faces.html"


class SearchInput(forms.TextInput):
    """A search box with a search button inside a longer form (``step=search``).

    The search button is the first button of the form, so that Enter in the box searches and does
    not send the form.
    """

    template_name = "ui/search_input.html"

    def __init__(self) -> None:
        super().__init__({"type": "search", "autocomplete": "off", "dir": "auto"})


class OwnFileInput(forms.ClearableFileInput):
    """A file control with texts in the language of the page, not of the browser."""

    template_name = "ui/file.html"


class OwnMultipleFileInput(OwnFileInput):
    """A control for several files, and on telephones a second control for the camera.

    The form field must accept a list of files.
    """

    allow_multiple_selected = True
    template_name = "ui/files.html"

    def __init__(self, attrs: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs={"accept": ACCEPT, **(attrs or {})})


class DayWidget(forms.MultiWidget):
    """A control for a day in three boxes, because in a calendar a past year needs many clicks."""

    template_name = "ui/day.html"
    words = (_("Day"), _("Month"), _("Year"))

    def __init__(self, attrs: Mapping[str, str] | None = None) -> None:
        # The box for the month has no number pad, because the month may be a name.
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.TextInput({"inputmode": "numeric", "class": "input-day"}),
            "month": forms.TextInput({"class": "input-month"}),
            "year": forms.TextInput({"inputmode": "numeric", "class": "input-year"}),
        }
        super().__init__(boxes, {"autocomplete": "off", "dir": "auto", **(attrs or {})})

    def decompress(self, value: object) -> list[str]:
        """Return the texts of the three boxes from a day or its ISO text."""
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value)
        if not isinstance(value, date):
            return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)]

    def value_from_datadict(
        self, data: Mapping[str, object], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> list[str]:
        """Return the texts of the three boxes; for a stored day, return its parts."""
        kept = data.get(name)
        if kept:
            return self.decompress(kept)
        return [str(data.get(f"{name}_{box}") or "") for box in ("day", "month", "year")]

    def get_context(
        self, name: str, value: object, attrs: dict[str, object] | None
    ) -> dict[str, object]:
        """Return the context of Django's boxes, with a label for each box."""
        context = super().get_context(name, value, attrs)
        for box, word in zip(context["widget"]["subwidgets"], self.words, strict=True):
            box["label"] = word
        return context


class WriteOnlyHiddenInput(forms.HiddenInput):
    """A hidden control for a value for one use; no page contains the value."""

    def format_value(self, value: object) -> None:
        """Return ``None``: the value is not rendered."""

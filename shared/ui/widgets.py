"""Controls that Django lacks: choices that explain themselves, five faces, our own file words."""

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
    """Framed choices, each with a sentence under its label; ``hints`` by value."""

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
        """Django's option with its hint beside it, tied to the control for screen readers."""
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        hint = self.hints.get(str(option["value"]), "")
        if hint:
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        return option


class ExplainedRadioSelect(_Explained, forms.RadioSelect):
    """Radio buttons that explain themselves."""

    template_name = "ui/explained_radio.html"


class CommaSeparatedCheckboxes(forms.CheckboxSelectMultiple):
    """Check boxes whose choice is kept as one text: the codes, with commas between them."""

    def value_from_datadict(
        self, data: Mapping[str, object], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> list[str]:
        """Return the codes that were chosen, from a form or from what was kept."""
        return self.format_value(
            data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name)
        )

    def format_value(self, value: object) -> list[str]:
        """Return the codes in what was kept, or as they were chosen."""
        if isinstance(value, list | tuple):
            return [str(code) for code in value]
        return [code for code in str(value or "").split(",") if code]


class ExplainedCheckboxes(_Explained, CommaSeparatedCheckboxes):
    """Check boxes that explain themselves."""

    template_name = "ui/explained_radio.html"


class FacesRadioSelect(forms.RadioSelect):
    """Five faces with words under them, from very bad (1) to very good (5)."""

    template_name = "ui/faces.html"


class SearchInput(forms.TextInput):
    """Words to search for, with the button that does it within a longer form (``step=search``).

    The button stands first in such a form, so that Enter in the box searches and sends nothing.
    """

    template_name = "ui/search_input.html"

    def __init__(self) -> None:
        super().__init__({"type": "search", "autocomplete": "off", "dir": "auto"})


class OwnFileInput(forms.ClearableFileInput):
    """A file control whose words are in the page's language, not in the browser's."""

    template_name = "ui/file.html"


class OwnMultipleFileInput(OwnFileInput):
    """The same for several files at once, and on telephones a control that opens the camera.

    Its field must read ``files.getlist``.
    """

    allow_multiple_selected = True
    template_name = "ui/files.html"

    def __init__(self, attrs: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs={"accept": ACCEPT, **(attrs or {})})


class DayWidget(forms.MultiWidget):
    """A day in three boxes: nobody has to page through a calendar to a day years ago."""

    template_name = "ui/day.html"
    words = (_("Day"), _("Month"), _("Year"))

    def __init__(self, attrs: Mapping[str, str] | None = None) -> None:
        # A month may be written by its name, so its box asks for no number pad.
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.TextInput({"inputmode": "numeric", "class": "input-day"}),
            "month": forms.TextInput({"class": "input-month"}),
            "year": forms.TextInput({"inputmode": "numeric", "class": "input-year"}),
        }
        super().__init__(boxes, {"autocomplete": "off", "dir": "auto", **(attrs or {})})

    def decompress(self, value: object) -> list[str]:
        """Return the three boxes of a day, or of its ISO text."""
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value)
        if not isinstance(value, date):
            return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)]

    def value_from_datadict(
        self, data: Mapping[str, object], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> list[str]:
        """Return what stands in the boxes; a day that is kept already stands for all three."""
        kept = data.get(name)
        if kept:
            return self.decompress(kept)
        return [str(data.get(f"{name}_{box}") or "") for box in ("day", "month", "year")]

    def get_context(
        self, name: str, value: object, attrs: dict[str, object] | None
    ) -> dict[str, object]:
        """Django's boxes, each with the word over it."""
        context = super().get_context(name, value, attrs)
        for box, word in zip(context["widget"]["subwidgets"], self.words, strict=True):
            box["label"] = word
        return context


class WriteOnlyHiddenInput(forms.HiddenInput):
    """What is good for one use: an answer does not hand it back to be sent again."""

    def format_value(self, value: object) -> None:
        """Show no value."""

"""Controls that Django lacks: choices that explain themselves, five faces, our own file words."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

FACE_CHOICES: list[tuple[str, Words]] = [
    ("1", _("Very bad")),
    ("2", _("Bad")),
    ("3", _("Neither good nor bad")),
    ("4", _("Good")),
    ("5", _("Very good")),
]


class ExplainedRadioSelect(forms.RadioSelect):
    """Framed radio buttons, each with a sentence under its label; ``hints`` by value."""

    template_name = "ui/explained_radio.html"

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
        hint = self.hints.get(str(value), "")
        if hint:
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        return option


class FacesRadioSelect(forms.RadioSelect):
    """Five faces with words under them, from very bad (1) to very good (5)."""

    template_name = "ui/faces.html"


class OwnFileInput(forms.ClearableFileInput):
    """A file control whose words are in the page's language, not in the browser's."""

    template_name = "ui/file.html"


class OwnMultipleFileInput(OwnFileInput):
    """The same for several files at once; its field must read ``files.getlist``."""

    allow_multiple_selected = True

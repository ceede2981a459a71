"""Forms with which national oversight edits the holidays."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared.forms.edit_conflicts import EditForm
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.ui.fields import LineField

MAX_NAME_LENGTH = 120
YEARS_BACK, YEARS_AHEAD = 1, 3


class DayField(forms.DateField):
    """A field for one civil day."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Day"),
            input_formats=["%Y-%m-%d"],
            error_messages={
                "required": _("Choose a day."),
                "invalid": _("Choose a day that is in the calendar."),
            },
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )


class YearForm(forms.Form):
    """The form for the year to show; the current year by default."""

    year = forms.IntegerField(min_value=1900, max_value=9998, required=False)

    def to_year(self) -> int:
        """Return the year, or the current year without a valid value."""
        asked = self.cleaned_data.get("year") if self.is_valid() else None
        return int(asked) if asked else clock.today().year


class MoveForm(EditForm):
    """The form for the actual day of a holiday."""

    day = DayField()


class AddForm(forms.Form):
    """The form for a one-time holiday that was decreed."""

    day = DayField()
    name_ar = LineField(label=_("Name in Arabic"), max_length=MAX_NAME_LENGTH, least=3)
    name_fr = LineField(label=_("Name in French"), max_length=MAX_NAME_LENGTH, least=3)
    name_en = LineField(label=_("Name in English"), max_length=MAX_NAME_LENGTH, least=3)

    def clean_day(self) -> date:
        """Return the day; require a year from last year to three years ahead."""
        day: date = self.cleaned_data["day"]
        this_year = clock.today().year
        if not this_year - YEARS_BACK <= day.year <= this_year + YEARS_AHEAD:
            raise ValidationError(_("Check the year: it is too long ago, or too far ahead."))
        return day

    def to_names(self) -> Wording:
        """Return the name of the holiday in the three languages."""
        given = self.cleaned_data
        return Wording(ar=given["name_ar"], fr=given["name_fr"], en=given["name_en"])

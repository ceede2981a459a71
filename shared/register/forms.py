"""Forms for the period of the figures and the kind of request, used by pages and the REST API."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared.kernel.clock import today
from shared.register.enums import RequestKind
from shared.register.types import FigureScope

# The decree came into force on this day; the portal has no older requests.
EARLIEST = date(2018, 1, 1)


class DayField(forms.DateField):
    """A form field for a day as 2026-01-31 or 31/01/2026; its error contains the typed text."""

    input_formats = ("%Y-%m-%d", "%d/%m/%Y")
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: str | datetime | date | None) -> date | None:
        """Return the day; the error contains the typed text, because browsers forget that text."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a day. Write it like 2026-01-31."),
                code="invalid",
                params={"value": str(value)[:40]},
            ) from None


class ScopeForm(forms.Form):
    """A form for the requests to count; the default is every kind of request in twelve months."""

    kind = forms.ChoiceField(
        label=_("Kind of request"),
        choices=[("", _("All requests")), *RequestKind.choices],
        required=False,
    )

    def __init__(self, asked: Mapping[str, str], *, auto_id: str = "id_%s") -> None:
        scope = FigureScope.usual(today())
        usual = {"from": scope.date_from.isoformat(), "to": scope.date_to.isoformat()}
        super().__init__(
            {**usual, **{name: value for name in asked if (value := asked[name])}}, auto_id=auto_id
        )
        # "from" is a Python keyword and cannot be an attribute of the class.
        self.fields["from"] = DayField(label=_("From"))
        self.fields["to"] = DayField(label=_("To"))
        self.order_fields(["from", "to"])

    def clean(self) -> dict[str, object]:
        """Return the cleaned data; refuse a period in wrong order, in the future or before 2018."""
        values = super().clean() or {}
        first, last = values.get("from"), values.get("to")
        if first and first > today():
            self.add_error("from", _("The first day lies in the future."))
        elif last and last < EARLIEST:
            self.add_error("to", _("Nothing was counted before 1 January 2018."))
        elif first and last and first > last:
            self.add_error("to", _("The last day must not come before the first day."))
        return values

    def to_scope(self, *, agency_code: str | None = None) -> FigureScope:
        """Return the scope, without days before ``EARLIEST`` and after today."""
        return FigureScope(
            date_from=max(self.cleaned_data["from"], EARLIEST),
            date_to=min(self.cleaned_data["to"], today()),
            kind=self.cleaned_data["kind"] or None,
            agency_code=agency_code,
        )


class PublicScopeForm(ScopeForm):
    """A ``ScopeForm`` for public pages, which counts whole months only.

    The period is extended to whole months, because two periods that differ by one day would reveal
    the cases of that day.
    """

    def to_scope(self, *, agency_code: str | None = None) -> FigureScope:
        """Return the scope, extended to whole months, but not beyond today."""
        asked = super().to_scope(agency_code=agency_code)
        next_month = (asked.date_to.replace(day=1) + timedelta(days=31)).replace(day=1)
        return replace(
            asked,
            date_from=asked.date_from.replace(day=1),
            date_to=min(next_month - timedelta(days=1), today()),
        )

"""Forms of plan, seats and invoices."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forms.edit_conflicts import EditForm
from shared.kernel.text import latin_digits
from shared.ui.fields import TokenField
from shared.ui.widgets import ExplainedRadioSelect
from tenants.billing.enums import Collection

MAX_SEATS = 5000
COLLECTION_HINTS = {
    Collection.CARD.value: _(
        "You pay on a page of Stripe, our payment provider. The card is charged automatically "
        "each month."
    ),
    Collection.TRANSFER.value: _(
        "The subscription starts at once. An invoice comes each month, due in 30 days."
    ),
}


class TokenForm(forms.Form):
    """Form of a button with a token, so that a second click makes no second order."""

    token = TokenField()


class EndingForm(TokenForm):
    """Form of the button that ends the subscription with its period, or cancels the end."""

    ends = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        widget=forms.HiddenInput,
    )


class SeatsField(forms.IntegerField):
    """Field of a number of seats, in Latin or Arabic-Indic digits."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(min_value=1, max_value=MAX_SEATS, **kwargs)  # type: ignore[arg-type]
        self.widget = forms.TextInput(
            attrs={"inputmode": "numeric", "dir": "ltr", "class": "input-short", "size": 6}
        )

    def to_python(self, value: object) -> int | None:
        """Parse the number in Latin or Arabic-Indic digits."""
        return super().to_python(latin_digits(value) if isinstance(value, str) else value)


class OrderForm(TokenForm):
    """Form of the first order of seats."""

    seats = SeatsField(
        label=_("Number of seats"), help_text=_("Each person who may sign in takes one seat.")
    )
    collection = forms.TypedChoiceField(
        label=_("How you pay"),
        choices=Collection.choices,
        coerce=Collection,
        widget=ExplainedRadioSelect(COLLECTION_HINTS),
    )


class SeatsForm(TokenForm):
    """Form of a new number of seats; ``seen``: the total in centimes to which the user agreed."""

    seats = SeatsField(label=_("Number of seats from today on"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DetailsForm(EditForm):
    """Form of the details on the invoices, such as name, tax number and address."""

    legal_name = forms.CharField(
        label=_("Name on the invoice"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    tax_id = forms.CharField(
        label=_("ICE"),
        max_length=30,
        help_text=_("Common identifier of the organisation: 15 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 20}),
    )
    address = forms.CharField(
        label=_("Address"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 8}),
    )
    city = forms.CharField(
        label=_("City"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("Stripe sends each invoice there.")
    )
    purchase_order = forms.CharField(
        label=_("Purchase order"),
        max_length=60,
        required=False,
        help_text=_("Its number is printed on each invoice from now on."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def clean_tax_id(self) -> str:
        """Return only the digits of the tax number; the service checks how many digits."""
        return re.sub(r"[\s.-]", "", latin_digits(self.cleaned_data["tax_id"]))

"""Forms of national oversight about plans, subscriptions and invoices."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.forms.workspaces import MAX_REASON_LENGTH, MIN_REASON
from public_portal.oversight.agencies.selectors.workspaces import plan_choices
from shared.kernel.text import latin_digits
from shared.ui.fields import DayField, LineField, NumberField, OneOfField, ProseField, TokenField
from shared.ui.widgets import ExplainedRadioSelect
from tenants.billing.types import Refund, Transfer

# A comma or point before three last digits: it may separate thousands or centimes.
TWO_WAYS = re.compile(r"[.,٫٬]\d{3}(?![\d.,٫٬])")


class PlanForm(forms.Form):
    """The form for the plan that an operator gives to an agency."""

    plan = OneOfField(label=_("Plan"), prompt=_("Choose a plan."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["plan"].choices = plan_choices()  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A form with an idempotency token, so that a double click has one effect only."""

    token = TokenField()


class EndForm(TokenForm):
    """The form with which national oversight ends a subscription."""

    when = OneOfField(
        label=_("When"),
        prompt=_("Choose when it ends."),
        choices=[("period", _("At the end of the paid period")), ("now", _("At once"))],
        widget=ExplainedRadioSelect(
            {
                "period": _("No payment is requested after that. Until then this can be revoked."),
                "now": _(
                    "Nothing is refunded automatically, and amounts already invoiced remain due."
                ),
            }
        ),
    )
    reason = ProseField(
        label=_("Why"),
        help_text=_("Its administrators will get this text by e-mail. At least 10 characters."),
        least=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    @property
    def is_at_once(self) -> bool:
        """Return whether the subscription ends at once; the form must be valid."""
        return bool(self.cleaned_data["when"] == "now")


class AmountField(NumberField):
    """A field for an amount in dirhams; ``120,505`` is refused: its comma has two meanings."""

    def clean(self, value: object) -> Decimal | None:  # type: ignore[override]
        """Return the amount or ``None``. Raises ``ValidationError`` if it is wrong or ambiguous."""
        found = super().clean(value)
        if TWO_WAYS.search(latin_digits(str(value))):
            raise forms.ValidationError(
                _(
                    "This can be read in two ways: three digits after a comma or a point may be "
                    "thousands. Write the dirhams without a separator and two digits for the "
                    "centimes, like 1200,00."
                ),
                code="ambiguous",
            )
        return found


class TransferForm(TokenForm):
    """The form for a bank transfer that was received, with its reference at the bank."""

    reference = LineField(
        label=_("Reference of the transfer at the bank"),
        help_text=_("As it stands on the statement of the account."),
        max_length=80,
        least=3,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    value_on = DayField(label=_("Value date"), help_text=_("From which day the bank counts it."))

    def to_transfer(self) -> Transfer:
        """Return the transfer; the form must be valid."""
        return Transfer(
            reference=self.cleaned_data["reference"], value_on=self.cleaned_data["value_on"]
        )


class RefundForm(TokenForm):
    """The form for the amount and the reason of a refund."""

    amount = AmountField(label=_("Amount in dirhams"), help_text=_("Like 120 or 120.50."))
    reason = LineField(label=_("Reason"), help_text=_("It is recorded in the log and at Stripe."))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def to_refund(self) -> Refund:
        """Return the refund; ``seen`` is the amount refunded before the page was shown."""
        given = self.cleaned_data
        return Refund(amount=int(given["amount"] * 100), seen=given["seen"], reason=given["reason"])

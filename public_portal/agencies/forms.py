"""What oversight sends about workspaces, one or many."""

import re
from decimal import Decimal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from public_portal.agencies.selectors import agency_names, plan_choices, region_choices, successors
from shared.kernel.text import Wording, latin_digits
from shared.ui.fields import DayField, LineField, NumberField, OneOfField, ProseField, TokenField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import ExplainedRadioSelect, OwnFileInput
from tenants.billing.types import Refund, Transfer
from tenants.bulk import MOST_BYTES, bulk_read
from tenants.bundle import recipient_parse
from tenants.enums import AgencyState, FleetOrder, Standing
from tenants.errors import BulkFileTooLarge
from tenants.types import Administrator, BulkSheet, Caretaker, FleetQuery


class RegionForm(forms.Form):
    """The region whose communes the template lists."""

    region = OneOfField(label=_("Region"), prompt=_("Choose a region."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = region_choices()


class BulkFileForm(forms.Form):
    """The list, as it comes from a spreadsheet."""

    file = forms.FileField(
        label=_("The list, as a CSV file"),
        help_text=_("At most 2,000 lines and 400 kB, in UTF-8, with commas or semicolons."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
        },
        widget=OwnFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    sheet: BulkSheet
    content: str

    def clean_file(self) -> UploadedFile[bytes]:
        """Read it whole: what is wrong with the file is told beside it."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        with refusals_as_form_errors():
            if (file.size or 0) > MOST_BYTES:
                raise BulkFileTooLarge
            content = file.read()
            self.sheet = bulk_read(content=content)
            self.content = content.decode("utf-8-sig")
        return file


class BulkTextForm(forms.Form):
    """The same list as the page of its check sends it back."""

    content = forms.CharField(max_length=MOST_BYTES, strip=False, widget=forms.HiddenInput)

    def to_sheet(self) -> BulkSheet:
        """Read anew: what the page has shown may be true no longer."""
        return bulk_read(content=str(self.cleaned_data["content"]).encode())


# Three digits after a sign, and no decimals behind them.
TWO_WAYS = re.compile(r"[.,٫٬]\d{3}(?![\d.,٫٬])")
LEAST_REASON = 10
LONGEST_REASON = 1_000
MOST_CARETAKERS = 3


class FleetForm(forms.Form):
    """Which agencies are listed, and in which order."""

    q = LineField(label=_("Code or name"), required=False, least=0, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Every state")), *AgencyState.choices], required=False
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[("", _("Every standing")), *Standing.choices],
        required=False,
    )
    order = forms.ChoiceField(label=_("Sorted by"), choices=FleetOrder.choices, required=False)
    unhealthy = forms.BooleanField(label=_("Only those that need somebody"), required=False)

    def to_query(self) -> FleetQuery:
        """The question, when the form is valid."""
        given = self.cleaned_data
        return FleetQuery(
            text=given["q"],
            state=AgencyState(given["state"]) if given["state"] else None,
            standing=Standing(given["standing"]) if given["standing"] else None,
            is_unhealthy=given["unhealthy"],
            order=FleetOrder(given["order"] or FleetOrder.CODE),
        )


class ActForm(forms.Form):
    """Nothing to fill in; ``code`` is the agency's."""

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.code = code


class ReasonForm(ActForm):
    """Why something is done to an agency."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its staff read this. At least 10 characters."),
        least=LEAST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class ArchiveForm(ReasonForm):
    """Why an agency is archived, and who succeeds it."""

    successor = forms.ChoiceField(
        label=_("Successor"),
        help_text=_("It answers for all bodies of this one from now on."),
        required=False,
    )

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, code=code, **kwargs)
        field = self.fields["successor"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [("", _("Whoever stands above each body")), *successors(code=code)]


class CaretakersForm(ReasonForm):
    """Why an agency is taken over, and who answers there."""

    name_1 = LineField(label=_("First caretaker: name"), max_length=120)
    email_1 = forms.EmailField(label=_("First caretaker: e-mail"), max_length=254)
    name_2 = LineField(label=_("Second caretaker: name"), max_length=120, required=False)
    email_2 = forms.EmailField(label=_("Second caretaker: e-mail"), max_length=254, required=False)
    name_3 = LineField(label=_("Third caretaker: name"), max_length=120, required=False)
    email_3 = forms.EmailField(label=_("Third caretaker: e-mail"), max_length=254, required=False)

    def clean(self) -> None:
        """Each line is whole or blank."""
        super().clean()
        for number in range(1, MOST_CARETAKERS + 1):
            for name, other in (("name", "email"), ("email", "name")):
                lacking = not self.cleaned_data.get(f"{name}_{number}")
                if lacking and self.cleaned_data.get(f"{other}_{number}"):
                    self._require(f"{name}_{number}")

    def to_caretakers(self) -> list[Caretaker]:
        """The people who were named, when the form is valid."""
        given = self.cleaned_data
        return [
            Caretaker(
                name=given[f"name_{number}"],
                email=given[f"email_{number}"].lower(),
                language=(get_language() or "ar")[:2],
            )
            for number in range(1, MOST_CARETAKERS + 1)
            if given[f"email_{number}"]
        ]

    def _require(self, field: str) -> None:
        if not self.has_error(field):
            self.add_error(field, _("Give both the name and the e-mail address."))


class InviteForm(ReasonForm):
    """Who becomes an administrator, and why."""

    name = LineField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address at work: with it they sign in and set their password."),
        max_length=254,
    )

    def to_person(self) -> Administrator:
        """The person, when the form is valid."""
        given = self.cleaned_data
        return Administrator(
            name=given["name"],
            email=given["email"].lower(),
            language=(get_language() or "ar")[:2],
        )


class RenameForm(ActForm):
    """The name of an agency in the three languages."""

    name_ar = LineField(
        label=_("Name in Arabic"), widget=forms.TextInput(attrs={"lang": "ar", "dir": "rtl"})
    )
    name_fr = LineField(
        label=_("Name in French"), widget=forms.TextInput(attrs={"lang": "fr", "dir": "ltr"})
    )
    name_en = LineField(
        label=_("Name in English"), widget=forms.TextInput(attrs={"lang": "en", "dir": "ltr"})
    )

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        names = agency_names(code=code)
        initial = {"name_ar": names.ar, "name_fr": names.fr, "name_en": names.en}
        super().__init__(*args, code=code, initial=initial, **kwargs)

    def to_names(self) -> Wording:
        """The names, when the form is valid."""
        given = self.cleaned_data
        return Wording(ar=given["name_ar"], fr=given["name_fr"], en=given["name_en"])


class HostForm(ActForm):
    """A host name of its own."""

    host = LineField(
        label=_("Host name"),
        help_text=_("Like reclamations.example.ma. Its owner makes it lead to the portal."),
        max_length=253,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "inputmode": "url"}),
    )


class CodeForm(ActForm):
    """The agency's code, typed by hand, so that nobody destroys the one beside it."""

    typed_code = LineField(
        label=_("Code of the workspace, typed by hand"),
        max_length=50,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class DestroyForm(ReasonForm, CodeForm):
    """Why an agency shall be destroyed, and that it is really this one."""

    waiver = ProseField(
        label=_("Without a bundle: why none is needed"),
        help_text=_("Blank where a bundle was exported since the archiving."),
        required=False,
        least=0,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class PlanForm(forms.Form):
    """Another plan, given by hand."""

    plan = OneOfField(label=_("Plan"), prompt=_("Choose a plan."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["plan"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = plan_choices()


class TokenForm(forms.Form):
    """A button; the token makes a second click the same as the first."""

    token = TokenField()


class EndForm(TokenForm):
    """How and why oversight ends a subscription."""

    when = OneOfField(
        label=_("When"),
        prompt=_("Choose when it ends."),
        choices=[("period", _("With the period that is paid for")), ("now", _("At once"))],
        widget=ExplainedRadioSelect(
            {
                "period": _(
                    "Nothing more is asked for after that. Until then it can be taken back."
                ),
                "now": _("No money goes back by itself, and what was invoiced already stays due."),
            }
        ),
    )
    reason = ProseField(
        label=_("Why"),
        help_text=_("Its administrators read this in a letter. At least 10 characters."),
        least=LEAST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    @property
    def is_at_once(self) -> bool:
        """Whether it shall be over now; when the form is valid."""
        return bool(self.cleaned_data["when"] == "now")


class AmountField(NumberField):
    """Dirhams and centimes. ``120,505`` is not guessed at: it may be meant in two ways."""

    def clean(self, value: object) -> Decimal | None:  # type: ignore[override]
        """The amount, or nothing."""
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
    """Money that has come: as the bank's paper names it."""

    reference = LineField(
        label=_("Reference of the transfer at the bank"),
        help_text=_("As it stands on the statement of the account."),
        max_length=80,
        least=3,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    value_on = DayField(label=_("Value date"), help_text=_("From which day the bank counts it."))

    def to_transfer(self) -> Transfer:
        """The transfer, when the form is valid."""
        given = self.cleaned_data
        return Transfer(reference=given["reference"], value_on=given["value_on"])


class RefundForm(TokenForm):
    """Money that is given back, and why."""

    amount = AmountField(label=_("Amount in dirhams"), help_text=_("Like 120 or 120.50."))
    reason = LineField(label=_("Reason"), help_text=_("It stands in the log and at Stripe."))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def to_refund(self) -> Refund:
        """The money, and how much had gone back when the page was made."""
        given = self.cleaned_data
        return Refund(amount=int(given["amount"] * 100), seen=given["seen"], reason=given["reason"])


class RecipientForm(forms.Form):
    """The public half of the agency's own key: whoever exports on its behalf cannot read it."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its administrators read this. At least 10 characters."),
        least=LEAST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    recipient = forms.CharField(
        label=_("Public key of the administration"),
        help_text=_("A key of age: it begins with age1. The administration makes it and sends it."),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_recipient(self) -> str:
        """Refused beside the field."""
        with refusals_as_form_errors():
            return recipient_parse(str(self.cleaned_data["recipient"]))

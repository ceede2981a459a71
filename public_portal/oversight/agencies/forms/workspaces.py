"""What oversight sends about workspaces, one or many."""

from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.selectors import agency_names, other_hosts, successors
from shared.kernel.text import Wording
from shared.ui.fields import (
    LineField,
    ProseField,
    answers_replace,
)
from shared.ui.messages import refusals_as_form_errors
from tenants.agency_export.services.encryption import recipient_parse
from tenants.billing.enums import BillingStatus
from tenants.fleet.enums import FleetOrder
from tenants.fleet.types import ActingOfficer, Administrator, FleetQuery
from tenants.models.enums import AgencyState

MIN_REASON = 10
MAX_REASON_LENGTH = 1_000
MAX_CARETAKERS = 3


class FleetForm(forms.Form):
    """Which agencies are listed, and in which order."""

    q = LineField(label=_("Code or name"), required=False, least=0, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Every state")), *AgencyState.choices], required=False
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[("", _("Every payment status")), *BillingStatus.choices],
        required=False,
    )
    order = forms.ChoiceField(label=_("Sorted by"), choices=FleetOrder.choices, required=False)
    unhealthy = forms.BooleanField(label=_("Only those that need action"), required=False)

    def to_query(self) -> FleetQuery:
        """The question, when the form is valid."""
        given = self.cleaned_data
        return FleetQuery(
            text=given["q"],
            state=AgencyState(given["state"]) if given["state"] else None,
            standing=BillingStatus(given["standing"]) if given["standing"] else None,
            is_unhealthy=given["unhealthy"],
            order=FleetOrder(given["order"] or FleetOrder.CODE),
        )


class ActForm(forms.Form):
    """Nothing to fill in; ``code`` is the agency's."""

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.code = code


class ApprovalForm(ActForm):
    """Nothing to fill in; the page says which asking was read on it."""

    approval = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def show(self, approval_id: UUID | None) -> None:
        """Send along which one stands on the page, also when the form is shown again."""
        if self.is_bound:
            answers_replace(self, approval=approval_id or "")
        else:
            self.initial["approval"] = approval_id

    @property
    def approval_id(self) -> UUID | None:
        """The one that was read, when the form is valid."""
        read: UUID | None = self.cleaned_data["approval"]
        return read


class ReasonForm(ActForm):
    """Why something is done to an agency."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its staff read this. At least 10 characters."),
        least=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
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


class ActingOfficersForm(ReasonForm):
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
        for number in range(1, MAX_CARETAKERS + 1):
            for name, other in (("name", "email"), ("email", "name")):
                lacking = not self.cleaned_data.get(f"{name}_{number}")
                if lacking and self.cleaned_data.get(f"{other}_{number}"):
                    self._require(f"{name}_{number}")

    def to_caretakers(self) -> list[ActingOfficer]:
        """The people who were named, when the form is valid."""
        given = self.cleaned_data
        return [
            ActingOfficer(
                name=given[f"name_{number}"],
                email=given[f"email_{number}"].lower(),
                language=(get_language() or "ar")[:2],
            )
            for number in range(1, MAX_CARETAKERS + 1)
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


class HostForm(ReasonForm):
    """A host name of its own, and why."""

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


class DestroyConfirmForm(ApprovalForm, CodeForm):
    """The order that was read, and that it is about this agency."""


class PrimaryHostForm(ReasonForm):
    """Which of its host names letters lead to, and why."""

    host = forms.ChoiceField(label=_("Main host name"))

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, code=code, **kwargs)
        field = self.fields["host"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [("", _("Choose a host name.")), *other_hosts(code=code)]


class DestroyForm(ReasonForm, CodeForm):
    """Why an agency shall be destroyed, and that it is really this one."""

    waiver = ProseField(
        label=_("Without an export: why none is needed"),
        help_text=_("Leave blank where an export was made since the archiving."),
        required=False,
        least=0,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class RecipientForm(forms.Form):
    """The public half of the agency's own key: whoever exports on its behalf cannot read it."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its administrators read this. At least 10 characters."),
        least=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
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

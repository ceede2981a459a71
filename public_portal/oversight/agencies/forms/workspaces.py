"""Forms for the list of agencies, and for the actions on a workspace."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.selectors.workspaces import (
    agency_names,
    may_have_host,
    other_hosts,
    successors,
)
from shared.forms.edit_conflicts import EditForm
from shared.kernel.text import Wording
from shared.ui.fields import LineField, ProseField, answers_replace
from shared.ui.links import page_language
from shared.ui.messages import refusals_as_form_errors
from tenants.agency_export.services.encryption import recipient_parse
from tenants.billing.enums import BillingStatus
from tenants.fleet.enums import FleetOrder
from tenants.fleet.types import ActingOfficer, Administrator, FleetQuery
from tenants.models.enums import AgencyState

MIN_REASON = 10
MAX_REASON_LENGTH = 1_000
MAX_ACTING_OFFICERS = 3


class FleetForm(forms.Form):
    """The form for the filter and the order of the list of agencies."""

    q = LineField(label=_("Code or name"), required=False, least=0, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Every state")), *((one.value, one.plural_label) for one in AgencyState)],
        required=False,
    )
    standing = forms.ChoiceField(
        label=_("Payment status"),
        choices=[("", _("Every payment status")), *BillingStatus.choices],
        required=False,
    )
    order = forms.ChoiceField(label=_("Sorted by"), choices=FleetOrder.choices, required=False)
    unhealthy = forms.BooleanField(label=_("Only those that need action"), required=False)

    def to_query(self) -> FleetQuery:
        """Return the query; the form must be valid."""
        given = self.cleaned_data
        return FleetQuery(
            text=given["q"],
            state=AgencyState(given["state"]) if given["state"] else None,
            billing_state=BillingStatus(given["standing"]) if given["standing"] else None,
            is_unhealthy=given["unhealthy"],
            order=FleetOrder(given["order"] or FleetOrder.CODE),
        )


class ActionForm(forms.Form):
    """The base form of an action on the agency with the code ``code``."""

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.code = code

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the action, without agency and actor; the form must be valid."""
        return self.cleaned_data

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Set the choices of a field."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class ApprovalForm(ActionForm):
    """The form of an action on an approval; its hidden field is the id of the shown approval."""

    approval = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def show(self, approval_id: UUID | None) -> None:
        """Set the id of the approval that the page shows, also in a bound form."""
        if self.is_bound:
            answers_replace(self, approval=approval_id or "")
        else:
            self.initial["approval"] = approval_id

    def arguments(self) -> dict[str, Any]:
        """Return the id of the approval that was shown."""
        return {"approval_id": self.cleaned_data["approval"]}


class HostApprovalForm(ApprovalForm):
    """The form that approves a custom host name, which the agency's plan must include."""

    def arguments(self) -> dict[str, Any]:
        """Return the id of the approval, and whether the plan includes a custom host name."""
        return super().arguments() | {"is_allowed": may_have_host(code=self.code)}


class ReasonForm(ActionForm):
    """The form for the reason of an action on an agency."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its staff read this. At least 10 characters."),
        least=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class ArchiveForm(ReasonForm):
    """The form for the reason why an agency is archived, and for the agency's successor."""

    successor = forms.ChoiceField(
        label=_("Successor"),
        help_text=_(
            "It will handle the requests of all bodies of this administration from now on."
        ),
        required=False,
    )

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, code=code, **kwargs)
        self.offer(
            "successor",
            [("", _("The supervising administration of each body")), *successors(code=code)],
        )

    def arguments(self) -> dict[str, Any]:
        """Return the reason and the successor."""
        given = self.cleaned_data
        return {"reason": given["reason"], "successor_code": given["successor"]}


class ActingOfficersForm(ReasonForm):
    """The form for the reason of an acting administration, and for the acting officers."""

    name_1 = LineField(label=_("First acting officer: name"), max_length=120)
    email_1 = forms.EmailField(label=_("First acting officer: e-mail"), max_length=254)
    name_2 = LineField(label=_("Second acting officer: name"), max_length=120, required=False)
    email_2 = forms.EmailField(
        label=_("Second acting officer: e-mail"), max_length=254, required=False
    )
    name_3 = LineField(label=_("Third acting officer: name"), max_length=120, required=False)
    email_3 = forms.EmailField(
        label=_("Third acting officer: e-mail"), max_length=254, required=False
    )

    def clean(self) -> None:
        """Require for each person both name and e-mail address, or neither of the two."""
        super().clean()
        for number in range(1, MAX_ACTING_OFFICERS + 1):
            for name, other in (("name", "email"), ("email", "name")):
                field = f"{name}_{number}"
                is_lacking = not self.cleaned_data.get(field) and not self.has_error(field)
                if is_lacking and self.cleaned_data.get(f"{other}_{number}"):
                    self.add_error(field, _("Give both the name and the e-mail address."))

    def arguments(self) -> dict[str, Any]:
        """Return the reason and the acting officers."""
        given = self.cleaned_data
        people = [
            ActingOfficer(
                name=given[f"name_{number}"],
                email=given[f"email_{number}"].lower(),
                language=page_language(),
            )
            for number in range(1, MAX_ACTING_OFFICERS + 1)
            if given[f"email_{number}"]
        ]
        return {"reason": given["reason"], "acting_officers": people}


class InviteForm(ReasonForm):
    """The form for the person who becomes an administrator, and for the reason."""

    name = LineField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address at work: with it they sign in and set their password."),
        max_length=254,
    )

    def arguments(self) -> dict[str, Any]:
        """Return the reason and the person."""
        given = self.cleaned_data
        person = Administrator(
            name=given["name"], email=given["email"].lower(), language=page_language()
        )
        return {"reason": given["reason"], "person": person}


class RenameForm(EditForm, ActionForm):
    """The form for the name of an agency in the three languages."""

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
        super().__init__(*args, code=code, initial=agency_names(code=code), **kwargs)

    def arguments(self) -> dict[str, Any]:
        """Return the names."""
        given = self.cleaned_data
        return {"names": Wording(ar=given["name_ar"], fr=given["name_fr"], en=given["name_en"])}


class HostForm(ReasonForm):
    """The form for a new host name of the agency, and for the reason."""

    host = LineField(
        label=_("Host name"),
        help_text=_(
            "For example: reclamations.example.ma. The owner of the domain points it to the portal."
        ),
        max_length=253,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "inputmode": "url"}),
    )

    def arguments(self) -> dict[str, Any]:
        """Return host and reason, and whether the plan includes a custom host name."""
        return {**self.cleaned_data, "is_allowed": may_have_host(code=self.code)}


class CodeForm(ActionForm):
    """A form for the agency's code, which must be typed so that nobody picks a wrong agency."""

    typed_code = LineField(
        label=_("Code of the workspace, typed by hand"),
        max_length=50,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class OrderForm(ApprovalForm):
    """A form whose hidden field is the id of the shown destroy order."""

    def arguments(self) -> dict[str, Any]:
        """Return the id of the order that was shown."""
        return {"order_id": self.cleaned_data["approval"]}


class DestroyConfirmForm(OrderForm, CodeForm):
    """The form that approves the shown destroy order; the agency's code must be typed."""

    def arguments(self) -> dict[str, Any]:
        """Return the id of the order and the typed code."""
        return super().arguments() | {"typed_code": self.cleaned_data["typed_code"]}


class PrimaryHostForm(ReasonForm):
    """The form for the agency's main host name, which links in e-mails use, and the reason."""

    host = forms.ChoiceField(label=_("Main host name"))

    def __init__(self, *args: object, code: str, **kwargs: object) -> None:
        super().__init__(*args, code=code, **kwargs)
        self.offer("host", [("", _("Choose a host name.")), *other_hosts(code=code)])


class DestroyForm(ReasonForm, CodeForm):
    """The form that asks to destroy an agency, with the reason and the typed code."""

    waiver = ProseField(
        label=_("Without an export: why none is needed"),
        help_text=_("Leave blank where an export was made since the archiving."),
        required=False,
        least=0,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class RecipientForm(forms.Form):
    """The form for the age recipient with which the agency's export is encrypted."""

    reason = ProseField(
        label=_("Why"),
        help_text=_("Its administrators read this. At least 10 characters."),
        least=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    recipient = forms.CharField(
        label=_("Public key of the administration"),
        help_text=_(
            "A public key of the program “age”: it begins with age1. The administration "
            "makes it and sends it to you."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_recipient(self) -> str:
        """Return the parsed age recipient."""
        with refusals_as_form_errors():
            return recipient_parse(str(self.cleaned_data["recipient"]))

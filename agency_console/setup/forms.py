"""What an officer chooses for themselves."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.notifications.enums import Delivery, NoticeKind
from shared.ui.links import OWN_NAMES


class SettingsForm(forms.Form):
    """Language, keyboard shortcuts, and what opens after sending."""

    language = forms.ChoiceField(
        label=_("Language"), choices=list(OWN_NAMES.items()), widget=forms.RadioSelect
    )
    shortcuts = forms.BooleanField(
        label=_("Single-key keyboard shortcuts"),
        help_text=_("In the inbox and in cases. The key ? shows them all."),
        required=False,
    )
    opens_next_case = forms.BooleanField(
        label=_("After sending, open the next case of the same list"), required=False
    )


class EmailsForm(forms.Form):
    """How somebody wants to hear of each kind of thing: one row of buttons for each."""

    prefix = "email"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind in NoticeKind:
            self.fields[kind] = forms.ChoiceField(
                label=kind.label, choices=Delivery.choices, widget=forms.RadioSelect
            )

    def to_deliveries(self) -> Mapping[NoticeKind, Delivery]:
        """What was chosen."""
        return {kind: Delivery(self.cleaned_data[kind]) for kind in NoticeKind}

"""Forms of an officer's own settings, and of the agency's escalation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.complaints.enums import Audience, EventKind
from shared.complaints.types.escalation import BOUNDS, REMINDERS, Chain, ChainStep
from shared.forms.edit_conflicts import EditForm
from shared.notifications.enums import Delivery, NoticeKind
from shared.ui.links import OWN_NAMES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class SettingsForm(forms.Form):
    """Form of language, keyboard shortcuts, and the page after sending."""

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
    """Form in which an officer chooses for each kind of notice when e-mails are sent."""

    prefix = "email"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind in NoticeKind:
            self.fields[kind] = forms.ChoiceField(
                label=kind.label, choices=Delivery.choices, widget=forms.RadioSelect
            )

    def to_deliveries(self) -> Mapping[NoticeKind, Delivery]:
        """Return the chosen delivery of each kind of notice."""
        return {kind: Delivery(self.cleaned_data[kind]) for kind in NoticeKind}


_OUT_OF_BOUNDS = _("Choose a number of days from %(least)d to %(most)d.")


class DaysField(forms.IntegerField):
    """Field of the count of days between the last day of the term and an escalation step."""

    def __init__(
        self, kind: EventKind, *, label: "_StrOrPromise", help_text: "_StrOrPromise"
    ) -> None:
        least, most = sorted(map(abs, BOUNDS[kind]))
        is_reminder = kind in REMINDERS
        super().__init__(
            label=label,
            help_text=help_text,
            min_value=least,
            max_value=most,
            required=not is_reminder,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"),
                _OUT_OF_BOUNDS % {"least": least, "most": most},
            ),
        )


class EscalationForm(EditForm):
    """Form of the day of each step of the escalation, and of the people who get reminders.

    A field has the name of the step's kind, so that a refusal of the service is shown beside the
    field.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        before = _("Days before the last day, from 1 to 30. Leave it empty to send none.")
        labels = {
            EventKind.TERM_IN_15: (_("First reminder"), before),
            EventKind.TERM_IN_5: (_("Second reminder"), before),
            EventKind.ESCALATED_UNIT: (
                _("To the head of the unit"),
                _("Days after the last day, from 1 to 5."),
            ),
            EventKind.ESCALATED_AGENCY: (
                _("To the head of the administration"),
                _("Days after the last day, from 3 to 10, and not before the head of the unit."),
            ),
            EventKind.ESCALATED_OVERSIGHT: (
                _("To national oversight"),
                _(
                    "Days after the last day: 15 at most. You may bring it earlier, not later, and "
                    "not before the head of the administration."
                ),
            ),
        }
        audiences = {
            EventKind.TERM_IN_15: _("Who gets the first reminder"),
            EventKind.TERM_IN_5: _("Who gets the second reminder"),
            EventKind.TERM_REACHED: _("Who gets the e-mail of the last day"),
        }
        for kind in (EventKind.TERM_IN_15, EventKind.TERM_IN_5, EventKind.TERM_REACHED):
            if kind in labels:
                label, hint = labels.pop(kind)
                self.fields[kind.value] = DaysField(kind, label=label, help_text=hint)
            self.fields[f"{kind.value}_audience"] = forms.ChoiceField(
                label=audiences[kind], choices=Audience.choices, widget=forms.RadioSelect
            )
        for kind, (label, hint) in labels.items():
            self.fields[kind.value] = DaysField(kind, label=label, help_text=hint)

    def to_steps(self) -> list[ChainStep]:
        """Return the steps of the escalation; a reminder without a day is inactive."""
        return [self._step(kind) for kind in BOUNDS]

    def _step(self, kind: EventKind) -> ChainStep:
        given = self.cleaned_data
        days = given.get(kind.value, 0)
        is_active = days is not None
        sign = -1 if kind in REMINDERS else 1
        return ChainStep(
            kind=kind,
            # An inactive reminder also needs a day within the bounds.
            days=sign * days if is_active else -1,
            is_active=is_active,
            audience=Audience(given.get(f"{kind.value}_audience", Audience.HEAD)),
        )


def escalation_initial(chain: Chain) -> Mapping[str, object]:
    """Return the initial values of the escalation form."""
    shown: dict[str, object] = {}
    for step in chain:
        shown[step.kind.value] = abs(step.days) if step.is_active else None
        shown[f"{step.kind.value}_audience"] = step.audience.value
    return shown

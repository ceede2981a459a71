"""Form in which supervisors write a reply template."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.access.forms import moment_read
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.errors import UnknownVariable
from agency_console.reply_templates.presenters.placeholders import PART_LABELS, unknown_variables
from agency_console.reply_templates.types import PARTS, TemplateDraft
from shared.complaints.enums import Language, Outcome
from shared.complaints.errors import PromiseWithoutText
from shared.complaints.services import MAX_PROMISE
from shared.ui.fields import answers_replace
from shared.ui.messages import refusal_error

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# With these maxima, the parts of a reply and their headings fit into one message.
LONG_PART = 5_000
PART = 1_500
# An invalid time becomes this time, which is a conflict, so that no change of a colleague is lost.
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class WrittenField(forms.CharField):
    """Field of several lines in any language, with line ends of one character."""

    def __init__(
        self,
        *,
        label: "_StrOrPromise",
        help_text: "_StrOrPromise" = "",
        max_length: int = PART,
        rows: int = 4,
        required: bool = True,
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=max_length,
            required=required,
            widget=forms.Textarea(attrs={"rows": str(rows), "dir": "auto"}),
        )

    def to_python(self, value: object) -> str | None:
        """Make each line end one character, as browsers count it; browsers send two characters."""
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        return super().to_python(value)


class TemplateForm(forms.Form):
    """Form of a template; ``made_from``: time of its last change, blank for a new template."""

    mark_optional = True
    made_from = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the template"),
        help_text=_("Officers choose the template by it. Citizens do not see it."),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    language = forms.TypedChoiceField(
        label=_("Language of the text"),
        help_text=_("The template is offered for cases in this language only."),
        choices=Language,
        coerce=Language,
    )
    outcome = forms.TypedChoiceField(
        label=_("Outcome"),
        help_text=_(
            "Without an outcome, the officer chooses it. To reply to many cases at once with this "
            "template, an outcome is needed."
        ),
        choices=[("", _("The officer chooses it")), *Outcome.choices],
        coerce=Outcome,
        empty_value=None,
        required=False,
    )
    facts = WrittenField(label=PART_LABELS["facts"], max_length=LONG_PART, rows=6, required=False)
    rule = WrittenField(label=PART_LABELS["rule"], max_length=PART, rows=4, required=False)
    decision = WrittenField(label=PART_LABELS["decision"], max_length=PART, rows=4, required=False)
    remedy = WrittenField(label=PART_LABELS["remedy"], max_length=PART, rows=4, required=False)
    promised_days = forms.IntegerField(
        label=_("Days until it is done"),
        help_text=_(
            "For replies that uphold the request: from the day of the reply to the day that it "
            "names. 0: it is done already. Without a number, the officer chooses the day, and the "
            "template cannot reply to many cases at once."
        ),
        min_value=0,
        max_value=MAX_PROMISE.days,
        required=False,
    )
    body = WrittenField(label=PART_LABELS["body"], max_length=LONG_PART, rows=8, required=False)

    def __init__(self, *args: Any, act: TemplateAct, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        unused = (
            ("body",) if act == TemplateAct.REPLY else (*PARTS[:-1], "outcome", "promised_days")
        )
        for name in unused:
            del self.fields[name]
        if not is_new:
            # The language cannot change, because a text in another language is a new template.
            self.fields["language"].disabled = True

    def clean(self) -> dict[str, Any] | None:
        """Refuse unknown variables; require a text, and for ``promised_days`` a remedy."""
        cleaned = super().clean()
        texts = {part: self.cleaned_data.get(part, "") for part in PARTS if part in self.fields}
        for part, text in texts.items():
            if unknown := unknown_variables(text):
                self.add_error(part, refusal_error(UnknownVariable(field=part, name=unknown[0])))
        if not self.errors and not any(texts.values()):
            self.add_error(next(iter(texts)), _("Write a text."))
        if self.cleaned_data.get("promised_days") and not texts.get("remedy", "").strip():
            self.add_error("remedy", refusal_error(PromiseWithoutText(field="remedy")))
        return cleaned

    def to_draft(self) -> TemplateDraft:
        """Return the template as data for the service."""
        given = dict(self.cleaned_data)
        del given["made_from"]
        return TemplateDraft(act=self.act, **given)

    def made_at(self) -> datetime:
        """Return when the template shown in the form was last changed.

        An invalid value counts as ``LONG_AGO``.
        """
        found = moment_read(str(self.data.get("made_from", "")))
        return found if found is not None and found.tzinfo is not None else LONG_AGO

    def rebase(self, changed_at: datetime) -> None:
        """Bind the form to another version of the template and keep everything that was typed."""
        answers_replace(self, made_from=changed_at.isoformat())

"""What is typed on the pages of questions and answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.kernel.text import clean_text


class SearchForm(forms.Form):
    """A question in a reader's own words."""

    q = forms.CharField(
        label=_("Your question, in a few words"),
        help_text=_("In Arabic, French, English or darija."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def words(self) -> str:
        """What was typed, cleaned; blank when there is nothing to look for."""
        return clean_text(self.cleaned_data["q"]).strip() if self.is_valid() else ""


class VoteForm(forms.Form):
    """Whether an answer helped."""

    useful = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])

    def is_useful(self) -> bool:
        """Whether the reader said yes."""
        return bool(self.cleaned_data["useful"] == "yes")

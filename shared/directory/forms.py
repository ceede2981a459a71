"""Forms to find a body: by words, by topic and place, or in the tree of bodies."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"^[a-z0-9-]{1,64}\Z")
MAX_QUERY_LENGTH = 100


class SearchForm(forms.Form):
    """The form for words that name a public body, in Arabic, French, English or Latin darija."""

    q = forms.CharField(
        label=_("Name of the organisation, or what it is about"),
        help_text=_(
            "In Arabic, French or Latin letters; an abbreviation will do. For example: "
            "الجماعة, impôts, ONEE, lma."
        ),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )

    def words(self) -> str:
        """Return the words to search for; blank for invalid input."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class TopicForm(forms.Form):
    """The form for a topic that needs a place, and for the name of the place."""

    topic = forms.RegexField(CODE, max_length=64, required=False)
    place = forms.CharField(
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )

    def to_topic(self) -> str:
        """Return the code of the topic; blank for invalid input."""
        self.is_valid()
        return str(self.cleaned_data.get("topic", ""))

    def to_place(self) -> str:
        """Return the name of the place; blank for invalid input."""
        self.is_valid()
        return str(self.cleaned_data.get("place", ""))


class BrowseForm(forms.Form):
    """The form for a branch of the tree of bodies: a kind of body, or a body."""

    browse = forms.RegexField(CODE, max_length=64, required=False)

    def to_branch(self) -> str:
        """Return the kind, or the code of the body; blank for the top and for invalid input."""
        return str(self.cleaned_data["browse"]) if self.is_valid() else ""


class LinkedBodyForm(forms.Form):
    """The form for the body that a link to the portal names."""

    organisation = forms.RegexField(CODE, max_length=64, required=False)

    def to_code(self) -> str:
        """Return the code of the body; blank for invalid input."""
        return str(self.cleaned_data["organisation"]) if self.is_valid() else ""

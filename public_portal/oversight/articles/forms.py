"""Forms of national oversight about articles and missed searches."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared.directory.errors import OrganisationNotFound
from shared.directory.selectors.organisations import organisation_get
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.knowledge_base.enums import ArticleView, SearchView, Topic
from shared.knowledge_base.types import ArticleText
from shared.register.forms import DayField
from shared.ui.fields import LineField, OneOfField, ProseField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import Words

MAX_ANSWER_LENGTH = 4000
MAX_KEYWORDS_LENGTH = 2000
LANGUAGES = ("ar", "fr", "en")
_BEFORE_SIGN = re.compile(r" (?=[;:?!»])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")


class ArticlesForm(forms.Form):
    """The form for the filter of the list of articles."""

    view = forms.ChoiceField(label=_("Show"), choices=ArticleView.choices, required=False)

    def chosen(self) -> ArticleView:
        """Return the chosen filter, or "all articles" without a valid value."""
        self.full_clean()
        return ArticleView(self.cleaned_data.get("view") or ArticleView.ALL)


class SearchesForm(forms.Form):
    """The form for the filter of the list of missed searches."""

    view = forms.ChoiceField(label=_("Show"), choices=SearchView.choices, required=False)
    settled = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def chosen(self) -> tuple[SearchView, int | None]:
        """Return the chosen filter, and the id of the search that was just settled or ``None``."""
        self.full_clean()
        given = self.cleaned_data
        return SearchView(given.get("view") or SearchView.OPEN), given.get("settled")


def _written_in(language: str) -> dict[str, str]:
    return {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}


def _question(label: Words, language: str) -> LineField:
    return LineField(label=label, least=5, widget=forms.TextInput(attrs=_written_in(language)))


def _answer(label: Words, language: str) -> ProseField:
    return ProseField(
        label=label,
        least=10,
        max_length=MAX_ANSWER_LENGTH,
        help_text=_(
            "An empty line between paragraphs, a hyphen and a space before each line of a list."
        ),
        widget=forms.Textarea(attrs={"rows": 10, **_written_in(language)}),
    )


def _source(label: Words, language: str) -> LineField:
    return LineField(
        label=label, required=False, widget=forms.TextInput(attrs=_written_in(language))
    )


class ArticleForm(forms.Form):
    """The form for an article in three languages; ``version``: the version the writer has read."""

    mark_optional = True

    topic = OneOfField(label=_("Topic"), choices=Topic.choices, prompt=_("Choose a topic."))
    organisation = forms.SlugField(
        label=_("Organisation"),
        help_text=_(
            "Its code, as in the address of its page: health, cnss. Blank: for the whole country."
        ),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "class": "input-short"}),
    )
    question_ar = _question(_("Question in Arabic"), "ar")
    answer_ar = _answer(_("Answer in Arabic"), "ar")
    legal_ar = _source(_("Legal source in Arabic"), "ar")
    question_fr = _question(_("Question in French"), "fr")
    answer_fr = _answer(_("Answer in French"), "fr")
    legal_fr = _source(_("Legal source in French"), "fr")
    question_en = _question(_("Question in English"), "en")
    answer_en = _answer(_("Answer in English"), "en")
    legal_en = _source(_("Legal source in English"), "en")
    keywords = ProseField(
        label=_("Other words for the same question"),
        help_text=_("In any language and script, darija too. They are searched and never shown."),
        max_length=MAX_KEYWORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    reviewed_on = DayField(label=_("Reviewed on"))
    version = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )

    @classmethod
    def of(cls, text: ArticleText, *, version: int) -> "ArticleForm":
        """Return the form filled with an article."""
        wordings = {
            "question": text.questions,
            "answer": text.answers,
            "legal": text.legal_sources,
        }
        initial: dict[str, object] = {
            "topic": text.topic,
            "organisation": text.organisation,
            "keywords": text.keywords,
            "reviewed_on": text.reviewed_on,
            "version": version,
            **{
                f"{name}_{language}": wording.text(language)
                for name, wording in wordings.items()
                for language in LANGUAGES
            },
        }
        return cls(initial=initial)

    def clean_organisation(self) -> str:
        """Return the code of a body in the directory, or ""."""
        code: str = self.cleaned_data["organisation"]
        with refusals_as_form_errors(only=(OrganisationNotFound,)):
            return organisation_get(code=code).code if code else ""

    def clean_reviewed_on(self) -> object:
        """Return the day of the review; require a day that is not in the future."""
        day = self.cleaned_data["reviewed_on"]
        if day > clock.today():
            raise ValidationError(_("This day lies in the future."), code="future")
        return day

    def clean(self) -> dict[str, object]:
        """Return the values; require a legal source in all languages or in none."""
        values = super().clean() or {}
        sources = [f"legal_{language}" for language in LANGUAGES]
        is_given = any(values.get(name) for name in sources)
        for name in [name for name in sources if is_given and values.get(name) == ""]:
            self.add_error(name, _("Give the legal source in all three languages."))
        return values

    def to_text(self) -> ArticleText:
        """Return the article; the form must be valid."""
        return ArticleText(
            topic=self.cleaned_data["topic"],
            organisation=self.cleaned_data["organisation"],
            reviewed_on=self.cleaned_data["reviewed_on"],
            questions=self._wording("question"),
            answers=self._wording("answer"),
            legal_sources=self._wording("legal"),
            keywords=self.cleaned_data["keywords"],
        )

    def read_version(self) -> int:
        """Return the version that the writer has read, or -1 if no version was sent."""
        version = self.cleaned_data.get("version")
        return -1 if version is None else int(version)

    def _wording(self, name: str) -> Wording:
        ar, fr, en = (self.cleaned_data[f"{name}_{language}"] for language in LANGUAGES)
        return Wording(ar=ar, fr=_french_spaces(fr), en=en)


def _french_spaces(text: str) -> str:
    # Without a no-break space, a French "?" or ":" could begin a line.
    return _AFTER_QUOTE.sub("\N{NO-BREAK SPACE}", _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", text))


class NewArticleForm(ArticleForm):
    """The form for a new article, with the slug of its page."""

    slug = forms.SlugField(
        label=_("Address of the page"),
        help_text=_(
            "Latin letters, digits and hyphens, for example lost-identity-card. It "
            "cannot be changed later."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    field_order = ["slug"]


class SettleForm(forms.Form):
    """The form in which the article that answers a missed search is chosen."""

    article = OneOfField(
        label=_("Article"), prompt=_("Choose the article that answers this search.")
    )

    def __init__(
        self,
        data: object = None,
        *,
        choices: list[tuple[str, list[tuple[str, str]]]],
    ) -> None:
        super().__init__(data=data)  # type: ignore[arg-type]
        # Without an empty first choice, the first article could be sent by mistake.
        self.fields["article"].choices = [("", ""), *choices]  # type: ignore[attr-defined]

import re

from django import forms
from django.template import Context, Template
from django.utils.translation import override

from shared.ui.widgets import ExplainedRadioSelect, FacesRadioSelect, OwnFileInput


class QuestionForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your card.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("a", "One"), ("b", "Two")],
        widget=ExplainedRadioSelect(hints={"a": "The first."}),
    )
    token = forms.CharField(widget=forms.HiddenInput)


def summary(form):
    source = '{% include "components/error_summary.html" with form=form only %}'
    with override("en"):
        return Template(source).render(Context({"form": form})).strip()


def attributes(html, tag, **having):
    """The attributes of the first such tag that has the given ones."""
    for found in re.findall(rf"<{tag}\b([^>]*)>", html):
        pairs = dict(re.findall(r'([\w-]+)="([^"]*)"', found))
        if having.items() <= pairs.items():
            return pairs
    raise AssertionError(f"no <{tag}> with {having}")


def test_a_control_is_described_by_its_hint_and_its_error():
    html = str(QuestionForm({})["name"].as_field_group())

    control = attributes(html, "input", name="name")

    assert control["aria-describedby"] == "id_name_helptext id_name_error"
    assert control["aria-invalid"] == "true"
    assert attributes(html, "div", id="id_name_helptext") == {
        "class": "hint",
        "id": "id_name_helptext",
    }
    assert attributes(html, "div", id="id_name_error")["class"] == "error-text"


def test_choices_stand_in_a_fieldset_with_a_legend():
    html = str(QuestionForm({})["kind"].as_field_group())

    assert attributes(html, "fieldset") == {"aria-describedby": "id_kind_error"}
    assert re.findall(r"<legend>(.*?)</legend>", html) == ["Kind"]


def test_a_choice_is_described_by_its_own_sentence():
    html = str(QuestionForm()["kind"].as_field_group())

    first = attributes(html, "input", value="a")
    second = attributes(html, "input", value="b")

    assert first["aria-describedby"] == "id_kind_0_hint"
    assert attributes(html, "div", id="id_kind_0_hint")["class"] == "choice-hint"
    assert "aria-describedby" not in second


def test_what_was_typed_stays_in_the_form():
    html = str(QuestionForm({"name": "Aïcha", "kind": "b"}))

    assert attributes(html, "input", name="name")["value"] == "Aïcha"
    assert re.findall(r'value="(\w)"[^>]*\schecked', html) == ["b"]


def test_the_whole_form_has_one_block_for_each_visible_field_and_no_suffix():
    html = str(QuestionForm())

    assert html.count('class="field"') == 2
    assert re.findall(r"<label for=\"id_name\">(.*?)</label>", html) == ["Name"]
    assert attributes(html, "input", name="token")["type"] == "hidden"


def test_the_error_summary_leads_to_each_control():
    html = summary(QuestionForm({"token": "x"}))

    assert re.findall(r'<a href="(.*?)">(.*?)</a>', html) == [
        ("#id_name", "This field is required."),
        ("#id_kind_0", "This field is required."),
    ]


def test_a_form_without_errors_has_no_summary():
    assert summary(QuestionForm({"name": "x", "kind": "a", "token": "t"})) == ""


def test_an_unbound_form_has_no_summary():
    assert summary(QuestionForm()) == ""


def test_optional_questions_say_so_where_the_form_wants_it():
    class Optional(forms.Form):
        mark_optional = True
        note = forms.CharField(label="Note", required=False)

    with override("en"):
        html = str(Optional())

    assert re.findall(r'<span class="optional">(.*?)</span>', html) == ["(optional)"]


def test_five_faces_have_words_under_them():
    class Rating(forms.Form):
        mark = forms.ChoiceField(
            choices=[("1", "Very bad"), ("5", "Very good")], widget=FacesRadioSelect
        )

    html = str(Rating())

    assert re.findall(r"</svg>\s*([^<]+)</label>", html) == ["Very bad", "Very good"]


def test_a_file_control_speaks_the_language_of_the_page():
    class Upload(forms.Form):
        photo = forms.FileField(label="Photo", widget=OwnFileInput)

    with override("en"):
        html = str(Upload())

    assert attributes(html, "input", name="photo")["type"] == "file"
    assert re.findall(r'for="id_photo">(.*?)</label>', html) == ["Photo", "Choose a file"]


def test_a_single_check_box_stands_before_its_label():
    class Agreement(forms.Form):
        agreed = forms.BooleanField(label="I agree")

    html = str(Agreement())

    assert re.findall(r'<input[^>]*>\s*<label for="id_agreed">I agree</label>', html) != []
    assert html.count("<label") == 1


def test_a_long_text_says_how_long_it_may_be():
    class Story(forms.Form):
        body = forms.CharField(max_length=400, widget=forms.Textarea)

    with override("en"):
        html = str(Story())

    assert (
        attributes(html, "p", **{"data-count-for": "id_body"})["data-words"] == "Characters left:"
    )

"""A kept group of a field is never shown where its templates would give other HTML."""

import re
from pathlib import Path

import pytest
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from shared.forms.fields import contact_email_field
from shared.ui import field_groups
from shared.ui.field_groups import FIELD_ATTRIBUTES, FORM_ATTRIBUTES, groups_forget
from shared.ui.fields import DayField, FilesField, LineField, OneOfField, ProseField
from shared.ui.widgets import ExplainedRadioSelect

TEMPLATES = Path(field_groups.__file__).parent / "form_templates"
MARKED = SafeString("<b>b</b>")


class EveryControl(forms.Form):
    """A field of each kind."""

    mark_optional = True

    line = LineField(max_length=20, label="<b>b</b>", help_text="<i>hint</i>")
    prose = ProseField(min_length=3, label=gettext_lazy("Search"))
    email = contact_email_field(is_alternative=True)
    secret = forms.CharField(widget=forms.PasswordInput)
    number = forms.IntegerField(required=False)
    one = forms.ChoiceField(choices=[("1", "<u>u</u>"), ("2", gettext_lazy("Search"))])
    several = forms.MultipleChoiceField(choices=[("g", [("a", "A"), ("b", "B")])])
    radio = OneOfField(prompt="", choices=[("a", "A")], widget=ExplainedRadioSelect({"a": "why"}))
    box = forms.BooleanField()
    day = DayField()
    uploads = FilesField()


def names_kept():
    return {key[3] for key in field_groups._kept}


def html_of(form):
    return "".join(field.as_field_group() for field in form)


def fresh(form):
    """The form by its templates alone."""
    groups_forget()
    return html_of(form)


def changed(act):
    form = EveryControl()
    act(form)
    return form


def with_choices(choices):
    def act(form):
        form.fields["one"].choices = choices

    return act


def with_field(name, **values):
    def act(form):
        vars(form.fields[name]).update(values)

    return act


def with_widget(name, **attrs):
    return lambda form: form.fields[name].widget.attrs.update(attrs)


def with_initial(**values):
    return lambda form: form.initial.update(values)


def without_required_attribute(form):
    form.use_required_attribute = False


def without_mark(form):
    form.mark_optional = False


def with_class(form):
    form.required_css_class = "must"


def with_other_ids(form):
    form.auto_id = "other_%s"


def with_error(form):
    form.errors["line"] = form.error_class(["wrong"])


def with_hint(form):
    form.fields["radio"].widget.hints = {"a": "because"}


# Of two equal attributes, the second is shown without a value.
ONE, TRUE = with_widget("line", **{"data-x": 1}), with_widget("line", **{"data-x": True})
CHANGES = {
    "error": with_error,
    "safe-label": with_field("line", label=MARKED),
    "safe-hint": with_field("line", help_text=SafeString("<i>hint</i>")),
    "other-label": with_field("line", label="other"),
    "required": with_field("number", required=True),
    "alternative": with_field("email", is_alternative=False),
    "disabled": with_field("one", disabled=True),
    "longest": with_field("prose", max_length=7),
    "no-mark": without_mark,
    "class": with_class,
    "ids": with_other_ids,
    "no-required": without_required_attribute,
    "attribute": with_widget("line", title="x"),
    "a-number": ONE,
    "hints": with_hint,
    "other-choices": with_choices([("1", "<u>u</u>")]),
    "safe-choice": with_choices([("1", SafeString("<u>u</u>")), ("2", "x")]),
    "chosen": with_initial(one="2"),
    "several-chosen": with_initial(several=["a", "b"]),
    "ticked": with_initial(box=True),
    "typed": with_initial(line="a citizen's <b>"),
    "number": with_initial(number=0),
    "day": with_initial(day="2026-03-04"),
}


@pytest.fixture(autouse=True)
def nothing_kept():
    groups_forget()
    yield
    groups_forget()


@pytest.mark.parametrize("name", CHANGES)
def test_a_form_that_differs_in_anything_shows_its_own_html(name):
    expected = fresh(changed(CHANGES[name]))

    plain = fresh(EveryControl())
    assert html_of(changed(CHANGES[name])) == expected != plain
    # And the other way round.
    assert html_of(EveryControl()) == plain


def test_equal_values_of_two_types_are_shown_apart():
    expected = fresh(changed(TRUE))

    assert fresh(changed(ONE)) != expected
    assert html_of(changed(TRUE)) == expected


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_each_language_has_its_own_groups(language):
    with override(language):
        expected = fresh(EveryControl())
    groups_forget()
    for other in ("ar", "fr", "en"):
        with override(other):
            html_of(EveryControl())

    with override(language):
        assert html_of(EveryControl()) == expected


def test_the_second_form_takes_what_the_first_one_rendered(monkeypatch):
    form = html_of(EveryControl())
    rendered = []
    kept = field_groups.group_html

    def watched(bound, name, render):
        def drawn():
            rendered.append(bound.name)
            return render()

        return kept(bound, name, drawn)

    monkeypatch.setattr("shared.ui.form_renderer.group_html", watched)

    assert html_of(EveryControl()) == form
    # A check box has a function that decides whether it is ticked.
    assert rendered == ["box"]


def test_a_form_that_was_sent_is_never_kept():
    sent = EveryControl({"line": "a citizen's", "one": "1"})

    html_of(sent)

    assert len(field_groups._kept) == 0


def test_a_written_text_is_never_kept():
    html_of(changed(with_initial(line="a citizen's", prose="words", email="a@citizen.example")))

    assert {"line", "prose", "email"}.isdisjoint(names_kept())
    assert "secret" in names_kept()
    assert "citizen" not in repr(field_groups._kept)


def test_choices_that_are_read_when_they_are_shown_are_never_kept():
    choices = [("1", "one")]

    class Late(forms.Form):
        one = forms.ChoiceField(choices=lambda: choices)

    assert "one</option>" in html_of(Late())
    choices[0] = ("1", "uno")
    assert "uno</option>" in html_of(Late())
    assert len(field_groups._kept) == 0


def test_no_more_groups_are_kept_than_the_bound():
    for number in range(field_groups.MAX_KEPT + 5):
        html_of(changed(with_choices([("1", str(number))])))

    assert len(field_groups._kept) == field_groups.MAX_KEPT


def test_a_long_group_is_not_kept():
    long = [(str(number), "x" * 40) for number in range(100)]

    html_of(changed(with_choices(long)))

    assert "one" not in names_kept()


def test_the_key_names_what_the_template_reads_of_a_form_and_of_a_field():
    """Anything else that a template reads would be shown as it was for another form."""
    template = (TEMPLATES / "django/forms/field.html").read_text()

    assert set(re.findall(r"field\.field\.(\w+)", template)) <= set(FIELD_ATTRIBUTES)
    assert set(re.findall(r"field\.form\.(\w+)", template)) <= set(FORM_ATTRIBUTES)

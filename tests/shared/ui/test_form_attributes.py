"""What a browser is not told: to cut a pasted text, or to call an untouched field invalid."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from shared.ui.fields import DayField, FilesField, LineField, OneOfField, ProseField

# Attributes by which a browser cuts what is pasted, or judges a page before the server does.
JUDGING = re.compile(r"\s(?:maxlength|minlength|required)(?=[\s=>{])")


class EveryControl(forms.Form):
    """A required field of each kind."""

    line = LineField(max_length=20)
    prose = ProseField(min_length=3)
    email = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=100, widget=forms.PasswordInput)
    number = forms.IntegerField()
    one = forms.ChoiceField(choices=[("a", "A")])
    radio = OneOfField(prompt="", choices=[("a", "A")], widget=forms.RadioSelect)
    box = forms.BooleanField()
    day = DayField()
    uploads = FilesField()


def test_no_control_is_cut_or_judged_by_the_browser():
    html = str(EveryControl())

    assert JUDGING.findall(html) == []
    assert re.findall(r'name="(\w+)"[^>]* data-maxlength="(\d+)"', html) == [
        ("line", "20"),
        ("prose", "10000"),
        ("email", "254"),
        ("password", "100"),
    ]


def test_what_must_be_given_is_said_to_screen_readers_where_the_role_has_a_word_for_it():
    said = re.findall(r'name="(\w+)"[^>]* aria-required="true"', str(EveryControl()))

    assert said == [
        "line", "prose", "email", "password", "number", "box",
        "day_day", "day_month", "day_year",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["text", "checkbox", "textarea"])
def test_the_controls_of_the_sign_in_are_no_exception(kind):
    attrs = {"type": kind, "id": "id_x", "name": "x", "required": True}

    html = render_to_string("allauth/elements/field.html", {"attrs": attrs, "slots": {}})

    assert JUDGING.findall(html) == []
    assert html.count('aria-required="true"') == 1


@pytest.mark.parametrize("folder", ["templates", "shared/ui/form_templates"])
def test_no_template_writes_such_a_control_by_hand(folder):
    root = Path(settings.BASE_DIR)
    controls = re.compile(r"<(?:input|select|textarea)\b[^>]*>")

    assert {
        str(path.relative_to(root))
        for path in (root / folder).rglob("*.html")
        for control in controls.findall(path.read_text())
        if JUDGING.search(control)
    } == set()


def test_a_text_that_is_too_long_is_refused_with_its_length_and_kept_whole():
    with override("en"):
        form = EveryControl({"line": "x" * 25})
        errors = [str(error) for error in form.errors["line"]]

    assert errors == ["Shorten this to 20 characters. It has 25 now."]
    assert f'value="{"x" * 25}"' in str(form["line"])

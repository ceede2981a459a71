"""The Arabic and the French texts: all there, all filled in, and with the same blanks to fill."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
FORMS = {"ar": 6, "fr": 2}
# Arabic says "no day", "a day" and "two days" in words: those forms may leave the number out.
FORMS_IN_WORDS = {"ar": 3, "fr": 0}
BLANK = re.compile(r"%(?:\(\w+\))?[sd]|\{\{?\s*\w*\s*\}?\}")
COLLECTORS = ("xgettext", "msguniq", "msgmerge", "msgattrib")
# What bin/dev messages leaves aside, and what would only take long to copy.
NOT_COPIED = shutil.ignore_patterns(".*", "var", "tests", "bench", "static", "__pycache__")


def entries(language: str, *, root: Path = ROOT) -> list[Message]:
    path = root / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return [entry for entry in read_po(source) if entry.id]


def forms(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, list | tuple) else (words or "",)


def blanks(text: str) -> Counter[str]:
    return Counter(BLANK.findall(text.replace("%%", "")))


def keeps_its_blanks(entry: Message, *, forms_in_words: int) -> bool:
    wanted = blanks(forms(entry.id)[-1])
    for place, text in enumerate(forms(entry.string)):
        may_lack = 1 if entry.pluralizable and place < forms_in_words else 0
        found = blanks(text)
        if found - wanted or (wanted - found).total() > may_lack:
            return False
    return True


def texts(found: list[Message]) -> set[tuple[str, tuple[str, ...]]]:
    return {(entry.context or "", forms(entry.id)) for entry in found}


@pytest.mark.parametrize("language", FORMS)
def test_every_text_is_translated_in_all_its_forms(language):
    wanted = FORMS[language]

    lacking = [
        entry.id
        for entry in entries(language)
        if len(forms(entry.string)) != (wanted if entry.pluralizable else 1)
        or not all(text.strip() for text in forms(entry.string))
    ]

    assert lacking == []


@pytest.mark.parametrize("language", FORMS)
def test_no_translation_is_a_guess_of_the_collector(language):
    assert [entry.id for entry in entries(language) if entry.fuzzy] == []


@pytest.mark.parametrize("language", FORMS)
def test_every_translation_has_the_blanks_of_its_text(language):
    in_words = FORMS_IN_WORDS[language]

    wrong = [
        entry.id
        for entry in entries(language)
        if not keeps_its_blanks(entry, forms_in_words=in_words)
    ]

    assert wrong == []


def test_the_languages_have_the_same_texts():
    arabic, french = texts(entries("ar")), texts(entries("fr"))

    assert sorted(arabic ^ french) == []
    assert len(arabic) > 900


@pytest.mark.slow
@pytest.mark.skipif(
    not all(map(shutil.which, COLLECTORS)), reason="GNU gettext is not installed on this machine"
)
def test_the_catalogues_hold_the_texts_of_the_code_and_no_others(tmp_path):
    # In a copy: collecting writes into locale/, and for a moment beside each template.
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=NOT_COPIED)

    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale=ar", "--no-obsolete"],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}},
        check=True,
    )

    held, collected = texts(entries("ar")), texts(entries("ar", root=copy))
    assert sorted(collected - held) == []
    assert sorted(held - collected) == []

import gzip
from pathlib import Path

import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parents[3] / "shared" / "ui" / "static" / "ui"
CITIZEN_SHEETS = ("tokens", "base", "layout", "forms", "components", "citizen", "print")
# What an Arabic page fetches: its own letters in two weights, and nothing for the language switch.
ARABIC_PAGE = ("arabic-regular", "arabic-bold")
MAX_FIRST_PAGE_SIZE = 50_000
HTML_ALLOWANCE = 5 * 1024


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fonts as the command makes them, in a folder of their own."""
    folder = tmp_path_factory.mktemp("fonts")
    call_command("build_fonts", directory=folder, verbosity=0)
    return folder


def names_in(path):
    with TTFont(path) as font:
        return [record.toUnicode() for record in font["name"].names]


def characters_in(path):
    with TTFont(path) as font:
        return set(map(chr, font.getBestCmap()))


def test_six_files_are_made_under_our_own_name(fonts):
    assert sorted(path.name for path in fonts.glob("*.woff2")) == [
        "insaf-sans-arabic-bold.woff2",
        "insaf-sans-arabic-regular.woff2",
        "insaf-sans-arabic-rest-bold.woff2",
        "insaf-sans-arabic-rest-regular.woff2",
        "insaf-sans-latin-bold.woff2",
        "insaf-sans-latin-regular.woff2",
    ]


@pytest.mark.slow
def test_the_reserved_name_does_not_stand_in_the_files(fonts):
    names = [name for path in fonts.glob("*.woff2") for name in names_in(path)]

    assert [name for name in names if "Plex" in name] == []


def test_the_licence_goes_with_the_fonts(fonts):
    first_line = (fonts / "insaf-sans-licence.txt").read_text().splitlines()[0]

    assert first_line.startswith("Copyright")


def test_arabic_and_french_can_be_written(fonts):
    arabic = characters_in(fonts / "insaf-sans-arabic-regular.woff2")
    latin = characters_in(fonts / "insaf-sans-latin-regular.woff2")

    assert set("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپڤگڭ؟،؛ًٌٍَُِّْ0123456789") - arabic == set()
    rest = characters_in(fonts / "insaf-sans-arabic-rest-regular.woff2")
    assert set("چژکی٠١٢٣٤٥٦٧٨٩ٰٔ") - rest == set()
    assert arabic <= rest
    assert set("abcXYZéèêëàâçîïôùûüœŒÉÀ«»’…–€0123456789") - latin == set()


@pytest.mark.slow
def test_files_that_are_up_to_date_are_left_alone(fonts):
    before = {path: path.stat().st_mtime_ns for path in fonts.glob("*.woff2")}

    call_command("build_fonts", directory=fonts, verbosity=0)

    assert {path: path.stat().st_mtime_ns for path in fonts.glob("*.woff2")} == before


def test_the_first_page_in_arabic_weighs_less_than_50_kilobytes(fonts):
    sheets = [STATIC / "css" / f"{name}.css" for name in CITIZEN_SHEETS]
    texts = [*sheets, STATIC / "js" / "pages.js", STATIC / "img" / "pattern.svg"]
    packed = sum(len(gzip.compress(path.read_bytes())) for path in texts)
    faces = sum((fonts / f"insaf-sans-{name}.woff2").stat().st_size for name in ARABIC_PAGE)

    assert packed + faces + HTML_ALLOWANCE < MAX_FIRST_PAGE_SIZE

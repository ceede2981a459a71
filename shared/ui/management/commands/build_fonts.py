"""``build_fonts``: the command that makes the pages' fonts from the font package."""

import logging
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic as package
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from fontTools import subset

# What the pages' own Arabic is written with, and the letters of Moroccan names: the file that every
# Arabic page fetches. The same characters stand in the style sheet, in "unicode-range".
ARABIC = (
    "0020-0022,0025-0029,002B-003A,003F,00A0,00AB,00B7,00BB,060C,061B,061F,0621-063A,0640-0652,"
    "067E,06A4,06AD,06AF,200E-200F,2013-2014,2018-2019,201C-201D,2022,2026"
)
# What else is written in Arabic letters: Eastern digits, Persian letters, rare signs of vowels. The
# other letters too: a sign over a letter is placed only if both come from one file.
ARABIC_REST = (
    "0020-0040,005B-0060,007B-007E,00A0,00AB,00B7,00BB,060C,061B,061F,0621-063A,0640-0655,"
    "0660-066C,0670-0671,067E,0686,0698,06A4,06A8-06A9,06AD,06AF,06BE,06CC,06D4,200C-200F,"
    "2010-2014,2018-201A,201C-201E,2022,2026"
)
# Characters of French and English, and accents of Amazigh and Spanish names.
LATIN = (
    "0020-007E,00A0,00A7,00A9,00AB,00B0,00B2,00B7,00BB,00C0-00C2,00C4,00C7-00CB,00CD-00CF,00D1,"
    "00D3,00D4,00D6,00D7,00D9-00DC,00E0-00E2,00E4,00E7-00EB,00ED-00EF,00F1,00F3,00F4,00F6,"
    "00F9-00FC,00FF,0152-0153,2010-2014,2018-201A,201C-201E,2022,2026,202F,20AC,2190-2193,2212"
)
SCRIPTS = {"arabic": ARABIC, "arabic-rest": ARABIC_REST, "latin": LATIN}
# Forms and joins of letters, their distances, places of signs. The others (fractions, forms of
# other languages) would bring glyphs that no page shows.
FEATURES = ["ccmp", "isol", "init", "medi", "fina", "rlig", "liga", "calt", "kern", "mark", "mkmk"]
WEIGHTS = {"regular": "Regular", "bold": "Bold"}


class Command(BaseCommand):
    """Command that makes six woff2 files under a new name, as the font's licence requires."""

    help = "Make the web fonts in var/static-build/fonts (skipped when they are up to date)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--directory``, which replaces the directory that collectstatic reads."""
        parser.add_argument(
            "--directory", type=Path, default=settings.BASE_DIR / "var" / "static-build" / "fonts"
        )

    def handle(self, *args: object, directory: Path, **options: object) -> None:
        """Make files that are missing or older than their source or this file; copy the licence."""
        # The subsetter would log every table that it drops.
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        directory.mkdir(parents=True, exist_ok=True)
        for script, characters in SCRIPTS.items():
            for weight, style in WEIGHTS.items():
                source = Path(package.ROOT) / "files" / f"IBMPlexSansArabic-{style}.ttf"
                font_file = directory / f"insaf-sans-{script}-{weight}.woff2"
                if _is_fresh(font_file, source):
                    continue
                _cut(source, font_file, characters)
                self.stdout.write(f"{font_file.name}: {font_file.stat().st_size} bytes")
        licence = (Path(package.ROOT) / "LICENSE").read_text()
        (directory / "insaf-sans-licence.txt").write_text(licence)


def _is_fresh(font_file: Path, source: Path) -> bool:
    newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    return font_file.exists() and font_file.stat().st_mtime >= newest


def _cut(source: Path, font_file: Path, characters: str) -> None:
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    options.layout_features = FEATURES
    # Without this line, the file would contain the reserved name.
    options.name_IDs = []
    unfinished = font_file.with_suffix(".unfinished")
    with subset.load_font(str(source), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(characters))
        subsetter.subset(font)
        subset.save_font(font, str(unfinished), options)
    unfinished.rename(font_file)

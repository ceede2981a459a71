"""The typesetter: a sheet of this package and its data become a document.

Runs as a program too, for long documents: ``python -m shared.pdf.renderer SHEET SECONDS``, with the
data on its input and the PDF on its output. So it knows neither Django nor the settings.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from shared.pdf.text import FONTS

SHEETS = Path(__file__).parent / "layouts"
LOOKED_AT_PPI = 110


def pdf(*, sheet: str, data: str, seconds: int) -> bytes:
    """The document, dated ``seconds`` after 1970: always the same bytes for the same data.

    The data is JSON; in the sheet it is text, and none of it is ever read as markup.
    """
    # PDF/A to be kept for decades, PDF/UA to be read aloud.
    printed = _compiler(sheet, data).compile(
        format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=seconds
    )
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


def pictures(*, sheet: str, data: str, form: Literal["png", "svg"] = "png") -> list[bytes]:
    """The pages as pictures: to be looked at, or to be asked where each glyph stands."""
    drawn = _compiler(sheet, data).compile(format=form, ppi=LOOKED_AT_PPI)
    return drawn if isinstance(drawn, list) else [drawn or b""]


def _compiler(sheet: str, data: str) -> typst.Compiler:
    # One for each document: two threads may not use the same, and it takes less than a millisecond
    # to make. What takes long, the fonts, is read once and never changed.
    return typst.Compiler(
        SHEETS / f"{sheet}.typ",
        root=SHEETS,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        # There are no packages, and a document is no occasion to ask another machine for one.
        package_path=SHEETS,
        package_cache_path=SHEETS,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # With what else a machine has, the same receipt would look otherwise on the next one.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    # Whoever reads a page meanwhile goes first.
    os.nice(5)
    sheet, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pdf(sheet=sheet, data=data, seconds=int(seconds)))

"""The typesetter: a layout of this package and its data become a document.

Runs as a program too, for long documents: ``python -m shared.pdf.renderer LAYOUT SECONDS``, with
the data on its input and the PDF on its output. So it knows neither Django nor the settings.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from shared.pdf.text import FONTS

LAYOUTS = Path(__file__).parent / "layouts"
LOOKED_AT_PPI = 110


def pdf(*, layout: str, data: str, seconds: int) -> bytes:
    """Return the document, dated ``seconds`` after 1970: always the same bytes for the same data.

    The data is JSON; in the layout it is text, and none of it is ever read as markup.
    """
    # PDF/A to be kept for decades, PDF/UA to be read aloud.
    printed = _compiler(layout, data).compile(
        format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=seconds
    )
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


def pictures(*, layout: str, data: str, form: Literal["png", "svg"] = "png") -> list[bytes]:
    """Return the pages as pictures: to be looked at, or to be asked where each glyph stands."""
    drawn = _compiler(layout, data).compile(format=form, ppi=LOOKED_AT_PPI)
    return drawn if isinstance(drawn, list) else [drawn or b""]


def _compiler(layout: str, data: str) -> typst.Compiler:
    # One for each document: two threads may not use the same, and it takes less than a millisecond
    # to make. What takes long, the fonts, is read once and never changed.
    return typst.Compiler(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        # There are no packages, and a document is no occasion to ask another machine for one.
        package_path=LAYOUTS,
        package_cache_path=LAYOUTS,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # With what else a machine has, the same receipt would look otherwise on the next one.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    # Whoever reads a page meanwhile goes first.
    os.nice(5)
    layout, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pdf(layout=layout, data=data, seconds=int(seconds)))

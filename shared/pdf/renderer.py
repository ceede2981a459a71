"""The Typst renderer: makes a document of a layout of this package and its data.

Runs as a program too, for long documents: ``python -m shared.pdf.renderer LAYOUT SECONDS``, with
the data on its input and the PDF on its output. So it imports neither Django nor the settings.
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
    """Return the PDF, dated ``seconds`` after 1970: always the same bytes for the same data.

    The data is JSON; the layout reads it as text, and never as markup.
    """
    # PDF/A to be kept for decades, PDF/UA to be read aloud.
    printed = _compiler(layout, data).compile(
        format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=seconds
    )
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


def pictures(*, layout: str, data: str, form: Literal["png", "svg"] = "png") -> list[bytes]:
    """Return the pages as pictures, to be viewed or to find where each glyph is drawn."""
    drawn = _compiler(layout, data).compile(format=form, ppi=LOOKED_AT_PPI)
    return drawn if isinstance(drawn, list) else [drawn or b""]


def _compiler(layout: str, data: str) -> typst.Compiler:
    # One for each document: two threads may not share a compiler, which takes less than a
    # millisecond to make. The fonts, which take long, are read once and never changed.
    return typst.Compiler(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        # No layout uses packages, and rendering must not download any.
        package_path=LAYOUTS,
        package_cache_path=LAYOUTS,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # With a machine's own fonts, a receipt would be drawn differently on another machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    # Requests for pages have priority.
    os.nice(5)
    layout, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pdf(layout=layout, data=data, seconds=int(seconds)))

"""The Typst renderer, which makes a PDF from a layout of this package and data.

The module is also a program for long documents: ``python -m shared.pdf.renderer LAYOUT SECONDS``
reads the data from its input and writes the PDF to its output. So the module imports neither Django
nor the settings.
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
    """Return the PDF, dated ``seconds`` after 1970; equal data gives equal bytes.

    The data is JSON, which the layout reads as text and never as markup.
    """
    # PDF/A allows archiving for decades, and PDF/UA allows reading aloud.
    printed = _compiler(layout, data).compile(
        format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=seconds
    )
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


def pictures(*, layout: str, data: str, form: Literal["png", "svg"] = "png") -> list[bytes]:
    """Return the pages as pictures, for viewing or for finding the position of each glyph."""
    drawn = _compiler(layout, data).compile(format=form, ppi=LOOKED_AT_PPI)
    return drawn if isinstance(drawn, list) else [drawn or b""]


def _compiler(layout: str, data: str) -> typst.Compiler:
    # Each document has its own compiler, because two threads may not share a compiler; making it
    # takes less than a millisecond. The fonts take long to read, so they are read once and never
    # changed.
    return typst.Compiler(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        # No layout uses packages, and rendering must not download packages.
        package_path=LAYOUTS,
        package_cache_path=LAYOUTS,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # With the fonts of the server, a receipt would look different on another server.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    # Requests for pages have priority.
    os.nice(5)
    layout, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pdf(layout=layout, data=data, seconds=int(seconds)))

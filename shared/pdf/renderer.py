"""Rendering of a PDF with Typst, from a layout of this package and data.

The module is also a program: ``python -m shared.pdf.renderer LAYOUT SECONDS`` reads the data from
stdin and writes the PDF to stdout. The module must not import Django or the settings.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shared.pdf.text import FONTS

if TYPE_CHECKING:
    import typst

LAYOUTS = Path(__file__).parent / "layouts"
LOOKED_AT_PPI = 110


def pdf(*, layout: str, data: str, seconds: int) -> bytes:
    """Return a PDF; ``data`` is JSON, and ``seconds`` is the document's date as Unix time.

    Equal arguments give equal bytes. Texts of the data are never read as Typst markup.
    """
    # PDF/A is the standard for archives, PDF/UA the standard for screen readers.
    printed = _compiler(layout, data).compile(
        format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=seconds
    )
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


def pictures(*, layout: str, data: str, form: Literal["png", "svg"] = "png") -> list[bytes]:
    """Return the pages of a document as pictures, for tests."""
    drawn = _compiler(layout, data).compile(format=form, ppi=LOOKED_AT_PPI)
    return drawn if isinstance(drawn, list) else [drawn or b""]


def _compiler(layout: str, data: str) -> "typst.Compiler":
    import typst  # noqa: PLC0415 - its 7 MB are for processes that render alone

    # Each call makes a new compiler, because threads may not share a compiler. The fonts are read
    # only once, because reading fonts takes long.
    return typst.Compiler(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        # With the default paths, the renderer could download packages.
        package_path=LAYOUTS,
        package_cache_path=LAYOUTS,
    )


@lru_cache(maxsize=1)
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415 - as above

    # With the fonts of the server, a receipt would look different on another server.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    # The program runs with low priority, so that it does not slow requests for pages.
    os.nice(5)
    layout, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pdf(layout=layout, data=data, seconds=int(seconds)))

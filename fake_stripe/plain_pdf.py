"""A writer of one-page PDF files that needs only the standard library."""

from collections.abc import Sequence

A5 = "420 595"


def latin_pdf(lines: Sequence[str], *, size: int = 14) -> bytes:
    """Return a one-page PDF with ``lines``, which may contain Latin letters only."""
    shown = "".join(f"({_escaped(line)}) Tj 0 -24 Td " for line in lines)
    page = f"BT /F1 {size} Tf 40 520 Td {shown}ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A5}] /Contents 5 0 R"
        " /Resources << /Font << /F1 4 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
    )
    return _file(objects)


def _file(objects: tuple[bytes, ...]) -> bytes:
    written = b"%PDF-1.4\n"
    table = [b"0000000000 65535 f \n"]
    for number, content in enumerate(objects, start=1):
        table.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(table)
    ending = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (size, len(written))
    return written + b"xref\n0 %d\n" % size + b"".join(table) + ending + b"%%EOF\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

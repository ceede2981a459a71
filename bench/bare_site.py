"""The bare view of bench/bare.py, which gunicorn serves with the bytes of a given page."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.serving import Served, gunicorn


@contextmanager
def bare_site(body: bytes) -> Iterator[Served]:
    """Serve the bytes at /fr/ and a 404 at every other address during the block."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(body)
        given = {"BENCH_BARE_BODY": str(file)}
        with gunicorn("bench.bare", config="bench/bare_gunicorn.py", environment=given) as bare:
            yield bare

"""Examination of an uploaded file before it is stored."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

from shared.files import archives, documents, pictures, sounds
from shared.files.errors import MemoryShort
from shared.files.types import ExaminedFile
from shared.kernel import memory
from shared.kernel.files import DamagedFile, FileRefused, safe_name
from shared.kernel.signatures import Family, family_of

# A function that takes the content of a file, and returns the type and the content to be stored.
Examination = Callable[[bytes], tuple[str, bytes]]

EXAMINATIONS: Mapping[Family, Examination] = {
    Family.PICTURE: pictures.picture_clean,
    Family.PDF: documents.pdf_examine,
    Family.TEXT: documents.text_examine,
    Family.ARCHIVE: archives.office_examine,
    Family.OGG: sounds.ogg_examine,
    Family.WEBM: sounds.webm_examine,
    Family.MP4: sounds.mp4_examine,
    Family.WAV: sounds.wav_examine,
    Family.MPEG: sounds.mpeg_examine,
    Family.AMR: sounds.amr_examine,
}


def file_examine(*, name: str, content: bytes) -> ExaminedFile:
    """Examine a file; return the content that may be stored, under a safe name.

    Raises ``FileRefused`` or ``MemoryShort`` and nothing else.
    """
    family = family_of(content, name=name)
    with _only_refusals():
        content_type, kept = EXAMINATIONS[family](content)
        if family != Family.ARCHIVE and zipfile.is_zipfile(BytesIO(kept)):
            # Programs search an archive from the end, so they could open this file as an archive.
            raise DamagedFile
    return ExaminedFile(
        name=safe_name(name, content_type=content_type),
        content_type=content_type,
        content=kept,
        sha256=hashlib.sha256(kept).digest(),
    )


@contextmanager
def _only_refusals() -> Iterator[None]:
    try:
        yield
    except FileRefused:
        raise
    except MemoryError:
        # With ``DamagedFile`` the sender would not send the file again, although the file is good.
        memory.note()
        raise MemoryShort(retry_after=memory.NOTED_SECONDS) from None
    except Exception as trip:
        # The parsers raise undocumented errors on broken bytes (IndexError, struct.error,
        # AssertionError). Every such error means a damaged file.
        raise DamagedFile(type(trip).__name__) from trip

"""Limits, names and errors of uploaded files."""

import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath

from shared.kernel.errors import InvalidInput

LARGEST = 15 * 1024 * 1024
MOST = 10
MAX_NAME_LENGTH = 100

# Names of devices: Windows cannot save a file with such a name, whatever its suffix is.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
_UNWELCOME = str.maketrans(dict.fromkeys('<>:"|?*', "_"))

SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "audio/3gpp": ".3gp",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/webm": ".weba",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
}
# Types for a browser's file dialogue; telephones read the types, computers read the suffixes.
ACCEPT = (
    "image/jpeg,image/png,image/webp,image/gif,audio/*,"
    ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,"
    ".ogg,.opus,.oga,.webm,.weba,.m4a,.aac,.mp3,.wav,.amr,.3gp"
)


class FileRefused(InvalidInput):
    """Base of all refusals of a file."""

    def __init__(self, message: str = "", *, field: str | None = "file") -> None:
        super().__init__(message, field=field)


class EmptyFile(FileRefused):
    """The error for a file without content."""

    code = "file_empty"


class FileTooLarge(FileRefused):
    """The error for a file of more than 15 MiB."""


class FileTypeRefused(FileRefused):
    """The error for a file of a type that is not accepted."""


class HeicRefused(FileRefused):
    """The error for a photo in the format HEIC, which many devices cannot open."""

    code = "file_heic"


class OldOfficeRefused(FileRefused):
    """The error for a document in an Office format older than 2007, or locked with a password."""

    code = "file_old_office"


class VideoRefused(FileRefused):
    """The error for a video."""

    code = "file_video"


class AnimationRefused(FileRefused):
    """The error for a picture of several frames, of which only one frame could be stored."""

    code = "file_animated"


class TooManyPixels(FileRefused):
    """The error for a picture that would take too much memory when opened."""

    code = "file_too_many_pixels"


class EncryptedFile(FileRefused):
    """The error for an encrypted file, for example a file locked with a password."""

    code = "file_encrypted"


class ProgramInFile(FileRefused):
    """The error for a document with a program: macros, scripts, commands to launch."""

    code = "file_with_program"


class ExternalContent(FileRefused):
    """The error for a document that opens or loads something that the document does not contain."""

    code = "file_with_external_content"


class FileInFile(FileRefused):
    """The error for a document with other files or too much content inside."""

    code = "file_too_deep"


class DamagedFile(FileRefused):
    """The error for a file whose content does not have the format of its first bytes."""

    code = "file_damaged"


class InfectedFile(FileRefused):
    """The error for a file in which the scanner finds a virus."""

    code = "file_infected"


def safe_name(name: str, *, content_type: str) -> str:
    """Return a safe name to show and download, without folders, with the type's suffix."""
    base = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C"
    )
    stem = PurePosixPath(kept).stem.strip(" .").translate(_UNWELCOME)[:MAX_NAME_LENGTH].strip(" .")
    if stem.split(".")[0].strip().lower() in _DEVICES:
        stem = f"_{stem}"
    return (stem or "file") + SUFFIXES[content_type]


def distinct_name(name: str, *, taken: Collection[str]) -> str:
    """Return a file's name, with a number if the name is taken: ``a.png``, ``a (2).png``."""
    path = PurePosixPath(name)
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{path.stem} ({number}){path.suffix}"
    return found

"""Bundles that somebody has changed, sealed anew for a key that is known."""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pyrage

from tests.tenants.agency_export.estate import Exported

Part = tuple[tarfile.TarInfo, bytes]


def parts_of(one: Exported) -> list[Part]:
    """Every member, without the list of sums."""
    clear = pyrage.decrypt(
        one.path.read_bytes(), [pyrage.x25519.Identity.from_str(one.keys.identity)]
    )
    with tarfile.open(fileobj=io.BytesIO(clear)) as archive:
        members = [(info, archive.extractfile(info).read()) for info in archive]
    return members[:-1]


def part(name: str, content: bytes = b"", **fields: object) -> Part:
    """A new member."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def sums_of(parts: Iterable[Part]) -> Part:
    """The list of sums as it should be."""
    lines = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {info.name}\n" for info, content in parts
    )
    return part("SHA256SUMS", lines.encode())


def packed(parts: Iterable[Part], *, form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar of them."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for info, content in parts:
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def resealed(one: Exported, clear: bytes, folder: Path) -> Path:
    """A bundle of that clear text, for the same key."""
    path = folder / "changed.insaf.age"
    to = pyrage.x25519.Recipient.from_str(one.keys.recipient)
    path.write_bytes(pyrage.encrypt(clear, [to]))
    return path

"""Bundles that somebody has changed, sealed anew for a key that is known."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

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


def with_files(parts: list[Part], number: int, size: int) -> list[Part]:
    """The same with another count of files in the manifest."""

    def change(manifest: Any) -> None:
        manifest["files"]["count"] += number
        manifest["files"]["bytes"] += size

    return with_manifest(parts, change)


def with_manifest(parts: list[Part], change: Callable[[Any], object]) -> list[Part]:
    """The same with a changed manifest."""
    manifest = json.loads(parts[-1][1])
    change(manifest)
    return [*parts[:-1], part("manifest.json", json.dumps(manifest).encode())]


def true_tables(parts: list[Part]) -> list[Part]:
    """The same with a manifest that tells the tables' sums truly."""
    contents = {info.name: content for info, content in parts}

    def change(manifest: Any) -> None:
        for table in manifest["tables"]:
            table["bytes"] = len(contents[table["member"]])
            table["sha256"] = sums_of([part("x", contents[table["member"]])])[1][:64].decode()

    return with_manifest(parts, change)

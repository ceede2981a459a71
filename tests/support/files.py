"""What lies in a storage."""

from pathlib import Path


def files_left(storage: Path) -> set[str]:
    """The places of all files of a storage, as rows name them."""
    return {str(one.relative_to(storage)) for one in storage.rglob("*") if one.is_file()}

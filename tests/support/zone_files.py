"""Zone data of a machine, as zoneinfo reads it: files whose rules a test chooses."""

import struct
from collections.abc import Sequence
from pathlib import Path

NATIONAL = "Africa/Casablanca"


def zone_file(folder: Path, *, hours: int, changes: Sequence[tuple[int, int]] = ()) -> Path:
    """Write the national zone below ``folder``: an offset, and later ones from moments on.

    ``changes``: seconds since 1970, each with the hours ahead of UTC from then on. Returns
    ``folder``.
    """
    offsets = [hours, *(offset for _moment, offset in changes)]
    names = b"".join(f"+{offset:02}\0".encode() for offset in offsets)
    sizes = (0, 0, 0, len(changes), len(offsets), len(names))
    head = b"TZif2" + bytes(15) + struct.pack(">6l", *sizes)
    kinds = bytes(range(1, len(offsets))) + b"".join(
        struct.pack(">lBB", offset * 3600, 0, 4 * place) for place, offset in enumerate(offsets)
    )
    moments = [moment for moment, _offset in changes]
    old = struct.pack(f">{len(moments)}l", *moments)
    new = struct.pack(f">{len(moments)}q", *moments)
    last = f"\n<+{offsets[-1]:02}>-{offsets[-1]}\n".encode()
    path = folder / NATIONAL
    path.parent.mkdir(parents=True)
    path.write_bytes(head + old + kinds + names + head + new + kinds + names + last)
    return folder

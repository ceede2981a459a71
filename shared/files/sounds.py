"""Examination of sound files; a container may contain nothing but sound."""

import struct
from collections.abc import Iterator

from shared.kernel.files import DamagedFile, ExternalContent, FileTypeRefused, VideoRefused

# The largest count of pages, blocks or frames in a file; a recording of hours has fewer.
MAX_PARTS = 400_000
# The count of frames in a row by which a file is recognised as MPEG audio.
FRAMES_IN_A_ROW = 3

_OGG_SOUNDS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_OGG_PICTURES = (b"\x80theora", b"BBCD\x00", b"OVP80")
_OGG_HEADER = 27
_FIRST_PAGE = 2

_EBML, _DOC_TYPE, _SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
_TRACKS, _TRACK, _TRACK_TYPE, _CLUSTER = 0x1654AE6B, 0xAE, 0x83, 0x1F43B675
_SOUND_TRACK = 2

_MP4_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}
_3GP_BRANDS = (b"3gp", b"3g2", b"3gr", b"3gs")
_DEEPEST = 6
_IN_THIS_FILE = 1

_WAV_FORMATS = {1, 3, 6, 7, 0x11, 0x31, 0xFFFE}

_MPEG_RATES = {
    # Key: whether the frame is MPEG version 1. Value: kilobits a second of layer III, by index.
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_AMR_FRAMES = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1),
}


def ogg_examine(content: bytes) -> tuple[str, bytes]:
    """Examine Opus, Vorbis, Speex or FLAC in Ogg. Raises a kind of ``FileRefused``."""
    at = 0
    begun = []
    for _page in range(MAX_PARTS):
        if at >= len(content):
            break
        if content[at : at + 4] != b"OggS":
            raise DamagedFile
        # The last byte of the header is the number of segments after it.
        body = at + _OGG_HEADER + content[at + _OGG_HEADER - 1]
        length = sum(content[at + _OGG_HEADER : body])
        if content[at + 5] & _FIRST_PAGE:
            begun.append(content[body : body + 8])
        at = body + length
    if any(start.startswith(_OGG_PICTURES) for start in begun):
        raise VideoRefused
    if at != len(content) or not begun:
        raise DamagedFile
    if not all(start.startswith(_OGG_SOUNDS) for start in begun):
        raise FileTypeRefused
    return "audio/ogg", content


def webm_examine(content: bytes) -> tuple[str, bytes]:
    """Examine a WebM file with only sound. Raises a kind of ``FileRefused``."""
    elements = dict(_ebml(content, 0, len(content)))
    head, segment = elements.get(_EBML), elements.get(_SEGMENT)
    if head is None or segment is None:
        raise DamagedFile
    names = dict(_ebml(content, *head))
    if _DOC_TYPE not in names or content[slice(*names[_DOC_TYPE])].rstrip(b"\0") != b"webm":
        raise FileTypeRefused
    parts = list(_ebml(content, *segment))
    types = [
        kind for part, span in parts if part == _TRACKS for kind in _track_types(content, span)
    ]
    if any(kind != _SOUND_TRACK for kind in types):
        raise VideoRefused
    if not types or _CLUSTER not in dict(parts):
        raise DamagedFile
    return "audio/webm", content


def _track_types(content: bytes, span: tuple[int, int]) -> Iterator[int]:
    for kind, place in _ebml(content, *span):
        if kind == _TRACK:
            yield int.from_bytes(content[slice(*dict(_ebml(content, *place))[_TRACK_TYPE])], "big")


def _ebml(content: bytes, start: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the kind of each element of a level, and the start and end of its content."""
    at = start
    for _element in range(MAX_PARTS):
        if at >= end:
            return
        width = 9 - content[at].bit_length()
        kind = int.from_bytes(content[at : at + width], "big")
        at += width
        width = 9 - content[at].bit_length()
        size = int.from_bytes(content[at : at + width], "big") & ((1 << 7 * width) - 1)
        at += width
        is_open = size == (1 << 7 * width) - 1
        if is_open and kind not in (_SEGMENT, _CLUSTER):
            raise DamagedFile
        # A live recorder writes segments and clusters without a size. The content of such a
        # cluster is read as if it followed the cluster.
        stop = end if is_open and kind == _SEGMENT else at if is_open else at + size
        if stop > end:
            raise DamagedFile
        yield kind, (at, stop)
        at = stop
    raise DamagedFile


def mp4_examine(content: bytes) -> tuple[str, bytes]:
    """Examine an MP4 or 3GP file with only sound. Raises a kind of ``FileRefused``."""
    handlers = set(_mp4_handlers(content, 0, len(content), _DEEPEST))
    if handlers & {b"vide", b"pict"}:
        raise VideoRefused
    if b"soun" not in handlers:
        raise DamagedFile
    return ("audio/3gpp" if content[8:11] in _3GP_BRANDS else "audio/mp4"), content


def _mp4_handlers(content: bytes, start: int, end: int, deeper: int) -> Iterator[bytes]:
    at = start
    for _box in range(MAX_PARTS):
        if at >= end:
            return
        size, kind, head = _mp4_box(content, at, end)
        if kind in _MP4_FOLDERS and deeper:
            yield from _mp4_handlers(content, at + head, at + size, deeper - 1)
        elif kind == b"hdlr":
            yield content[at + head + 8 : at + head + 12]
        elif kind == b"dref":
            _require_sound_inside(content, at + head + 8, at + size)
        at += size
    raise DamagedFile


def _mp4_box(content: bytes, at: int, end: int) -> tuple[int, bytes, int]:
    """Return the length of a box, the kind of the box, and the length of its header."""
    size, kind = struct.unpack_from(">I4s", content, at)
    head = 8
    if size == 1:
        size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
    elif size == 0:
        size = end - at
    if size < head or at + size > end:
        raise DamagedFile
    return size, kind, head


def _require_sound_inside(content: bytes, at: int, end: int) -> None:
    """Require that no track is in another file. Raises ``ExternalContent``."""
    while at < end:
        size = struct.unpack_from(">I", content, at)[0]
        if size < 12 or at + size > end:
            raise DamagedFile
        if not content[at + 11] & _IN_THIS_FILE:
            raise ExternalContent
        at += size


def wav_examine(content: bytes) -> tuple[str, bytes]:
    """Examine WAV. Raises ``DamagedFile`` or ``FileTypeRefused``."""
    at = 12
    found = {}
    for _part in range(MAX_PARTS):
        if at + 8 > len(content):
            break
        kind, size = struct.unpack_from("<4sI", content, at)
        found[kind] = at + 8
        # Each part begins at an even position.
        at += 8 + size + size % 2
    if b"fmt " not in found or b"data" not in found:
        raise DamagedFile
    if struct.unpack_from("<H", content, found[b"fmt "])[0] not in _WAV_FORMATS:
        raise FileTypeRefused
    return "audio/wav", content


def mpeg_examine(content: bytes) -> tuple[str, bytes]:
    """Examine the first frames of MP3 or AAC. Raises a kind of ``FileRefused``."""
    at = _after_tag(content)
    layer = content[at + 1] >> 1 & 3
    length_of = _mp3_frame if layer == 1 else _aac_frame
    for _frame in range(FRAMES_IN_A_ROW):
        length = length_of(content[at : at + 7])
        if not length:
            raise FileTypeRefused
        at += length
    if at > len(content):
        raise DamagedFile
    return ("audio/mpeg" if layer == 1 else "audio/aac"), content


def _after_tag(content: bytes) -> int:
    if content[:3] != b"ID3":
        return 0
    size = sum((content[6 + n] & 0x7F) << 7 * (3 - n) for n in range(4))
    # The size counts neither the header nor the footer, which have ten bytes each.
    return 10 + size + (10 if content[5] & 0x10 else 0)


def _mp3_frame(head: bytes) -> int:
    """Return the length of an MP3 frame in bytes; 0 if ``head`` is no frame's header."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    is_mp3 = head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and layer == 1 and version != 1
    if not is_mp3 or not 0 < rate < 15 or sampling == 3:
        return 0
    samples = 144 if version == 3 else 72
    kilobits = _MPEG_RATES[version == 3][rate]
    return samples * kilobits * 1000 // _MPEG_SAMPLES[version][sampling] + padding


def _aac_frame(head: bytes) -> int:
    if head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


def amr_examine(content: bytes) -> tuple[str, bytes]:
    """Examine AMR, which older telephones record. Raises ``DamagedFile``."""
    start = next((known for known in _AMR_FRAMES if content.startswith(known)), None)
    if start is None:
        raise DamagedFile
    at = len(start)
    for _frame in range(MAX_PARTS):
        if at >= len(content):
            break
        at += _AMR_FRAMES[start][content[at] >> 3 & 15]
    if at != len(content) or at == len(start):
        raise DamagedFile
    return "audio/amr", content

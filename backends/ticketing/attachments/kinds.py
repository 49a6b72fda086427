"""What is taken: by its first bytes, never by its name or what the sender says it is. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAX_BYTES = 8 * 1024 * 1024
MOST_A_ORDER = 12
HEAD = 16  # bytes needed to tell


@dataclass(frozen=True)
class Kind:
    name: str
    media_type: str
    is_picture: bool


JPEG = Kind("jpg", "image/jpeg", True)
PNG = Kind("png", "image/png", True)
WEBP = Kind("webp", "image/webp", True)
WAV = Kind("wav", "audio/wav", False)
MP3 = Kind("mp3", "audio/mpeg", False)
OGG = Kind("ogg", "audio/ogg", False)
AMR = Kind("amr", "audio/amr", False)
M4A = Kind("m4a", "audio/mp4", False)


def kind_of(head: bytes) -> Kind | None:
    """By the first bytes; None for everything else."""
    starts = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"OggS", OGG), (b"#!AMR", AMR), (b"ID3", MP3))
    for mark, kind in starts:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp" and head[8:11] == b"M4A":
        return M4A
    is_mpeg_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return MP3 if is_mpeg_frame else None


def without_traces(kind: Kind, data: bytes) -> bytes:
    """The picture without where and with what it was taken (EXIF, XMP, IPTC, comments); sound as it is.

    Raises:
        ValueError: the file is not whole.
    """
    if kind is JPEG:
        return _clean_jpeg(data)
    if kind is PNG:
        return _clean_png(data)
    return _clean_webp(data) if kind is WEBP else data


_JPEG_DROPPED = frozenset({0xFE, *range(0xE1, 0xF0)} - {0xEE})  # comments, APP1-15 but Adobe's colours (APP14)


def _clean_jpeg(data: bytes) -> bytes:
    kept, at = bytearray(data[:2]), 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("a JPEG whose segments do not follow each other")
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:  # the picture itself, to the end
            return bytes(kept + data[at:])
        if length < 2 or at + 2 + length > len(data):
            raise ValueError("a JPEG cut short")
        if marker not in _JPEG_DROPPED:
            kept += data[at : at + 2 + length]
        at += 2 + length
    raise ValueError("a JPEG without a picture")


_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})


def _clean_png(data: bytes) -> bytes:
    kept, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            break
        if name not in _PNG_DROPPED:
            kept += data[at:end]
        if name == b"IEND":
            return bytes(kept)
        at = end
    raise ValueError("a PNG cut short")


def _clean_webp(data: bytes) -> bytes:
    kept, at = bytearray(), 12
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > len(data) + length % 2:
            raise ValueError("a WebP cut short")
        if name not in (b"EXIF", b"XMP "):
            kept += data[at:end]
        at = end
    return b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WEBP" + bytes(kept)

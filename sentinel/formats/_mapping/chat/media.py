"""Images, sound and files that stand in a message. In: base64 or a data URL. Out: the type, and the bytes once decoded."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

# What `format:` and the ends of file names mean. Python's own table differs from host to host.
_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml",
    "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "opus": "audio/ogg", "mp4": "video/mp4",
    "webm": "video/webm", "mov": "video/quicktime", "mkv": "video/x-matroska", "pdf": "application/pdf", "txt": "text/plain",
    "md": "text/markdown", "csv": "text/csv", "html": "text/html", "htm": "text/html", "xml": "text/xml", "json": "application/json",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# How bytes of a kind begin, for data that comes without a type.
_BEGINS = (
    (b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"),
    (b"PK\x03\x04", "application/zip"), (b"\x1aE\xdf\xa3", "video/webm"),
)
_UNKNOWN = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}+/[a-z0-9.+-]{1,100}+", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{256,}+={0,2}", re.ASCII)
_URL_SAFE = str.maketrans("-_", "+/")
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins
_CONTROL = bytes({*range(32), 127} - set(b"\t\n\r\f"))
_TEXTUAL = frozenset({"application/json", "application/xml", "application/javascript", "application/x-yaml", "image/svg+xml"})


class Media(NamedTuple):
    """Something embedded: its type as declared, or as its first bytes say; and its bytes, None when they are not to be had."""

    type: str
    content: bytes | None

    @property
    def text(self) -> str:
        """What a model reads in it, when it is text: whatever the client calls it."""
        if self.content is None:
            return ""
        if self.content.startswith(_WIDE):
            return self.content.decode("utf-16", "replace")
        text = self.content.decode("utf-8", "replace")
        return text if self.type.startswith("text/") or self.type in _TEXTUAL or _is_text(self.content, text) else ""


def _is_text(content: bytes, text: str) -> bool:
    """Whether nearly all of it are characters."""
    odd = text.count("\ufffd") + len(content) - len(content.translate(None, _CONTROL))
    return _begins(content) == _UNKNOWN and odd * 20 < len(text)


def embedded(data: str, declared: str = "") -> Media:
    """Base64, also URL-safe or without its padding.

    Args:
        declared: a MIME type, a `format` such as `png`, or the name of a file; may be empty or wrong.
    """
    content = _decoded(data)
    return Media(_type(declared) or _begins(content or b""), content)


def data_url(url: str) -> Media:
    """What a `data:` URL holds."""
    about, _, data = url[5:].partition(",")
    declared = about.partition(";")[0]
    if about.endswith(";base64"):
        return embedded(data, declared)
    return Media(_type(declared) or "text/plain", unquote_to_bytes(data))


def is_blob(text: str) -> bool:
    """Whether a text is bytes in base64: long, and nothing but its letters."""
    return len(text) >= 256 and " " not in text[:256] and _BASE64.fullmatch(text) is not None


def _decoded(data: str) -> bytes | None:
    if "-" in data or "_" in data:
        data = data.translate(_URL_SAFE)
    if "\n" in data:
        data = data.replace("\r", "").replace("\n", "")
    try:
        # Strict: gateways write "[truncated]" and the like in its place, and the hash of that would tell nothing.
        return binascii.a2b_base64(data + "=" * (-len(data) % 4), strict_mode=True)
    except ValueError:
        return None


def _type(declared: str) -> str:
    known = declared[:200].strip().lower()
    if "/" in known and _TYPE.fullmatch(known):
        return known
    return _TYPES.get(known.rpartition(".")[2], "")


def _begins(content: bytes) -> str:
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], _UNKNOWN)
    if content[4:8] == b"ftyp":
        return "video/mp4"
    return next((kind for begin, kind in _BEGINS if content.startswith(begin)), _UNKNOWN)

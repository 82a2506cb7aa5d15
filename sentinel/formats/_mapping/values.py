"""Converters: what `as:` in a mapping names. In: one JSON value, not null. Out: the event field's value, or None for "absent"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Any

Converter = Callable[[Any], Any]

_BIGGEST = 2**63
_SHA256 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?+\d{1,19}+", re.ASCII)


def text(value: Any) -> str | None:
    """Text; numbers and truth values become text, lists and objects are absent."""
    if value.__class__ is str:
        return value or None
    if value.__class__ is bool:
        return "true" if value else "false"
    return str(value) if value.__class__ in (int, float) else None


def words(value: Any) -> str | None:
    """Text, or a list of texts (or of `{text: ...}` parts), joined by newlines."""
    if value.__class__ is not list:
        return text(value)
    parts = (part.get("text") if part.__class__ is dict else part for part in value)
    return "\n".join(part for part in parts if part.__class__ is str and part) or None


def integer(value: Any) -> int | None:
    """A whole number of 64 bits, also written as text or as 3.0."""
    kind = value.__class__
    if kind is str:
        value = int(value) if value.isascii() and (value.isdigit() or _WHOLE.fullmatch(value)) and len(value) < 20 else None
    elif kind is float:
        value = int(value) if value.is_integer() else None
    elif kind is not int:
        return None
    return value if value is not None and -_BIGGEST <= value < _BIGGEST else None


def number(value: Any) -> int | float | None:
    """A finite number, also written as text."""
    if value.__class__ is str:
        try:
            value = float(value[:40])
        except ValueError:
            return None
    if value.__class__ is float:
        return value if math.isfinite(value) else None
    return integer(value)


def boolean(value: Any) -> bool | None:
    """true, false, and these words."""
    if value.__class__ is str:
        return {"true": True, "false": False}.get(value.lower())
    return value if value.__class__ is bool else None


def items(value: Any) -> list[str] | None:
    """A list of texts; one text is a list of one."""
    parts = value if value.__class__ is list else [value]
    return [t for part in parts if part is not None and (t := text(part))] or None


_STATUS: dict[str | int, int] = {form: code for code in range(100, 600) for form in (code, str(code))}
_OUTCOME = {form: "success" if code < 400 else "failure" for form, code in _STATUS.items()}


def status(value: Any) -> int | None:
    """An HTTP status; words that some gateways write in its place are absent."""
    return _STATUS.get(value) if value.__class__ in (str, int) else None


def outcome(value: Any) -> str | None:
    """success for an HTTP status below 400, failure for the others."""
    return _OUTCOME.get(value) if value.__class__ in (str, int) else None


def seconds(value: Any) -> int | None:
    """Seconds as nanoseconds, whole microseconds."""
    if value.__class__ is float and 0 <= value < 1e9:
        return round(value * 1_000_000) * 1000
    span = number(value)
    return round(span * 1_000_000) * 1000 if span is not None and 0 <= span < 1e9 else None


def milliseconds(value: Any) -> int | None:
    """Milliseconds as nanoseconds, whole microseconds."""
    span = number(value)
    return round(span * 1000) * 1000 if span is not None and 0 <= span < 1e12 else None


def ip(value: Any) -> str | None:
    """An address in its one shortest form, so that one client is one principal; a port or brackets are cut off."""
    return _ip(value) if value.__class__ is str and len(value) < 100 else None


@lru_cache(maxsize=4096)
def _ip(value: str) -> str | None:
    host = value.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def key(value: Any) -> str | None:
    """The SHA-256 of an API key. What is no hash is a credential in the clear and is hashed here: it never gets further."""
    if value.__class__ is not str or not value:
        return None
    return hash_only(value) or sha256(value.encode("utf-8", "replace")).hexdigest()


def hash_only(value: Any) -> str | None:
    """64 hex digits; anything else is absent."""
    return _hash(value) if value.__class__ is str and len(value) == 64 else None


@lru_cache(maxsize=4096)
def _hash(value: str) -> str | None:
    return value.lower() if _SHA256.fullmatch(value) else None


def header(value: Any) -> str | None:
    """Text of an HTTP header. ASGI servers decode headers as Latin-1: UTF-8 inside is read again as what it was."""
    if value.__class__ is not str or value.isascii():
        return text(value)
    try:
        return str(value.encode("latin-1"), "utf-8")
    except UnicodeError:
        return str(value)


def prefix(value: Any) -> str | None:
    """What stands before the first slash: `openai` of `openai/gpt-4o`; absent without one."""
    head, slash, _ = value.partition("/") if value.__class__ is str else ("", "", "")
    return head if slash and head else None


def chosen(value: Any) -> str | None:
    """A name that somebody chose; a bare UUID was drawn and is absent."""
    return value if value.__class__ is str and value and not _UUID.fullmatch(value) else None


def version(value: Any) -> str | None:
    """`1.1` of `HTTP/1.1`."""
    if value == "HTTP/1.1":
        return "1.1"
    return value.removeprefix("HTTP/") or None if value.__class__ is str else None


CONVERTERS: dict[str, Converter] = {
    "text": text, "words": words, "int": integer, "number": number, "bool": boolean, "list": items, "ip": ip,
    "status": status, "outcome": outcome, "seconds": seconds, "milliseconds": milliseconds, "key": key,
    "sha256": hash_only, "header": header, "prefix": prefix, "chosen": chosen, "version": version,
}

"""Converters: what `as:` in a mapping names. In: one JSON value, not null. Out: the event field's value, or None for "absent"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
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


# The shortest numbers of cards that are in use.
_LIKE_A_CARD = 10**12


def count(value: Any) -> int | None:
    """A whole number that a client chose: none that may be the number of a card, which would be kept as it is."""
    found = integer(value)
    return found if found is not None and 0 <= found < _LIKE_A_CARD else None


def setting(value: Any) -> int | float | None:
    """A finite number that a client chose; as `count`."""
    found = number(value)
    return found if found is not None and abs(found) < _LIKE_A_CARD else None


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


def failed_status(value: Any) -> str | None:
    """An HTTP status of 400 and above, as text: the type of an error of which nothing else is known."""
    return str(value) if outcome(value) == "failure" else None


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


def microseconds(value: Any) -> int | None:
    """Microseconds as nanoseconds."""
    span = number(value)
    return round(span * 1000) if span is not None and 0 <= span < 1e15 else None


def nanoseconds(value: Any) -> int | None:
    """Nanoseconds, whole ones."""
    span = integer(value)
    return span if span is not None and span >= 0 else None


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


def masked(value: Any) -> str | None:
    """An address that is no whole one any more, such as `203.0.113.***`."""
    return value if value.__class__ is str and value and ip(value) is None else None


# Whose addresses are those of the own network: a proxy or load balancer stands there, or a client that needs no blocking.
_OWN = tuple(ip_network(network) for network in (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"))


def outside_ip(value: Any) -> str | None:
    """An address as `ip`, but of the own network none: behind it stands whoever a proxy there says."""
    found = ip(value)
    return found if found and _is_outside(found) else None


def forwarded_ip(value: Any) -> str | None:
    """The client in an X-Forwarded-For: the last that is none of the own network. What stands before it the client wrote."""
    if value.__class__ is not str:
        return None
    # Each proxy adds the address it was called from; far more than any chain of them counts for nothing.
    for part in reversed(value[-1024:].split(",")):
        if found := outside_ip(part):
            return found
    return None


@lru_cache(maxsize=4096)
def _is_outside(address: str) -> bool:
    found = ip_address(address)
    return not any(found.version == own.version and found in own for own in _OWN)


def key(value: Any) -> str | None:
    """The SHA-256 of an API key. What is no hash is a credential in the clear and is hashed here: it never gets further."""
    if value.__class__ is not str or not value:
        return None
    return hash_only(value) or sha256(value.encode("utf-8", "replace")).hexdigest()


def credential(value: Any) -> str | None:
    """The SHA-256 of a key as a client sends it: `Authorization: Bearer sk-...`, or the key alone.

    Also of one that looks like a hash: else a client could send the hash of somebody's key and be taken for him, and a key that
    is drawn as 64 hex digits would be kept as it is.
    """
    if value.__class__ is not str:
        return None
    scheme, _, rest = value.strip().partition(" ")
    said = rest.strip() if rest and scheme.lower() in ("bearer", "basic", "token", "apikey") else value.strip()
    return sha256(said.encode("utf-8", "replace")).hexdigest() if said else None


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


# How the paths of the APIs end, and what they ask for.
_OPERATIONS = {
    "chat/completions": "chat", "messages": "chat", "responses": "chat", "converse": "chat", "converse-stream": "chat", "api/chat": "chat",
    "completions": "text_completion", "api/generate": "text_completion", "generate": "text_completion", "generate_stream": "text_completion",
    "embeddings": "embeddings", "api/embed": "embeddings", "images/generations": "image_generation", "images/edits": "image_generation",
    "audio/transcriptions": "transcription", "audio/translations": "transcription", "audio/speech": "speech", "moderations": "moderation",
    "rerank": "rerank", "generateContent": "generate_content", "streamGenerateContent": "generate_content",
}


def operation(value: Any) -> str | None:
    """What the path of an API asks for: `chat` of `/v1/chat/completions`; absent for other paths."""
    return _operation(value[:512]) if value.__class__ is str else None


@lru_cache(maxsize=1024)
def _operation(path: str) -> str | None:
    steps = path.partition("?")[0].rstrip("/").replace(":", "/").rsplit("/", 2)[-2:]
    return _OPERATIONS.get("/".join(steps)) or _OPERATIONS.get(steps[-1])


def backend(value: Any) -> str | None:
    """`openai` of Envoy AI Gateway's `default/openai/route/claims/rule/0/ref/0`: the name its owner gave a backend."""
    if value.__class__ is not str or not value:
        return None
    steps = value.split("/", 3)
    return (steps[1] or None) if len(steps) == 4 and steps[2] == "route" else value


def arn_user(value: Any) -> str | None:
    """Whom an ARN names: the user, or the role without its session, which is another one every hour."""
    steps = _arn_steps(value)
    if len(steps) < 2:
        return steps[-1] if steps else None
    return steps[1] if steps[0] == "assumed-role" else steps[-1]


def arn_session(value: Any) -> str | None:
    """The name that whoever took a role gave the session."""
    steps = _arn_steps(value)
    return "/".join(steps[2:]) or None if steps[:1] == ["assumed-role"] else None


def _arn_steps(value: Any) -> list[str]:
    """`[assumed-role, NAME, SESSION]` or `[user, PATH, NAME]` of an ARN; a word that is none stands alone."""
    return [step for step in value.split(":", 5)[-1].split("/") if step] if value.__class__ is str else []


def deployment(value: Any) -> str | None:
    """The deployment that an Azure URL asks: `gpt` of `/openai/deployments/gpt/chat/completions`."""
    rest = value.partition("/deployments/")[2] if value.__class__ is str else ""
    return rest.partition("/")[0].partition("?")[0] or None


def gcp_model(value: Any) -> str | None:
    """`gemini-2.5-flash` of `publishers/google/models/gemini-2.5-flash:generateContent`; a name that is no path stays."""
    name = value.removeprefix("models/").rpartition("/models/")[2] if value.__class__ is str else ""
    return name.partition(":")[0].partition("?")[0] or None if "/" not in name else None


def failed(value: Any) -> str | None:
    """failure, when there is anything at all: an error code, say."""
    return "failure" if value else None


def chosen(value: Any) -> str | None:
    """A name that somebody chose; a bare UUID was drawn and is absent."""
    return value if value.__class__ is str and value and not _UUID.fullmatch(value) else None


def query(value: Any) -> str | None:
    """What follows the question mark of a request, which some write with it."""
    return (value.removeprefix("?") or None) if value.__class__ is str else None


def version(value: Any) -> str | None:
    """`1.1` of `HTTP/1.1`."""
    if value == "HTTP/1.1":
        return "1.1"
    return value.removeprefix("HTTP/") or None if value.__class__ is str else None


CONVERTERS: dict[str, Converter] = {
    "text": text, "words": words, "int": integer, "count": count, "number": number, "setting": setting, "bool": boolean, "list": items, "ip": ip,
    "status": status, "outcome": outcome, "failed_status": failed_status, "seconds": seconds, "milliseconds": milliseconds,
    "microseconds": microseconds, "nanoseconds": nanoseconds, "query": query, "key": key,
    "sha256": hash_only, "header": header, "prefix": prefix, "chosen": chosen, "version": version,
    "outside_ip": outside_ip, "forwarded_ip": forwarded_ip, "operation": operation, "backend": backend,
    "credential": credential, "arn_user": arn_user, "arn_session": arn_session, "deployment": deployment, "failed": failed,
    "masked": masked, "gcp_model": gcp_model,
}

"""Request lines and targets as web servers log them. In: text that a client sent. Out: `http.*` and `url.*` fields."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sentinel.records.event import Fields

_METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"})
_LONGEST_METHOD = 24
_SHORT = 256
# What web servers write where there was no request.
_NOTHING = frozenset({"", "-"})


def request_line(value: Any, fields: Fields) -> None:
    """`GET /x?y HTTP/1.1` taken apart. Bytes that are no request (a TLS greeting, garbage) are kept whole as `url.original`."""
    if value.__class__ is str and value not in _NOTHING:
        fields.update(_taken_apart_before(value) if len(value) <= _SHORT else _taken_apart(value))


def _taken_apart(line: str) -> Fields:
    if line[0] == "/":  # some write the target alone
        alone: Fields = {}
        url(line, alone)
        return alone
    method, _, rest = line.partition(" ")
    if not rest or not (method in _METHODS or is_method(method)):
        return {"url.original": line}
    # A target may hold spaces; the version is what follows the last one.
    target, _, last = rest.rpartition(" ")
    fields: Fields = {"http.request.method": method}
    if last.startswith("HTTP/") and target:
        fields["http.version"] = last[5:]
    else:
        target = rest
    url(target, fields)
    return fields


# Most requests of a gateway have the same few lines.
_taken_apart_before = lru_cache(4096)(_taken_apart)


def is_method(word: str) -> bool:
    """Whether a web server would take `word` for a method."""
    return len(word) <= _LONGEST_METHOD and word.isascii() and word.isupper() and word.replace("-", "").replace(
        "_", "").isalpha()


def url(value: Any, fields: Fields) -> None:
    """A request target split into path and query; nothing is decoded, so that `%2e%2e` can be told from `..`."""
    if value.__class__ is not str or value in _NOTHING:
        return
    fields["url.original"] = value
    path, mark, query = value.partition("?")
    if path[0:1] != "/" and "://" in path:
        # The absolute form, as sent to a proxy: host first.
        path = "/" + path.partition("://")[2].partition("/")[2]
    if path:
        fields["url.path"] = path
    if mark and query:
        fields["url.query"] = query

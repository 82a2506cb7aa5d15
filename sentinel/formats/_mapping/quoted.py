"""Texts as programs quote them in their logs. In: a line. Out: what was quoted, and where the quotes end.

Python's `repr` of a text, Go's `strconv.Quote`, and the `key=value` pairs of Go's slog and of logfmt. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# One linear pattern for both quotes; an unfinished text (a line that was cut) runs to the end.
_TEXT = re.compile(r"""(?:'(?P<single>[^'\\]*+(?:\\.[^'\\]*+)*+)(?P<ends>')?+|"(?P<double>[^"\\]*+(?:\\.[^"\\]*+)*+)(?P<end>")?+)""",
                   re.DOTALL)
# A run of bytes is taken whole: in Go they may make up one character.
_ESCAPE = re.compile(r"((?:\\x[0-9a-fA-F]{2})++)|\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_PAIR = re.compile(r"""\s*+(?P<key>[^\s="]++)=(?:(?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+"?+)|(?P<bare>[^\s"]*+))""", re.DOTALL)


def python(line: str, at: int) -> tuple[str, int] | None:
    """The text whose `repr` begins at `at`, and the index behind it; -1 when it has no end. None: no text begins there."""
    match = _TEXT.match(line, at)
    if match is None:
        return None
    inner = match["single"] if match["double"] is None else match["double"]
    whole = match["ends"] or match["end"]
    return (_plain(inner, "latin-1") if "\\" in inner else inner), (match.end() if whole else -1)


def last(line: str, key: str, tail: re.Pattern[str]) -> tuple[str, str, str] | None:
    """What stands before `key`, the text in Python's quotes behind it, and what follows, read from the line's end.

    Between its quotes a text has none of their kind but behind a backslash. So from the end there is only one way to read a line,
    whatever somebody wrote before the text, or into it.

    Args:
        tail: what follows the last quote of all. None comes out when the line does not end so.
    """
    end = max(line.rfind("'"), line.rfind('"'))
    if end < 1 or tail.fullmatch(line, end + 1) is None:
        return None
    start = line.rfind(line[end], 0, end)
    while start > 0 and _behind_backslash(line, start):
        start = line.rfind(line[end], 0, start)
    if start < len(key) or not line.startswith(key, start - len(key)):
        return None
    inner = line[start + 1:end]
    return line[:start - len(key)], _plain(inner, "latin-1") if "\\" in inner else inner, line[end + 1:]


def _behind_backslash(line: str, at: int) -> bool:
    """Whether the character at `at` is escaped: an even number of backslashes stand for themselves."""
    first = at
    while first and line[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def go(quoted: str) -> str:
    """What stands in a text as Go quotes it; bytes that are no UTF-8 come as `\\xHH` there, and become U+FFFD."""
    inner = quoted[1:-1] if len(quoted) > 1 and quoted[-1] == '"' else quoted[1:]
    return _plain(inner, "utf-8") if "\\" in inner else inner


def pairs(line: str) -> Iterator[tuple[str, str]]:
    """The `key=value` pairs from the start of a line, as far as it holds any."""
    at = 0
    while match := _PAIR.match(line, at):
        quoted = match["quoted"]
        yield match["key"], match["bare"] if quoted is None else go(quoted)
        at = match.end()


def _plain(inner: str, encoding: str) -> str:
    """Args: encoding: of what `\\xHH` stands for."""

    def character(match: re.Match[str]) -> str:
        run, short, long, plain = match.groups()
        if run is not None:
            return bytes.fromhex(run.replace("\\x", "")).decode(encoding, "replace")
        if plain is not None:
            return _PLAIN.get(plain, plain)
        code = int(short or long, 16)
        return chr(code) if code < 0x110000 else "\ufffd"

    text = _ESCAPE.sub(character, inner)
    # Halves of one character are put together; a half alone has no UTF-8 form.
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

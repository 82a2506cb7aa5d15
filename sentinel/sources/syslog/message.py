"""What a syslog message says, without what stands before it (RFC 5424, RFC 3164, and what programs really send).

In: one message. Out: its text. The header's time, host and program are dropped: the record inside has its own, the header of
RFC 3164 has neither year nor zone, and all three are whatever the sender claims. No pattern is used: every step is one search.
"""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"
_MONTHS = (b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ", b"Dec ")
_LONGEST_TAG = 128


def text_of(message: bytes) -> bytes:
    """Empty when the message has none. What has no priority in front is no syslog and stays as it is."""
    message = message.rstrip(b"\r\n\0")
    end = message[:5].find(b">")
    if message[:1] != b"<" or not message[1:max(end, 1)].isdigit():
        return message
    rest = message[end + 1:]
    return _of_5424(rest[2:]) if rest[:2] == b"1 " else _of_3164(rest)


def _of_5424(rest: bytes) -> bytes:
    """Behind the version: time, host, program, process, kind, structured data, text."""
    parts = rest.split(b" ", 5)
    end = _end_of_data(parts[5]) if len(parts) == 6 else -1
    return parts[5][end:].removeprefix(b" ").removeprefix(_BOM) if end >= 0 else rest


def _end_of_data(rest: bytes) -> int:
    """Structured data is `-`, or elements `[name key="value"]` side by side; in a value, `]` stands behind a backslash. -1: broken."""
    if rest[:1] == b"-":
        return 1
    at = 0
    while rest[at:at + 1] == b"[":
        end = rest.find(b"]", at)
        while end > 0 and _escaped(rest, end):
            end = rest.find(b"]", end + 1)
        if end < 0:
            return -1
        at = end + 1
    return at or -1


def _escaped(data: bytes, at: int) -> bool:
    """Whether an odd number of backslashes stands before it."""
    first = at
    while first and data[first - 1] == 0x5C:
        first -= 1
    return (at - first) % 2 == 1


def _of_3164(rest: bytes) -> bytes:
    """Time, host and tag, each of which some programs leave out: nginx and HAProxy are among them."""
    if rest[:4] in _MONTHS and rest[9:10] == b":" and rest[15:16] == b" ":
        rest = rest[16:]
    elif rest[:4].isdigit() and rest[4:5] == b"-" and rest[10:11] == b"T":
        rest = rest.partition(b" ")[2]
    else:
        return _first(_behind_tag(rest), rest)
    if not rest[:1].isalnum():
        return rest  # Neither a host nor a tag begins like that, but a JSON record does.
    behind_host = rest.partition(b" ")[2]
    return _first(_behind_tag(rest), _behind_tag(behind_host), behind_host or rest)


def _first(*texts: bytes | None) -> bytes:
    return next(text for text in texts if text is not None)


def _behind_tag(rest: bytes) -> bytes | None:
    """What follows `nginx: ` or `haproxy[123]: `; None when there is no tag here."""
    tag, colon, _ = rest[:_LONGEST_TAG].partition(b": ")
    if not colon or not tag[:1].isalnum() or b" " in tag or b'"' in tag:
        return None
    return rest[len(tag) + 2:]

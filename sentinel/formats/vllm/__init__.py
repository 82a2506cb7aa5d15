"""vLLM: what its request logger, its web server and its errors say. In: lines of its standard output. Out: see `fields`.

A request's prompt and its answer are logged apart and joined by the request id. `_requests.py` reads these; here is which
line is what. Each line of a traceback has the prefix of the record it belongs to, and uvicorn's have none. With
`--logging-config.formatter json` each record is a JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Record
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.uvicorn import ACCESS_FIELDS, access
from sentinel.formats.vllm import _requests
from sentinel.formats.vllm._examples import EXAMPLES
from sentinel.records.event import Fields

# `(APIServer pid=4121) ` is put before each line of a process, also of what is not vLLM's own.
_PROCESS = re.compile(r"\([^()]{0,80}+\) ?+", re.ASCII)
# `INFO 11-24 23:01:23 [api_server.py:584] `; until 2025 `INFO 04-10 03:35:45 logger.py:39] `; uvicorn's `INFO:     `
_HEAD = re.compile(
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: (?P<time>(?:\d{4}-)?+\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?+)"
    r" \[?+[^\]\s]{1,300}+\] ?+|: ++)", re.ASCII)
# Most lines are no errors, and need no further look to be told apart.
_CALM = re.compile(rb"(?:\([^()]{0,80}+\) ?+)?+(?:INFO|DEBUG|WARNING)[ :]")
_ERROR = frozenset({"ERROR", "CRITICAL"})
# What goes on with an error: the lines of a traceback and the exception at its end.
_TRACE = re.compile(r"\s|\Z|Traceback \(most recent call last\)|During handling of the above|The above exception was|\|")
_EXCEPTION = re.compile(
    r"(?P<type>(?:[A-Za-z_]\w{0,80}+\.){0,12}+[A-Za-z_]\w{0,80}+)(?:: (?P<says>.*+)|:?+)", re.ASCII | re.DOTALL)
_NAMED = re.compile(r".*(?:Error|Exception|Warning|Interrupt|Exit|Timeout|Failure|Fault|Abort|Disconnect|Cancelled)", re.ASCII)
# What else ends up in the same stream: banners, progress bars, warnings of Python and of libraries.
_CHATTER = re.compile(
    r"[\s█▄▀]|\Z|\[rank\d|\[W\d|\[E\d|[IWEF]\d{4} |Traceback |During handling |The above exception |Loading |Capturing |Downloading |Fetching "
    r"|Processed prompts|Process |Using |warnings\.warn|usage: |vllm: |NCCL |[^\s:]{1,80}+:\d++:\d++ \[|[^\s:]{1,200}+:\d++: "
    r"|\S{0,80}+[:,]? ++\d{1,3}%\||\S{0,80}+ \d++%\|", re.ASCII)
_LONGEST_MESSAGE = 4096


class _Said(NamedTuple):
    """A line without its prefix. level, time: empty where there is none. served: it is the web server that says it."""

    process: bool
    level: str
    time: str
    message: str
    served: bool


class Vllm(Format):
    """The log of `vllm serve`. What it must be started with: docs/engines.md."""

    name = "vllm"
    about = "vLLM's log: requests and answers, joined by request id; access lines; errors"
    category = "llm"
    fields = _requests.FIELDS | ACCESS_FIELDS | {"error.type", "error.message"}
    # All that comes out of a request. The id is the header x-request-id, when a client sends one; what looks like a tool's
    # call in an answer may be what the model was asked to say. The address is the connection's; from a proxy on the same
    # host uvicorn takes it out of X-Forwarded-For, and so from anybody when --forwarded-allow-ips says so.
    forgeable = frozenset({
        "gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.call.result", "gen_ai.tool.name", "gen_ai.tool.call.arguments",
        "gen_ai.request.model", "gen_ai.response.id", "http.request.id", "sentinel.end_user.id", "gen_ai.conversation.id",
        "http.request.method", "http.version", "url.original", "url.path", "url.query", "error.message"})
    examples: Sequence[dict[str, Any]] = EXAMPLES
    joins = True

    def frame(self, line: bytes) -> Frame:
        if _CALM.match(line):
            return Frame.WHOLE
        said = _said(str(line[:600], "utf-8", "replace"))
        if _goes_on(said.message) and (said.level in _ERROR or not said.level):
            return Frame.MORE
        return Frame.BEGIN if said.level in _ERROR else Frame.WHOLE

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        text = readable(record, fields)
        if not text:
            return ()
        if text.startswith("{"):
            first, lines = _logged(text, fields)
        else:
            begin, *lines = text.split("\n")
            first = _said(begin)
        if first.level in _ERROR:
            return self._error(first, lines, fields)
        if not first.level:
            return _nothing(first)
        if first.served:
            seen = access(first.message)
            found = None if seen is None else Record(0, fields | seen, category="webserver")
        else:
            found = _requests.read(first.message, fields)
        if found is None:
            return ()
        found.at = self._at(first)
        return (found,)

    def _at(self, said: _Said) -> int:
        return self.times.instant(said.time) if said.time else 0

    def _error(self, first: _Said, lines: Sequence[str], fields: Fields) -> Sequence[Record]:
        """What went wrong, and the exception at the end of its traceback."""
        said = first.message.strip()
        ended = next(filter(None, (_exception(_said(line).message.strip()) for line in reversed(lines))), None)
        if ended is None and (ended := _exception(said)) is not None:
            said = ""
        elif ended is None and _TRACE.match(first.message):
            return ()  # out of a traceback whose beginning is not here
        if ended is not None:
            fields["error.type"] = ended["type"]
            said = ": ".join(filter(None, (said.rstrip(".:"), (ended["says"] or "").strip())))
        if said:
            fields["error.message"] = said[:_LONGEST_MESSAGE]
        fields["event.outcome"] = "failure"
        return (Record(self._at(first), fields),)


def _said(line: str) -> _Said:
    process = _PROCESS.match(line)
    at = process.end() if process else 0
    head = _HEAD.match(line, at)
    if head is None:
        return _Said(process is not None, "", "", line[at:], served=False)
    return _Said(process is not None, head["level"], head["time"] or "", line[head.end():].rstrip("\r"), served=head["time"] is None)


def _logged(text: str, fields: Fields) -> tuple[_Said, list[str]]:
    """A record as JSON, and the lines of its traceback. Raises: Unreadable."""
    said = decoded(text.encode(), msgspec.json.decode, fields)
    message = said.get("message") if said.__class__ is dict else None
    if message.__class__ is not str:
        raise Unreadable("no line of vLLM's log")
    level, time, trace = (next((found for key in keys if (found := said.get(key)).__class__ is str), "")
                          for keys in (("levelname", "level"), ("asctime", "timestamp", "time"), ("exc_info",)))
    lines = trace.split("\n") if trace else []
    if level in _ERROR:
        message, *more = message.split("\n")
        lines = more + lines
    return _Said(True, level or "INFO", time, message, served=said.get("name") == "uvicorn.access"), lines


def _goes_on(message: str) -> bool:
    return _TRACE.match(message) is not None or _exception(message) is not None


def _exception(message: str) -> re.Match[str] | None:
    """The last line of a traceback: `jinja2.exceptions.TemplateError: what it says`."""
    match = _EXCEPTION.fullmatch(message)
    if match is None or not ("." in match["type"] or _NAMED.fullmatch(match["type"])):
        return None
    return match


def _nothing(said: _Said) -> Sequence[Record]:
    """Lines without a level say nothing of a request. Raises: Unreadable: a line that no vLLM writes."""
    if said.process or _CHATTER.match(said.message) or _exception(said.message):
        return ()
    raise Unreadable("no line of vLLM's log")

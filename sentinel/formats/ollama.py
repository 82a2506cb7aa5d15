"""Ollama: its access log (gin's), its own records (Go's slog). In: lines of its standard error. Out: see `fields`.

gin's lines carry local time without a zone: set the source's `timezone:`. Prompts are in the log only up to version 0.6, with
OLLAMA_DEBUG=1; later ones write none. What a model's runner says in between (llama.cpp's own log) holds nothing of a request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Record
from sentinel.formats._mapping import quoted, template
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.syslog import headless
from sentinel.formats._mapping.time import duration
from sentinel.formats._mapping.values import ip, outcome, status
from sentinel.formats._mapping.web import url
from sentinel.records.event import Fields

_GIN = re.compile(
    r"\[GIN\] (?P<time>\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d) \| ++(?P<status>\d{3}) \| *+(?P<took>[\dhmsnuµμ.]{1,40}+) *+\|"
    r" *+(?P<client>[^\s|]*+) *+\| *+(?P<method>[A-Z_-]{0,24}+) *+(?P<path>\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\")", re.DOTALL)
_OPERATIONS = {"chat request": "chat", "generate request": "text_completion", "completion request": "text_completion"}
# gin's start-up, Go's own log, the runner's.
_CHATTER = re.compile(
    r"\[GIN-debug\]|\s|Error #\d|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d |goroutine |panic: |runtime\.|created by |[\w.]{1,80}+\([^)]{0,500}+\)\Z"
    r"|(?:[A-Za-z~][\w.()~-]{0,80}+ ?){1,3}+:|(?:INFO|WARN|DEBUG|ERR|VERB) +\[|Device \d|[.]++\Z|Couldn't find |Your new public key"
    r"|ssh-|SIG[A-Z]{2,6}|[a-z][a-z\d]{1,5} ++0x|PC=|exit status", re.ASCII)
_LONGEST_MESSAGE = 4096


class Ollama(Format):
    """The log of `ollama serve`. What it must be started with: docs/engines.md."""

    name = "ollama"
    about = "Ollama's log: access lines, errors; prompts where the version writes them"
    category = "llm"
    fields = frozenset({
        "source.ip", "http.request.method", "http.response.status_code", "event.outcome", "event.duration", "url.original", "url.path",
        "url.query", "gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.call.result", "gen_ai.operation.name",
        "error.message"})
    # Its web server believes X-Forwarded-For of whoever sends it: even the address is the client's word. With a proxy in
    # front that overwrites the header, and no other way in, the proxy's own log is the one to act on.
    forgeable = frozenset({
        "source.ip", "http.request.method", "url.original", "url.path", "url.query", "gen_ai.prompt", "gen_ai.system_instructions",
        "gen_ai.tool.call.result", "error.message"})
    examples: Sequence[dict[str, Any]] = (
        {"line": '[GIN] 2026/11/24 - 23:01:26 | 500 |         1m2.5s |    2001:db8::17 | POST     "/v1/chat/completions"',
         "category": "webserver", "at": "2026-11-24T23:01:26Z",
         "fields": {"source.ip": "2001:db8::17", "http.request.method": "POST", "url.original": "/v1/chat/completions",
                    "url.path": "/v1/chat/completions", "http.response.status_code": 500, "event.outcome": "failure",
                    "event.duration": 62_500_000_000}},
        {"line": r'time=2026-11-24T23:01:30.425+01:00 level=DEBUG source=routes.go:1544 msg="chat request" images=0 prompt="<|im_start|>system\nBe terse.<|im_end|>\n<|im_start|>user\nSay \"hi\"<|im_end|>\n<|im_start|>assistant\n"',
         "at": "2026-11-24T22:01:30.425Z",
         "fields": {"gen_ai.operation.name": "chat", "gen_ai.system_instructions": "Be terse.", "gen_ai.prompt": 'Say "hi"'}},
        {"line": 'time=2026-11-24T23:01:31.005+01:00 level=ERROR source=routes.go:2214 msg="chat prompt error" error="no such model"',
         "at": "2026-11-24T22:01:31.005Z",
         "fields": {"event.outcome": "failure", "error.message": "chat prompt error: no such model"}},
    )

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        text, time = headless(readable(record, fields))
        if text.startswith("[GIN] "):
            return (self._access(text, fields),)
        if text.startswith("time="):
            return self._said(text, fields)
        if not text or time or _CHATTER.match(text):
            return ()  # behind a journal's head: another program's, or the runner's
        raise Unreadable("no line of Ollama's log")

    def _access(self, text: str, fields: Fields) -> Record:
        match = _GIN.match(text)
        if match is None:
            raise Unreadable("an access line of another shape than gin's own")
        if address := ip(match["client"]):
            fields["source.ip"] = address
        if match["method"]:
            fields["http.request.method"] = match["method"]
        url(quoted.go(match["path"]), fields)
        if code := status(match["status"]):
            fields["http.response.status_code"] = code
            fields["event.outcome"] = outcome(match["status"])
        if took := duration(match["took"]):
            fields["event.duration"] = took
        return Record(self.times.instant(match["time"]), fields, category="webserver")

    def _said(self, text: str, fields: Fields) -> Sequence[Record]:
        said = dict(quoted.pairs(text))
        message, level = said.get("msg", ""), said.get("level", "")
        if message in _OPERATIONS and said.get("prompt"):
            fields["gen_ai.operation.name"] = _OPERATIONS[message]
            template.conversation(said["prompt"], fields)
        elif level.startswith("ERROR"):
            why = said.get("error") or said.get("err")
            fields["event.outcome"] = "failure"
            fields["error.message"] = (f"{message}: {why}" if why else message)[:_LONGEST_MESSAGE] or "?"
        else:
            return ()
        return (Record(self.times.instant(said["time"]), fields),)

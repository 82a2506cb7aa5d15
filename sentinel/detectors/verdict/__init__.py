"""Did it work? What the answer shows of an attack that its prompt, or an earlier turn of the conversation, holds.

In: events with an answer, and what the detectors before this one (by name) found on them. Out: signs of success. They are
indirect: a sign says what was seen, and no sign says nothing. `succeeded` is kept for signs that do harm by themselves.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any, ClassVar

from sentinel.detectors._base import Detector, Memory, text_in
from sentinel.detectors.verdict._answer import Answer, read
from sentinel.records.event import Event
from sentinel.records.finding import Finding

# An attack, so that what follows it matters: the threshold of the shipped rules, and half of it for looking at the answer.
ATTACK, MAYBE = 0.7, 0.35
_ECHO, _CARRIED = 8, 0.6
# Event time for which a conversation remains attacked.
_LASTS = 3_600 * 1_000_000_000
# Tools that change, pay, send, run or unlock something. Names are split at what is no letter and at capitals.
SENSITIVE = re.compile(
    r"(?:^|_)(?:delete|remove|drop|wipe|purge|destroy|truncate|overwrite|transfer|pay|purchase|buy|refund|withdraw|wire|send|forward|publish|post"
    r"|upload|share|exec|execute|eval|run|shell|bash|terminal|command|python|code_?interpreter|sql|deploy|apply|grant|revoke|assign|elevate|impersonate"
    r"|reset|disable|unlock|approve|write|edit|update|create|install|ssh|credential|credentials|secret|secrets|password|token|keys?)(?:_|$)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


class Verdict(Detector):
    """Judges the answers to attacks. Remembers for an hour which conversations were attacked."""

    name = "verdict"
    fields: ClassVar = {
        "sentinel.completion.refused": "true: beside an attack, the answer begins by declining, in one of fifteen languages",
        "sentinel.completion.complied": "true: beside an attack, the answer begins as those do that give in (\"Sure, here is\", \"[DAN]:\")",
        "sentinel.tool.call.sensitive": "true: a tool was called whose name says that it changes, pays, sends, runs or unlocks something",
        "sentinel.conversation.attacked": "true: an earlier turn of this conversation, within the hour, held an attack",
        "sentinel.attack.signs": "what speaks for it that an attack worked: complied, exfiltration, sensitive_tool, system_text",
        "sentinel.attack.succeeded": "true: one of the signs is harm done (all but complied); absent means unknown, not failed",
    }
    needs: ClassVar = (frozenset({"gen_ai.completion"}), frozenset({"gen_ai.tool.name"}),
                       frozenset({"gen_ai.conversation.id", "gen_ai.prompt"}))

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        fields = event.fields
        score = max(fields.get("sentinel.prompt.injection.score", 0.0), fields.get("sentinel.tool.injection.score", 0.0))
        sensitive = "gen_ai.tool.name" in fields and any(map(is_sensitive, _names(fields["gen_ai.tool.name"])))
        if sensitive:
            fields["sentinel.tool.call.sensitive"] = True
        attacked = self._attacked(event, score, memory)
        if attacked:
            fields["sentinel.conversation.attacked"] = True
        if score >= MAYBE or attacked:
            signs = _signs(event, score, sensitive=sensitive)
            if signs:
                fields["sentinel.attack.signs"] = signs
                if signs != ["complied"]:
                    fields["sentinel.attack.succeeded"] = True
        return []

    def _attacked(self, event: Event, score: float, memory: Memory) -> bool:
        """Whether an earlier turn held an attack; this one's is remembered for those that follow."""
        conversation = event.fields.get("gen_ai.conversation.id")
        if conversation.__class__ is not str:
            return False
        # A client writes the id: what is remembered is its digest.
        key = blake2b(conversation.encode("utf-8", "replace"), digest_size=8).hexdigest()
        since = memory.get(key)
        if score >= ATTACK:
            memory.put(key, event.at, event.at)
        return since is not None and 0 <= event.at - since <= _LASTS


def _signs(event: Event, score: float, *, sensitive: bool) -> list[str]:
    fields = event.fields
    answer = read(text_in(event, "gen_ai.completion"))
    if score >= MAYBE and answer is not Answer.OPEN:
        fields[f"sentinel.completion.{answer}"] = True
    signs = {
        "complied": score >= ATTACK and answer is Answer.COMPLIED,
        "exfiltration": fields.get("sentinel.completion.exfiltration.score", 0.0) >= _CARRIED,
        "sensitive_tool": sensitive and answer is not Answer.REFUSED,
        "system_text": fields.get("sentinel.completion.system_overlap", 0) >= _ECHO,
    }
    return [name for name, seen in signs.items() if seen]


def is_sensitive(tool: str) -> bool:
    """Whether a tool's name says that calling it has effects that an attacker wants."""
    return SENSITIVE.search(_HUMP.sub("_", tool[:200]).lower()) is not None


def _names(value: Any) -> list[str]:
    return [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]

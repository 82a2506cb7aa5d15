"""What an on-call engineer reads in Slack, as Block Kit.

In: an incident, its steps and its timeline, all of them hostile text (key aliases, excerpts). Out: a message within
Slack's limits, in which such text stands escaped and in `plain_text` objects alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from sentinel.clock import SECOND, iso
from sentinel.text import defang, printable

Json = dict[str, Any]

# Slack's: header 150, field 2000, section 3000, 10 fields, 50 blocks; all blocks together fail at about 13,200
# characters (slackapi/bolt-js#2509). Ours add up to less than 10,000.
_HEADER, _FIELD, _EVIDENCE, _DONE, _NEXT, _FOOT, _STORY = 150, 250, 2200, 2200, 1200, 400, 2800
_TEXT = 900
_MOST_EVIDENCE, _MOST_STEPS, _MOST_ENTRIES = 5, 12, 25
_WORDS = {"done": "DONE", "failed": "FAILED", "undone": "UNDONE", "planned": "WOULD DO", "skipped": "NOT DONE",
          "unknown": "IN DOUBT", "waiting": "NEXT", "trying": "NOW", "undoing": "UNDOING"}
_UNDER_WAY = ("waiting", "trying", "unknown")
_NAMES = {"sentinel.key.hash": "key", "source.ip": "address", "user.id": "user"}


class Message(Struct, frozen=True):
    """text: what notifications and screen readers get, and all there is when Slack refuses the blocks."""

    text: str
    blocks: tuple[Json, ...]


def message(incident: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], now: int, *, again: bool = False) -> Message:
    """The one message of an incident.

    Args:
        again: the answer to an earlier sending was lost, and this may be the second of its kind.
    """
    shown = [step for step in steps if _tells(step)]
    number = incident["id"]
    foot = f"{number} | written {_at(now)}" + (" | sent again: the first answer was lost" if again else "")
    more = f"`sentinel incidents show {number}`"
    blocks: list[Json] = [
        {"type": "header", "text": plain(_head(incident), _HEADER)},
        {"type": "section", "fields": [part for label, value in _facts(incident, shown)
                                       for part in (_bold(label), plain(value, _FIELD))]},
        _bold_section("What was seen"),
        _lines(_evidence(incident), _EVIDENCE, more),
        _bold_section("What was already done"),
        _lines(_done(shown), _DONE, more),
        {"type": "section", "text": {"type": "mrkdwn", "verbatim": True, "text": _next(incident, shown)}},
        {"type": "context", "elements": [plain(foot, _FOOT)]},
    ]
    return Message(_short(incident, shown), tuple(blocks))


def story(entries: Sequence[Mapping[str, Any]], number: str) -> Message:
    """News of an incident, for its thread: the timeline's new entries, oldest first."""
    left = len(entries) - _MOST_ENTRIES
    lines = [f"{_clock(entry['at'])} {entry['text']}" for entry in entries[:_MOST_ENTRIES]]
    if left > 0:
        lines.append(f"and {left} more: sentinel incidents show {number}")
    block = _lines(lines, _STORY, f"`sentinel incidents show {number}`")
    return Message(safe("; ".join(lines), _TEXT), (block,))


def safe(text: str, limit: int, rest: str = "") -> str:
    """Hostile text on one line, unclickable, escaped for Slack, of at most `limit` characters after escaping.

    Args: rest: said at the end when something had to be cut.
    """
    return _cut(defang(printable(str(text))), limit, rest)


def _cut(text: str, limit: int, rest: str = "") -> str:
    """Escaped as Slack asks (&, <, > and nothing else); cut before that, never inside an entity."""
    if (whole := "".join(map(_escape, text))) and len(whole) <= limit:
        return whole
    end = f"… {len(text)} characters in all{rest}"
    room, kept = limit - len(end), []
    for char in text:
        escaped = _escape(char)
        room -= len(escaped)
        if room < 0:
            break
        kept.append(escaped)
    return "".join(kept) + end if text else " "


def _escape(char: str) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(char, char)


def plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "emoji": False, "text": safe(text, limit)}


def _bold(label: str) -> Json:
    return {"type": "mrkdwn", "verbatim": True, "text": f"*{label}*"}


def _bold_section(label: str) -> Json:
    return {"type": "section", "text": _bold(label)}


def _lines(lines: Iterable[str], limit: int, more: str) -> Json:
    """A section of lines, each hostile. What does not fit is counted."""
    text = "\n".join(defang(printable(line)) for line in lines)
    return {"type": "section", "text": {"type": "plain_text", "emoji": False,
                                        "text": _cut(text, limit, f": {more.strip('`')}")}}


def _tells(step: Mapping[str, Any]) -> bool:
    """Steps that a person wants to know of: who was contained, what failed, what was kept back and why."""
    if step["state"] == "skipped":
        return not step["error"].startswith("its condition is not met")
    return bool(step["target"]) or step["state"] in ("failed", "unknown", "waiting", "trying")


def _facts(incident: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    principal, entities, rules = incident["principal"], incident["entities"], incident["rules"]
    facts = [("Who", _who(principal))]
    for label, name in (("From", "source.ip"), ("User", "user.id"), ("Model", "gen_ai.request.model"), ("Host", "host.name")):
        values = [value for value in entities.get(name, ()) if value != principal["id"]]
        if values and len(facts) < 3:
            facts.append((label, values[-1] + (f" and {len(values) - 1} more" if len(values) > 1 else "")))
    agree = "one rule" if len(rules) == 1 else f"{len(rules)} rules agree"
    alerts = "one alert" if incident["alerts"] == 1 else f"{incident['alerts']} alerts"
    facts.append(("How sure", f"risk score {incident['score']}; {agree}; {alerts}"))
    facts.append(("When", _at(incident["first_at"]) if incident["first_at"] // SECOND == incident["last_at"] // SECOND
                  else f"{_at(incident['first_at'])} to {_clock(incident['last_at'])}"))
    return facts


def _head(incident: Mapping[str, Any]) -> str:
    return f"{incident['severity'].upper()}, {incident['state'].replace('_', ' ')}: {incident['title']}"


def _who(principal: Mapping[str, Any]) -> str:
    kind, number, label = principal["kind"], principal["id"], principal["label"]
    short = number[:12] + "…" if kind == "key" and len(number) == 64 else number
    return f"{kind} {label} ({short})" if label else f"{kind} {short}"


def _evidence(incident: Mapping[str, Any]) -> list[str]:
    seen = sorted(incident["rules"].values(), key=lambda rule: -rule["last_at"])
    lines = [f"{rule['count']}x {rule['title']} ({rule['level']})" for rule in seen[:_MOST_EVIDENCE]]
    return lines + [f"{reason['field']}: {_short_of(reason['value'], 220)}" for reason in incident["evidence"][-_MOST_EVIDENCE:]]


def _short_of(value: str, limit: int) -> str:
    return value if len(value) <= limit else value[:limit] + "…"


def _done(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for step in sorted(steps, key=lambda step: step["state"] != "failed")[:_MOST_STEPS]:
        aim = f" {_aim(step['target'])}" if step["target"] else ""
        why = f": {step['error']}" if step["error"] else ""
        already = " (it was so before)" if step["state"] == "done" and not step["changed"] else ""
        when = f" at {_clock(step['finished_at'])}" if step["finished_at"] and step["state"] == "done" else ""
        lines.append(f"{_WORDS.get(step['state'], step['state'])} {step['uses']}{aim}{when}{already}{why}")
    return lines or ["Nothing: no playbook limits anybody here."]


def _aim(target: Sequence[str]) -> str:
    name, value = target
    return f"{_NAMES.get(name, name)} {value[:12]}…" if len(value) == 64 else f"{_NAMES.get(name, name)} {value}"


def _next(incident: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    """What to type. Only our own ids go in here: this is the one place with markup."""
    lines = ["*What to do next*"]
    if incident["story"] == "operational":
        # First: while the journal cannot be written, the incident is not there to be shown.
        lines.append("How it is now: `sentinel status`")
    lines.append(f"The whole story: `sentinel incidents show {_code(incident['id'])}`")
    lines += [f"{step['uses']} failed: do it by hand, or mend the cause" for step in steps if step["state"] == "failed"]
    if any(step["state"] in _UNDER_WAY for step in steps):
        lines.append("Containment is under way: this message will say how it ends.")
    elif incident["story"] != "operational" and not any(step["state"] in ("done", "undoing") for step in steps):
        lines.append("Nobody is contained: read the evidence and decide.")
    lines += [f"Take {step['uses']} back: `sentinel actions undo {_code(step['id'])}`"
              for step in steps if step["state"] == "done" and step["changed"] and step["target"]]
    if incident["runbook"]:
        lines.append(f"Run-book: `{_code(incident['runbook'])}`")
    return _cut_lines(lines, _NEXT)


def _code(text: str) -> str:
    return safe(text, 300).replace("`", "'")


def _cut_lines(lines: Sequence[str], limit: int) -> str:
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line])) > limit:
            break
        kept.append(line)
    return "\n".join(kept)


def _short(incident: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    done = "; ".join(_done(steps)[:3]).rstrip(".")
    text = (f"{_head(incident)}. {_who(incident['principal'])}. {done}. "
            f"sentinel incidents show {incident['id']}")
    return safe(text, _TEXT)


def _at(at: int) -> str:
    return iso(at // SECOND * SECOND).replace("T", " ").replace("Z", " UTC")


def _clock(at: int) -> str:
    return iso(at // SECOND * SECOND)[11:19] + " UTC"

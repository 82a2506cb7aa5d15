"""What an on-call engineer reads: within Slack's limits whatever the log says, and nothing in it acts on anybody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins

from sentinel.actions.slack._message import Message, message, safe, story
from sentinel.records.alert import Reason
from sentinel.records.incident import Seen
from tests import make
from tests.integration.servers.slack import _CONTROL, CHANNEL, _checked, _texts

HOSTILE = ["<!channel>", "<!here> <@U1>", "<https://evil.example|https://good.example>", "<!date^1^{time}|x>", "`rm -rf`\n> *bold* _i_ ~s~",
           "https://evil.example/?q=secret", "\x1b[31mred\x1b[0m", "a\u202eb\u200bc\u2066", "&" * 5000, "\ud800", "\x00", "𝕏" * 3000, "{{ 7*7 }}"]


def made(steps: list[dict[str, Any]] | None = None, **changed: Any) -> Message:
    return message(to_builtins(make.incident(**changed)), steps or [], make.NOW)


def step(**changed: Any) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(make.step(**{"target": ("sentinel.key.hash", make.KEY), "changed": True, "finished_at": make.NOW} | changed))
    return plain


def taken(sent: Message) -> list[str]:
    """Its texts, once Slack took it. Raises: Refused."""
    _checked({"channel": CHANNEL, "text": sent.text, "blocks": list(sent.blocks)})
    return [sent.text, *_texts(list(sent.blocks))]


def test_trouble_of_its_own_points_at_status() -> None:
    """While the journal cannot be written there is no incident to show."""
    assert "How it is now: `sentinel status`" in "\n".join(taken(made(story="operational")))
    assert "sentinel status" not in "\n".join(taken(made()))


def test_it_says_what_a_tired_person_needs() -> None:
    sent = made([step(), step(id="s2", uses="nginx.deny_ip", state="failed", changed=False, target=("source.ip", "203.0.113.7"), error="no nginx")],
                state="contained", runbook="docs/runbooks/leaked-secret.md")
    text = "\n".join(taken(sent))
    assert sent.blocks[0]["text"]["text"] == "HIGH, contained: Secret in an output"
    for needed in ("key agent-prod (88dc28d0f030…)", "203.0.113.7", "risk score 60; one rule; one alert", "2026-11-24 22:00:00 UTC",
                   "1x Secret in an output (high)", "gen_ai.completion: here is &lt;secret.github_pat:3f9a1c2b&gt;",
                   "DONE litellm.block_key key 88dc28d0f030… at 22:00:00 UTC", "FAILED nginx.deny_ip address 203.0.113.7: no nginx",
                   "`sentinel incidents show INC-ABCDEFGHIJ`", "`sentinel actions undo step1`", "`docs/runbooks/leaked-secret.md`",
                   "nginx.deny_ip failed: do it by hand"):
        assert needed in text
    assert text.index("FAILED") < text.index("DONE")
    assert "undo s2" not in text
    assert sent.text.startswith("HIGH, contained: Secret in an output. key agent-prod")


def test_nothing_done_is_said() -> None:
    text = "\n".join(taken(made()))
    assert "Nothing: no playbook limits anybody here." in text and "Nobody is contained: read the evidence and decide." in text


def test_trouble_of_its_own_asks_nobody_to_contain_anybody() -> None:
    assert "Nobody is contained" not in "\n".join(taken(made(story="operational")))


@pytest.mark.parametrize(("changed", "says"), [
    ({"state": "planned"}, "WOULD DO litellm.block_key"), ({"state": "skipped", "error": "protected"}, "NOT DONE litellm.block_key key 88dc28d0f030…: protected"),
    ({"state": "waiting", "target": None}, "NEXT litellm.block_key"), ({"changed": False}, "(it was so before)"), ({"state": "undone"}, "UNDONE"),
])
def test_what_became_of_a_step(changed: dict[str, Any], says: str) -> None:
    assert says in "\n".join(taken(made([step(**changed)])))


def test_while_it_is_under_way_nobody_is_told_to_do_it() -> None:
    text = "\n".join(taken(made([step(state="waiting", target=None)])))
    assert "Containment is under way" in text and "Nobody is contained" not in text


def test_what_did_not_apply_is_no_news() -> None:
    text = "\n".join(taken(made([step(state="skipped", error="its condition is not met: x", target=None), step(uses="webhook.post", target=None)])))
    assert "condition" not in text and "webhook" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_acts_on_nobody_and_stands_in_plain_text_alone(hostile: str) -> None:
    sent = made([step(error=hostile, state="failed", uses="nginx.deny_ip")], title=hostile, principal=make.principal(label=hostile),
                entities={"source.ip": (hostile,), "user.id": (hostile,)}, evidence=(Reason("f", hostile),), runbook=hostile,
                rules={hostile: Seen(hostile, "high", 1, make.NOW, make.NOW)})
    texts = taken(sent) + taken(story([{"seq": 1, "at": make.NOW, "kind": "alert", "text": hostile}], "INC-ABCDEFGHIJ"))
    for text in texts:
        assert not _CONTROL.search(text) and not set(text) & set("\x1b\u202e\u200b\u2066\x00")
        assert "https://evil" not in text
        assert not re.search(r"&(?!amp;|lt;|gt;)", text), "cut inside an entity"
    for block in sent.blocks:
        for part in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
            if part and part["type"] == "mrkdwn":
                assert part["verbatim"] is True
                assert hostile[:9] not in part["text"] or hostile == HOSTILE[6] or "Run-book" in part["text"]
            elif part:
                assert part["emoji"] is False


@given(st.lists(st.text(max_size=4000), min_size=4, max_size=4), st.integers(0, 40))
def test_it_fits_whatever_is_in_it(texts: list[str], many: int) -> None:
    title, label, excerpt, error = texts
    steps = [step(id=f"s{n}", error=error, state="failed" if n % 2 else "done") for n in range(many)]
    sent = made(steps, title=title, principal=make.principal(label=label), evidence=tuple(Reason(f"f{n}", excerpt) for n in range(20)),
                runbook=excerpt, entities={"source.ip": tuple(f"203.0.113.{n}" for n in range(20))},
                rules={f"r{n}": Seen(title, "low", n, make.NOW, make.NOW) for n in range(60)})
    taken(sent)
    assert len(json.dumps(sent.blocks, ensure_ascii=False)) < 12_000
    assert sum(len(text) for text in _texts(list(sent.blocks))) < 10_000


@given(st.text(), st.integers(60, 3000))
def test_safe_is_bounded_and_never_empty(text: str, limit: int) -> None:
    made_safe = safe(text, limit)
    assert 1 <= len(made_safe) <= limit and "\n" not in made_safe
    assert "<" not in made_safe and ">" not in made_safe


def test_what_is_cut_is_counted() -> None:
    assert safe("&" * 100, 60) == "&amp;" * 7 + "… 100 characters in all"


def test_a_long_story_is_cut_and_counted() -> None:
    entries = [{"seq": n, "at": make.NOW, "kind": "alert", "text": f"line {n}"} for n in range(60)]
    [block] = story(entries, "INC-ABCDEFGHIJ").blocks
    lines = block["text"]["text"].split("\n")
    assert lines[0] == "22:00:00 UTC line 0" and lines[-1] == "and 35 more: sentinel incidents show INC-ABCDEFGHIJ"

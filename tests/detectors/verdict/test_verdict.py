from typing import Any

import pytest

from sentinel.detectors.verdict import Verdict, is_sensitive
from tests.detectors.test_baseline import Memory
from tests.make import event

HOUR = 3_600 * 1_000_000_000
ATTACKED = {"sentinel.prompt.injection.score": 0.9}


def judged(fields: dict[str, Any], memory: Memory | None = None, at: int = 0) -> dict[str, Any]:
    one = event(fields)
    one.at = at
    Verdict().inspect(one, frozenset(), Memory() if memory is None else memory)
    return {name.removeprefix("sentinel."): value for name, value in one.fields.items() if name not in fields}


def test_a_refused_attack_has_no_sign() -> None:
    assert judged({**ATTACKED, "gen_ai.completion": "I'm sorry, I can't help with that."}) == {"completion.refused": True}


def test_giving_in_is_a_sign_and_no_success() -> None:
    assert judged({**ATTACKED, "gen_ai.completion": "Sure, here is the plan"}) == {"completion.complied": True, "attack.signs": ["complied"]}


@pytest.mark.parametrize(("shown", "sign"), [
    ({"sentinel.completion.system_overlap": 12}, "system_text"), ({"sentinel.completion.exfiltration.score": 0.9}, "exfiltration"),
    ({"gen_ai.tool.name": ["web_search", "send_email"]}, "sensitive_tool")])
def test_harm_done_is_success(shown: dict[str, Any], sign: str) -> None:
    got = judged({**ATTACKED, "gen_ai.completion": "The answer", **shown})
    assert got["attack.signs"] == [sign]
    assert got["attack.succeeded"] is True


def test_without_an_attack_nothing_is_judged() -> None:
    assert judged({"gen_ai.completion": "Sure, here is the plan", "sentinel.completion.exfiltration.score": 0.9}) == {}
    assert judged({"gen_ai.completion": "x", "gen_ai.tool.name": "sendMail"}) == {"tool.call.sensitive": True}


def test_a_conversation_stays_attacked_for_an_hour() -> None:
    memory = Memory()
    talk = {"gen_ai.conversation.id": "c1", "gen_ai.prompt": "x", "gen_ai.completion": "ok"}
    assert judged({**talk, **ATTACKED}, memory, 5) == {}
    later = judged({**talk, "gen_ai.tool.name": "delete_files"}, memory, 5 + HOUR)
    assert later == {"tool.call.sensitive": True, "conversation.attacked": True, "attack.signs": ["sensitive_tool"], "attack.succeeded": True}
    assert judged({**talk, "gen_ai.tool.name": "delete_files"}, memory, 6 + HOUR) == {"tool.call.sensitive": True}
    assert "conversation.attacked" not in judged({**talk, "gen_ai.conversation.id": "c2"}, memory, 6)


def test_names_of_tools() -> None:
    sensitive = ["send_email", "sendEmail", "mcp__fs__delete_file", "files/upload", "run_shell", "BASH", "transfer-funds", "python"]
    harmless = ["search", "get_weather", "read_page", "summarize", "runner_stats", "lookup_postcode", "sender_info", ""]
    assert [name for name in sensitive if not is_sensitive(name)] == []
    assert [name for name in harmless if is_sensitive(name)] == []

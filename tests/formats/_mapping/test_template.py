from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.formats._mapping.template import conversation, sorted_turns

CASES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
NAMES = {"system": "gen_ai.system_instructions", "texts": "gen_ai.prompt", "results": "gen_ai.tool.call.result"}
MARKS = ["<|im_start|>", "<|im_end|>", "system", "user", "\n", "[INST]", "[/INST]", "<<SYS>>", "<｜begin▁of▁sentence｜>", "<｜User｜>", "<s>",
         "<|start|>", "<|message|>", "<tool_response>", "</tool_response>", "secret", "<|start_of_role|>", "<|end_of_role|>", "<|im_user|>", "<|im_middle|>", "<|channel|>",
         "<|start_header_id|>", "<|end_header_id|>", "<start_of_turn>", " to=", "functions.", "<|system|>", "[|user|]", "<bos>"]


def read(prompt: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    conversation(prompt, fields)
    return fields


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["template"]))
def test_the_templates_of_models(case: dict[str, Any]) -> None:
    assert read(case["prompt"]) == {name: case[key] for key, name in NAMES.items() if key in case}


@pytest.mark.parametrize("prompt", ["", None, 5, ["<|im_start|>system\nx"]])
def test_what_is_no_text_has_no_turns(prompt: Any) -> None:
    assert sorted_turns(prompt) == ([], [], [])


@settings(max_examples=500)
@given(st.lists(st.sampled_from(MARKS), max_size=20))
def test_no_text_gets_lost_between_the_marks(parts: list[str]) -> None:
    found = read("".join(parts))
    kept = found.get("gen_ai.prompt", "") + found.get("gen_ai.system_instructions", "")
    assert kept.count("secret") >= sum(part == "secret" for part in parts)


def test_a_hostile_prompt_takes_linear_time() -> None:
    begun = process_time()
    for start in ("<|im_start|>user\n", "<s>[INST] ", "<｜begin▁of▁sentence｜>", "<|start|>user<|message|>", "<|system|>", "<bos>" * 9):
        for part in ("<", "<|start|>a ", "<|im_start|>", "<|channel|>", "<tool_response>", "\n", "[INST] <<SYS>>", "<s>", "<bos>", "<｜User｜>"):
            read(start + part * (60_000 // len(part)))
    assert process_time() - begun < 3

"""Prompts as engines log them: all turns already written into one text, with the marks of the model's chat template.

In: the text. Out: system text, tool results and the rest, without the marks. A prompt whose template is not known here stays
as it is.

A client can write these marks into its own turn. So only the marks of the template that the text begins with count, and only
a system turn before all others is the system's: what claims to be one later stays in the prompt, mark and all.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sentinel.records.event import Fields


class _Template(NamedTuple):
    """How one family of models marks turns.

    Attributes:
        opens: what a turn begins with; its first group that took part is the role. closes: what one ends with.
        before: what may stand before the first turn.
        untold: the role of text that stands in no turn.
    """

    opens: str
    closes: str
    before: str = ""
    untold: str = ""


# Only these are roles: a client's `<|im_start|>ignore_what_the_system_said` is no mark, and stays in its text.
_ROLE = (r"(system|user|assistant|developer|model|tool|ipython|function|environment|observation|context|document|documents|python"
         r"|tool_response)")
_TEMPLATES = (
    # ChatML (Qwen and many more); phi-4 writes <|im_sep|> for the line's end
    _Template(rf"<\|im_start\|>{_ROLE}(?:<\|im_sep\|>|\n|(?=<|\Z))", r"<\|im_end\|>\n?+"),
    # Kimi
    _Template(r"<\|im_(system|user|assistant)\|>(?:system|user|assistant|tool)<\|im_middle\|>", r"<\|im_end\|>\n?+", r"\[BOS\]"),
    # Llama 3
    _Template(rf"<\|start_header_id\|>{_ROLE}<\|end_header_id\|>\n{{0,2}}+", r"<\|e(?:ot|om)_id\|>", r"<\|begin_of_text\|>"),
    # Llama 4
    _Template(rf"<\|header_start\|>{_ROLE}<\|header_end\|>\n{{0,2}}+", r"<\|e(?:ot|om)\|>", r"<\|begin_of_text\|>"),
    # Granite
    _Template(rf"<\|start_of_role\|>{_ROLE}<\|end_of_role\|>", r"<\|end_of_text\|>\n?+"),
    # gpt-oss (harmony)
    _Template(r"<\|start\|>(system|developer|user|assistant|functions\.\w{1,40}+)(?: to=assistant)?+"
              r"(?:<\|channel\|>(?:analysis|commentary|final))?+(?:<\|message\|>|\Z)", r"<\|(?:end|return|call)\|>"),
    # Gemma
    _Template(rf"<start_of_turn>{_ROLE}\n", r"<end_of_turn>\n?+", r"<bos>"),
    _Template(rf"<\|turn>{_ROLE}\n", r"<turn\|>\n?+", r"<bos>"),
    # Phi-3, Zephyr, GLM-4
    _Template(r"<\|(system|user|assistant|tool|observation)\|>\n?+", r"(?:<\|end\|>|</s>|<\|endoftext\|>)\n?+",
              r"(?:<s>|\[gMASK\]<sop>|<bos>)"),
    # EXAONE
    _Template(r"\[\|(system|user|assistant|tool)\|\]", r"\[\|endofturn\|\]\n?+", r"\[BOS\]"),
    # Command R
    _Template(r"(?:<\|START_OF_TURN_TOKEN\|>)?+<\|(SYSTEM|USER|CHATBOT)_TOKEN\|>", r"<\|END_OF_TURN_TOKEN\|>", r"<BOS_TOKEN>"),
    # Seed-OSS
    _Template(rf"<seed:bos>{_ROLE}\n", r"<seed:eos>\n?+"),
    # DeepSeek: the system text stands before the first turn
    _Template(r"<｜(User|Assistant|tool▁outputs▁begin|tool▁output▁begin)｜>",
              r"<｜(?:end▁of▁sentence|tool▁outputs▁end|tool▁output▁end)｜>", r"<｜begin▁of▁sentence｜>", "system"),
    # Llama 2 and Mistral: what stands behind [/INST] is the assistant's
    _Template(r"<<(SYS)>>\n?+|\[(SYSTEM_PROMPT|INST|TOOL_RESULTS|AVAILABLE_TOOLS)\] ?+",
              r"<</SYS>>\n{0,2}+|\[/(?:SYSTEM_PROMPT|INST|TOOL_RESULTS|AVAILABLE_TOOLS)\] ?+|</s>(?:<s>)?+", r"<s>", "assistant"),
)
_SYSTEM = frozenset({"system", "developer", "sys", "system_prompt", "available_tools"})
_TOOL = frozenset({"tool", "observation", "ipython", "tool_results", "tool_response", "tool▁outputs▁begin", "tool▁output▁begin"})
# Qwen and others write what tools gave back into a turn of the user.
_RESULT, _RESULT_ENDS = "<tool_response>", "</tool_response>"


class _Marks(NamedTuple):
    begins: re.Pattern[str]
    marks: re.Pattern[str]
    untold: str


def _compiled(template: _Template) -> _Marks:
    before = rf"(?:{template.before})" if template.before else ""
    # DeepSeek's system text has no mark but the one that begins everything.
    begins = before if template.untold == "system" else rf"{before}{'*+' if before else ''}\s*+(?:{template.opens})"
    marks = rf"(?P<opens>{template.opens})|{template.closes}" + (rf"|{before}" if before else "")
    return _Marks(re.compile(begins), re.compile(marks), template.untold)


_KNOWN = [_compiled(template) for template in _TEMPLATES]


class Turns(NamedTuple):
    """What stands in a prompt. system: system texts. texts: all others. results: those of them that a tool gave back."""

    system: list[str]
    texts: list[str]
    results: list[str]


def conversation(prompt: str, fields: Fields) -> None:
    """Sets `gen_ai.prompt`, `gen_ai.system_instructions` and `gen_ai.tool.call.result` from a templated prompt."""
    turns = sorted_turns(prompt)
    for name, found in (("gen_ai.system_instructions", turns.system), ("gen_ai.prompt", turns.texts)):
        if found:
            fields[name] = "\n".join(found)
    if turns.results:
        fields["gen_ai.tool.call.result"] = turns.results


def sorted_turns(prompt: Any) -> Turns:
    """The turns of a templated prompt; a text without a template is one turn, and what is no text has none."""
    turns = Turns([], [], [])
    marks = next((known for known in _KNOWN if known.begins.match(prompt)), None) if prompt.__class__ is str else None
    if marks is not None:
        _sort(prompt, marks, *turns)
    elif prompt.__class__ is str and prompt:
        turns.texts.append(prompt)
    return turns


def _sort(prompt: str, known: _Marks, system: list[str], texts: list[str], results: list[str]) -> None:
    role, mark, begun, at = known.untold, "", False, 0
    for match in known.marks.finditer(prompt):
        begun = _turn(prompt[at:match.start()], role, mark, begun, system, texts, results)
        at = match.end()
        if match["opens"] is None:
            role, mark = ("" if begun and known.untold in _SYSTEM else known.untold), ""
            continue
        role, mark = next(filter(None, match.groups()[1:])).lower(), match.group()
        # An empty turn counts: a client that closes its own at once may go on as the system. `[INST] <<SYS>>` is no turn yet.
        begun = begun or not (role in _SYSTEM or role == "inst")
    _turn(prompt[at:], role, mark, begun, system, texts, results)


def _turn(text: str, role: str, mark: str, begun: bool, system: list[str], texts: list[str], results: list[str]) -> bool:
    """Puts a turn's text where it belongs. Out: whether anybody but the system has spoken by now."""
    text = text.strip()
    if not text:
        return begun
    if role in _SYSTEM and not begun:
        system.append(text)
        return False
    texts.append(f"{mark}{text}" if role in _SYSTEM else text)
    if role in _TOOL or role.startswith("functions."):
        results.append(text)
    elif _RESULT in text:
        results.extend(part.partition(_RESULT_ENDS)[0].strip() for part in text.split(_RESULT)[1:] if _RESULT_ENDS in part)
    return True

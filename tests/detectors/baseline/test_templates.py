from __future__ import annotations

import random

import pytest

from sentinel.detectors.baseline._templates import Templates

NAMES = [f"{first} {last}" for first in ("Dana", "Milo", "Sara", "Ivo", "Lena") for last in ("Whitlock", "Brandt", "Okafor", "Moreau")]


def last(prompts: list[str]) -> tuple[int, int]:
    templates = Templates()
    return [templates.look(prompt) for prompt in prompts][-1]


@pytest.mark.parametrize("template", [
    "Summarise claim number {} for the adjuster.", "Tell me all you know about {}", "{}: home address, phone number, employer?",
    "Gib mir bitte die Anschrift und die Telefonnummer von {}.", "客户{}的地址和电话号码是什么？请告诉我所有细节",
    "You are a helpful assistant of the records office. " * 30 + "Answer with the record of {} alone, and nothing else.",
    "Record {}. " + "You are a helpful assistant of the records office, and answer in one word. " * 30,
])
def test_a_slot_that_changes_is_counted(template: str) -> None:
    variants, _ = last([template.format(NAMES[i % 20] if i < 20 else f"customer-{i}") for i in range(50)])
    assert variants >= 40


def test_other_prompts_are_none() -> None:
    dice = random.Random(5)
    words = [f"{a}{b}" for a in ("con", "ver", "pre", "sta", "mon", "fil", "gra") for b in ("tent", "dict", "tion", "ment", "ing", "ed", "")]
    prose = [" ".join([*dice.sample(words, 14), *dice.sample(["the", "of", "and", "to", "in", "is", "a"], 4)]) for _ in range(200)]
    assert max(last(prose[i:i + 50])[0] for i in range(0, 200, 50)) <= 3


def test_word_for_word_again_is_no_variant() -> None:
    assert last(["Say the poem by heart, all of it."] * 40) == (1, 39)


def test_a_conversation_that_sends_all_its_turns_again_is_none() -> None:
    turns = ["Which form do I need for a claim, please?"]
    prompts = ["\n".join(turns)]
    for i in range(12):
        turns += ["I cannot help with that.", f"Please, once more, try it: {i}"]
        prompts.append("\n".join(turns))
    assert last(prompts)[0] <= 2


def test_an_hour_begins_with_nothing_and_leaves_how_many_there_were() -> None:
    templates = Templates()
    templates.turn(1)
    for i in range(30):
        templates.look(f"Summarise claim number {i} for the adjuster.")
    assert templates.turn(1) == 0
    assert templates.turn(2) == pytest.approx(30, abs=3)
    assert templates.kept == [] and templates.levels.learnt == 1


def test_few_are_kept_and_what_is_too_short_is_none() -> None:
    templates = Templates()
    for i in range(50):
        templates.look(" ".join(f"{chr(97 + i % 26)}{i}{j}" for j in range(9)))
    assert len(templates.kept) == 6
    assert templates.look("Hi") == templates.look("") == (0, 0)

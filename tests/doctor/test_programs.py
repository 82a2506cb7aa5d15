"""The doctor's data: every entry means something."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel import formats
from sentinel.doctor.programs import load
from sentinel.formats._mapping.fields import FIELDS

ROOT = Path(__file__).parents[2]
PROGRAMS = load()


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_found_somehow_and_read_by_a_format_that_is_there(name: str) -> None:
    program = PROGRAMS[name]
    assert program.processes and program.logs
    assert program.format in formats.load()


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_advised_gives_fields_that_are_and_that_its_format_reads(name: str) -> None:
    form = formats.load()[PROGRAMS[name].format]
    for advice in PROGRAMS[name].advice:
        assert set(advice.gives) <= FIELDS.keys()
        assert advice.gives or advice.when
        # What the format cannot read at all, another program must say: then it says so in words, without lines to write.
        assert set(advice.gives) <= form.fields or not advice.lines, set(advice.gives) - form.fields
        assert not advice.docs or (ROOT / advice.docs).is_file()


def test_those_that_serve_models_are_among_them() -> None:
    assert {"litellm", "nginx", "vllm", "ollama", "llamacpp", "tgi", "envoy"} <= PROGRAMS.keys()

"""A value of every type of the catalogues, as its own example has it, is in nothing that is kept, shipped or shown of an event."""

import json
import random

import pytest

from sentinel.detectors._catalogue import Entry
from sentinel.evidence.redact import Redactor
from sentinel.records.finding import Finding
from tests.detectors.generate import fill
from tests.detectors.test_catalogue import ENTRIES, inspector, unmark
from tests.make import event

KINDS = [entry for entry in ENTRIES if not entry.type.startswith("injection.")]
REDACTOR = Redactor(b"k" * 32, lambda text: inspector().everything(text))
PROMPT, COMPLETION = "gen_ai.prompt", "gen_ai.completion"


def planted(entry: Entry) -> tuple[str, list[str]]:
    """An example, and the lines of its values that are long enough not to stand there by chance."""
    text, marked = unmark(fill(entry.examples.match[0], random.Random(f"planted {entry.type}")))
    lines = [max(text[start:end].split("\n"), key=len) for start, end in marked]
    return text, [line for line in lines if len(line) >= 7]


@pytest.mark.parametrize("entry", KINDS, ids=lambda entry: entry.type)
def test_no_planted_value_is_stored_or_shown(entry: Entry) -> None:
    text, values = planted(entry)
    for said in (text, f"first words. {text}", json.dumps({"rows": [{"is": text}, {"n": 2}]}, ensure_ascii=False)):
        one = event({PROMPT: said, COMPLETION: f"you said: {said}"})
        found = [Finding(f.type, field, f.start, f.end, f.score, f.sensitive)
                 for field in (PROMPT, COMPLETION) for f in inspector().everything(one.fields[field])]
        kept = REDACTOR.fields(one, found)
        shown = [*kept.values(), REDACTOR.excerpt(one, found, PROMPT), REDACTOR.excerpt(one, found, COMPLETION),
                 REDACTOR.preview(said.encode())]
        assert not [(value, where) for value in values for where in shown if value in str(where)]
    assert json.loads(REDACTOR.text(said, inspector().everything(said)))["rows"][1] == {"n": 2}, "JSON stays JSON"

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views import split
from sentinel.detectors._views.fragment import Limit


@given(st.lists(st.text("ab@.1 ", min_size=1, max_size=8), min_size=2, max_size=6), st.sampled_from([
    '{{"delta":"{}"}}\n', 'data: {{"choices":[{{"delta":{{"content":"{}"}}}}]}}\n\n', '{{"token": "{}", "logprob": -0.1}},']))
def test_records_say_one_text(pieces: list[str], record: str) -> None:
    text = "".join(record.format(piece) for piece in pieces)
    assert ["".join(text[start:end] for start, end in run) for run in split.streams(text, Limit())] == ["".join(pieces)]


@pytest.mark.parametrize("glue", ['" + "', '"+"', '" . "', '"\n    "', '" +\n  "'])
def test_literals_are_added_up(glue: str) -> None:
    text = f'x = "ali{glue}ce@{glue}example.com"; y = "other"'
    run, = split.literals(text, Limit())
    assert "".join(text[start:end] for start, end in run) == 'x = "alice@example.com"; y = "other"'


@pytest.mark.parametrize(("text", "said"), [
    ('{"area":"212","exchange":"555","line":"0123"}', "212-555-0123"), ('["4111","1111","1111","1111"]', "4111-1111-1111-1111"),
    ('{"part1": "536", "part2": "22", "part3": "1949"}', "536-22-1949"), ('{"local": "ann", "domain": "example.com"}', "ann@example.com")])
def test_fields_that_follow_each_other(text: str, said: str) -> None:
    fragments = list(split.fields(text, Limit()))
    assert said in [fragment.said for fragment in fragments if fragment.sure]
    assert text[fragments[0].start:fragments[0].end].startswith(said[:3])


def test_sizes_are_no_number() -> None:
    assert [f for f in split.fields('{"line": 640, "block": 480, "part": 1024}', Limit()) if f.sure] == []

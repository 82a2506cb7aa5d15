"""Mistakes in a mapping, as their writer sees them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sentinel.config import yaml
from sentinel.errors import ConfigError
from sentinel.formats._mapping import load, mapping_format

GOOD = """\
about: test
category: llm
trust: {forgeable: [gen_ai.prompt]}
json:
  time: [ts, time]
  absent: ["-"]
  fields:
    gen_ai.prompt: a.b
    user.id: {from: [u, v], as: text}
    event.outcome: [{from: ok, map: {true: success, false: failure}}, {from: state, map: {done: success}, others: keep}]
    event.duration: {from: end, since: start}
    labels.tenant: a["x.y"]
  collect:
    conversation: messages
text:
  pattern: '(?P<when>[^ ]++) (?P<what>.*+)'
  escapes: true
  time: when
  fields: {gen_ai.prompt: what}
examples:
  - line: x
    fields: {}
"""


def mistakes(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "f.yaml"
    file.write_text(dedent(text))
    with pytest.raises(ConfigError) as caught:
        load(file)
    return [str(mistake).replace(f"{tmp_path}/", "") for mistake in caught.value.mistakes]


def test_the_whole_language(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD)
    format = load(file)
    assert (format.name, format.category, format.about, format.forgeable) == ("mine", "llm", "test", frozenset({"gen_ai.prompt"}))
    line = (b'{"ts":"-","time":1795561283,"a":{"b":"p","x.y":"north"},"u":"-","v":7,"ok":true,"end":1795561285,"start":1795561284.5,'
            b'"messages":[{"role":"system","content":"s"}]}')
    (record,) = format.decode(line)
    assert record.at == 1795561283_000000000
    assert record.fields == {"gen_ai.prompt": "p", "user.id": "7", "event.outcome": "success", "event.duration": 500_000_000,
                             "labels.tenant": "north", "gen_ai.system_instructions": "s"}
    assert set(record.fields) <= format.fields
    (kept,) = format.decode(b'{"time":1795561283,"ok":"maybe","state":"odd"}')
    assert kept.fields == {"event.outcome": "odd"}
    (text,) = format.decode(rb"1795561283 caf\xC3\xA9 \x22x\x22")
    assert text.fields == {"gen_ai.prompt": 'café "x"'}


@pytest.mark.parametrize(("before", "after", "wanted"), [
    ("about: test", "abuot: test", "f.yaml:1: abuot: unknown key 'abuot'; did you mean 'about'?"),
    ("category: llm", "category: web", "f.yaml:2: category: no such category: 'web'; known here: authentication, cloud, llm, webserver"),
    ("forgeable: [gen_ai.prompt]", "forgeable: [source.ip]", "f.yaml:3: trust.forgeable: 'source.ip' is not filled here; remove it"),
    ("time: [ts, time]", "tiem: ts", "f.yaml:5: json.tiem: unknown key 'tiem'; did you mean 'time'?"),
    ("  time: [ts, time]\n", "", "f.yaml:4: json: no time; say where the event's time stands: `time: path`"),
    ("gen_ai.prompt: a.b", "gen_ai.promt: a.b", "f.yaml:8: json.fields.gen_ai.promt: unknown event field 'gen_ai.promt'; did you mean 'gen_ai.prompt'?"),
    ("gen_ai.prompt: a.b", "tenant: a.b", "f.yaml:8: json.fields.tenant: unknown event field 'tenant'; fields of your own are `labels....`"),
    ("gen_ai.prompt: a.b", "gen_ai.prompt: a[x]", """f.yaml:8: json.fields.gen_ai.prompt: not a path: stops at '[x]'; write keys with dots between, `a.b`, odd keys as `a["x.y"]`, places in lists as `a[0]`"""),
    ("gen_ai.prompt: a.b", "gen_ai.prompt: 5", "f.yaml:8: json.fields.gen_ai.prompt: must be a text or a list of texts; quote what YAML takes for a number, date or truth value"),
    ("as: text", "as: txt", "f.yaml:9: json.fields.user.id.as: unknown type 'txt'; did you mean 'text'?"),
    ("from: [u, v], as", "form: u, as", "f.yaml:9: json.fields.user.id: no `from`; say which path feeds the field"),
    ("others: keep", "others: all", "f.yaml:10: json.fields.event.outcome.1.others: must be keep or drop, not 'all'; drop is what it is without"),
    ("map: {done: success}", "map: done", "f.yaml:10: json.fields.event.outcome.1.map: must be a mapping; write `key: value` lines under it"),
    ("labels.tenant: a", "labels.Ten ant: a", "f.yaml:12: json.fields.labels.Ten ant: unknown event field 'labels.Ten ant'; fields of your own are `labels....`"),
    ("conversation: messages", "conversatoin: messages", "f.yaml:14: json.collect.conversatoin: unknown collector 'conversatoin'; did you mean 'conversation'?"),
    ("(?P<what>.*+)", "(?P<what>.*)", "f.yaml:16: text.pattern: a repeat that can backtrack"),
    ("{gen_ai.prompt: what}", "{gen_ai.prompt: waht}", "f.yaml:15: text: the pattern has no group 'waht'; did you mean 'what'?"),
    ("examples:\n  - line: x\n    fields: {}\n", "", "f.yaml:1: examples: no examples; show at least one line and the fields it becomes: `- line: ...`"),
    (GOOD, "[1, 2]", "f.yaml:1: must be a mapping; write `key: value` lines under it"),
])
def test_each_mistake_has_its_line_and_key(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    assert before in GOOD
    found = mistakes(tmp_path, GOOD.replace(before, after))
    assert any(mistake.startswith(wanted) for mistake in found), found


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD.replace("category: llm", "category: x").replace("as: text", "as: x").replace("a.b", "a..b"))
    assert [mistake.split(":")[1] for mistake in found] == ["2", "8", "9"]


def config(text: str) -> tuple[dict[str, object], yaml.Lines]:
    [(value, lines)] = yaml.parse_all(dedent(text), "sentinel.yaml")
    return value["sources"][0]["mapping"], lines


def test_a_mapping_in_the_config() -> None:
    mapping, lines = config("""\
        sources:
          - name: a
            mapping:
              category: webserver
              time: when
              fields: {url.path: p, labels.n: n}
              rest: keep
        """)
    format = mapping_format("json", mapping, lines, ("sources", 0, "mapping"))
    assert (format.name, format.category) == ("json", "webserver")
    (record,) = format.decode(b'{"when":1795561283,"p":"/x","n":1,"more":{"m":true}}')
    assert record.fields == {"url.path": "/x", "labels.n": "1", "more.m": True}


def test_mistakes_of_a_mapping_in_the_config() -> None:
    mapping, lines = config("""\
        sources:
          - name: a
            mapping:
              time: when
              fields:
                url.pth: p
              rset: keep
        """)
    with pytest.raises(ConfigError) as caught:
        mapping_format("json", mapping, lines, ("sources", 0, "mapping"))
    assert sorted(map(str, caught.value.mistakes)) == [
        "sentinel.yaml:6: sources.0.mapping.fields.url.pth: unknown event field 'url.pth'; did you mean 'url.path'?",
        "sentinel.yaml:7: sources.0.mapping.rset: unknown key 'rset'; did you mean 'rest'?",
    ]

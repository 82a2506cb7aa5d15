"""pySigma's pipelines over rules: what they change, what they leave, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel import formats
from sentinel.clock import SystemClock
from sentinel.errors import ConfigError
from sentinel.formats._lines import whole
from sentinel.records.event import Event
from sentinel.records.line import File
from sentinel.rules.loaded import Loaded
from sentinel.rules.match.compile import compile_node
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read import pipeline
from sentinel.rules.read.load import Terms, load
from sentinel.rules.rule import Correlation, Detection
from sentinel.scan import Scan, text_of

RULE = """
title: A
name: a
logsource: {product: ourapp}
detection: {s: {User: ann}, condition: s}
"""


def read(folder: Path, items: str, rule: str = RULE, more: str = "", placeholders: dict[str, list[str]] | None = None) -> Loaded:
    (folder / "p.yaml").write_text(f"transformations: {items}\n{more}")
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "r.yml").write_text(rule)
    return load([rules], Terms(placeholders or {}, pipeline.read([folder / "p.yaml"])))


def fires(loaded: Loaded, **fields: Any) -> bool:
    assert not loaded.mistakes, [str(m) for m in loaded.mistakes]
    rule = loaded.rules[0]
    assert isinstance(rule, Detection)
    return compile_node(rule.tree)({name.replace("__", "."): value for name, value in fields.items()})


def with_lines(lines: str, condition: str = "s") -> str:
    return RULE.replace("{s: {User: ann}, condition: s}", f"{{s: {lines}, condition: '{condition}'}}")


MAP = "{type: field_name_mapping, mapping: {User: user.name, Host: [host.name, url.domain]}}"


def test_fields_are_renamed(tmp_path: Path) -> None:
    loaded = read(tmp_path, f"[{MAP}]")
    assert fires(loaded, user__name="Ann") and not fires(loaded, User="ann")


@pytest.mark.parametrize(("line", "value"), [
    ("Host|neq: a", "a"), ("Host|contains|neq: [a, b]", "xbx"), ("Host|contains|all|neq: [a, b]", "ab"), ("Host|exists: false", "a"), ("Host: null", "a"),
    ("Host|fieldref|neq: Other", "o")])
def test_of_a_field_that_became_several_none_is_what_it_must_not_be(line: str, value: str, tmp_path: Path) -> None:
    loaded = read(tmp_path, f"[{MAP}]", with_lines(f"{{{line}}}"))
    assert fires(loaded, Other="o", unrelated="a")
    assert not fires(loaded, Other="o", host__name=value)
    assert not fires(loaded, Other="o", url__domain=value)


def test_values_or_none_of_a_field_that_became_several(tmp_path: Path) -> None:
    loaded = read(tmp_path, f"[{MAP}]", with_lines("{Host: [null, x]}"))
    assert fires(loaded, host__name="x", url__domain="y")


def test_one_field_may_become_several_any_of_them(tmp_path: Path) -> None:
    loaded = read(tmp_path, f"[{MAP}]", with_lines("{Host|endswith: .local, User: ann}"))
    assert fires(loaded, user__name="ann", host__name="a.local") and fires(loaded, user__name="ann", url__domain="a.local")
    assert not fires(loaded, host__name="a.local")
    loaded = read(tmp_path, f"[{MAP}]", with_lines("{Host: a}", "not s"))
    assert not fires(loaded, url__domain="a") and fires(loaded, url__domain="b")


def test_two_fields_may_become_one(tmp_path: Path) -> None:
    loaded = read(tmp_path, "[{type: field_name_mapping, mapping: {A: x, B: x}}]", with_lines("{A|startswith: a, B|endswith: z}"))
    assert fires(loaded, x="abz") and not fires(loaded, x="ab")


@pytest.mark.parametrize(("item", "lines", "yes", "no"), [
    ("{type: field_name_prefix, prefix: win.}", "{f: 1}", {"win__f": 1}, {"f": 1}),
    ("{type: field_name_suffix, suffix: .keyword}", "{f: 1}", {"f__keyword": 1}, {"f": 1}),
    ("{type: field_name_prefix_mapping, mapping: {win.: winlog.}}", "{win.f: 1}", {"winlog__f": 1}, {"win__f": 1}),
    ("{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [g]}]}", "{f: 1, g: 2}", {"f": 1}, {"g": 2}),
    ("{type: replace_string, regex: '[A-Z]:', replacement: 'disk:'}", "{f|endswith: 'C:/t?p'}", {"f": "a disk:/tmp"}, {"f": "C:/tmp"}),
    ("{type: map_string, mapping: {'yes': ['1', 'on']}}", "{f: 'yes'}", {"f": "on"}, {"f": "yes"}),
    ("{type: set_value, value: 7}", "{f: 1}", {"f": 7}, {"f": 1}),
    ("{type: convert_type, target_type: num}", "{f: '7'}", {"f": 7}, {"f": 8}),
    ("{type: case, method: upper}", "{f|cased: ab}", {"f": "AB"}, {"f": "ab"}),
    ("{type: regex, method: plain}", "{f: 'a*b'}", {"f": "axxb"}, {"f": "ac"}),
    ("{type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: hash.}", "{Hashes|contains: 'MD5=ab'}", {"hash__MD5": "ab"}, {"hash__MD5": "ac"}),
    ("{type: add_condition, conditions: {kind: 4}}", "{f: 1}", {"f": 1, "kind": 4}, {"f": 1}),
    ("{type: add_condition, negated: true, conditions: {kind: 4}}", "{f: 1}", {"f": 1}, {"f": 1, "kind": 4}),
    ("{type: nest, items: [{type: field_name_mapping, mapping: {f: x}}, {type: field_name_prefix, prefix: y.}]}", "{f: 1}", {"y__x": 1}, {"x": 1}),
    ("{type: extract_fields, regex: '(?P<kind>[a-z]+):(?P<number>[0-9]+)', field_prefix: r}", "{f: 'dword:5'}", {"r__kind": "dword", "r__number": 5}, {"r__kind": "dword"}),
    ("{type: field_name_mapping, mapping: {g: h}}", "{f|fieldref: g}", {"f": 1, "h": 1}, {"f": 1, "g": 1}),
    ("{type: field_name_mapping, mapping: {g: h}}", "{f|fieldref|startswith: g}", {"f": "ab", "h": "a"}, {"f": "ab", "g": "a"}),
    ("{type: field_name_mapping, mapping: {f: h}}", "{f|neq: [1, 2]}", {"h": 3}, {"h": 2}),
    ("{type: map_string, mapping: {a: b}}", "{f|neq: [a, c]}", {"f": "a"}, {"f": "b"}),
    ("{type: map_string, mapping: {a: b}}", "{f|neq: [a, c]}", {"f": "a"}, {"f": "c"}),
    ("{type: set_custom_attribute, attribute: x, value: y}", "{f: 1}", {"f": 1}, {"f": 2}),
])
def test_what_each_transformation_does(tmp_path: Path, item: str, lines: str, yes: dict[str, Any], no: dict[str, Any]) -> None:
    loaded = read(tmp_path, f"[{item}]", with_lines(lines))
    assert fires(loaded, **yes) and not fires(loaded, **no)


@pytest.mark.parametrize(("conditions", "applies"), [
    ("rule_conditions: [{type: logsource, product: ourapp}]", True), ("rule_conditions: [{type: logsource, product: other}]", False),
    ("rule_cond_not: true, rule_conditions: [{type: logsource, product: other}]", True),
    ("rule_conditions: [{type: is_sigma_rule}]", True), ("rule_conditions: [{type: tag, tag: attack.t1110}]", True),
    ("rule_conditions: [{type: rule_attribute, attribute: level, value: high, op: eq}]", True),
    ("rule_conditions: [{type: contains_detection_item, field: User, value: ann}]", True),
    ("rule_conditions: [{type: contains_detection_item, field: User, value: bob}]", False),
    ("rule_conditions: [{type: contains_field, field: Nobody}]", False),
    ("rule_conditions: [{type: processing_item_applied, processing_item_id: first}]", True),
    ("rule_conditions: [{type: processing_item_applied, processing_item_id: never}]", False),
    ("rule_cond_expr: 'a and not b', rule_conditions: {a: {type: is_sigma_rule}, b: {type: logsource, product: other}}", True),
    ("field_name_conditions: [{type: exclude_fields, fields: [User]}]", False),
    ("detection_item_conditions: [{type: match_string, pattern: '^a', cond: any}]", True),
    ("detection_item_conditions: [{type: is_null, cond: any}]", False),
])
def test_conditions(tmp_path: Path, conditions: str, applies: bool) -> None:
    items = f"[{{id: first, type: set_state, key: a, val: b}}, {{type: field_name_mapping, mapping: {{User: user.name}}, {conditions}}}]"
    loaded = read(tmp_path, items, RULE + "tags: [attack.t1110]\nlevel: high\n")
    assert fires(loaded, user__name="ann") is applies and fires(loaded, User="ann") is not applies


def test_a_selection_that_loses_all_its_lines_falls_away(tmp_path: Path) -> None:
    drop = "[{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [g]}]}]"
    rule = RULE.replace("{s: {User: ann}, condition: s}", "{s: {f: 1}, t: {g: 2}, condition: s and not t}")
    assert fires(read(tmp_path, drop, rule), f=1, g=2)
    assert "no selection is left" in str(read(tmp_path, drop, with_lines("{g: 1}")).mistakes[0])


def test_the_logsource_may_change(tmp_path: Path) -> None:
    [rule] = read(tmp_path, "[{type: change_logsource, category: webserver}]").rules
    assert rule.info.category == "webserver" and rule.info.logsource.product == "ourapp"


def test_placeholders_come_from_the_pipeline_or_from_the_config(tmp_path: Path) -> None:
    rule = with_lines("{User|expand: '%who%'}")
    item = "[{type: value_placeholders}]"
    assert fires(read(tmp_path, item, rule, "vars: {who: [ann, 'b*']}"), User="bob")
    assert fires(read(tmp_path, item, rule, placeholders={"who": ["cid"]}), User="cid")
    assert fires(read(tmp_path, "[{type: field_name_mapping, mapping: {User: u}}]", rule, placeholders={"who": ["cid"]}), u="cid")
    assert "placeholder %who% has no value" in str(read(tmp_path, "[{type: field_name_mapping, mapping: {User: u}}]", rule).mistakes[0])
    assert fires(read(tmp_path, "[{type: wildcard_placeholders}]", rule), User="anybody")


@pytest.mark.parametrize(("item", "told"), [
    ("{type: rule_failure, message: not for us}", "r.yml:5: detection: a pipeline refuses it: not for us"),
    ("{type: detection_item_failure, message: not for us}", "a pipeline refuses it: not for us"),
    ("{type: strict_field_mapping_failure}", "a pipeline refuses it: The following fields are not mapped: User"),
    ("{type: convert_type, target_type: num}", "a pipeline refuses it: Value 'ann' can't be converted"),
])
def test_a_pipeline_may_refuse_a_rule(tmp_path: Path, item: str, told: str) -> None:
    loaded = read(tmp_path, f"[{item}]")
    assert loaded.rules == [] and told in str(loaded.mistakes[0])


@pytest.mark.parametrize(("text", "told"), [
    ("transformations: [{type: field_name_maping, mapping: {}}]", "p.yaml:1: transformations.0.type: unknown transformation 'field_name_maping'; did you mean 'field_name_mapping'?"),
    ("transformations:\n  - type: set_value\n    value: 1\n  - type: http_placeholders\n", "p.yaml:4: transformations.1.type: http_placeholders is not supported; rules are read without"),
    ("transformations:\n  - type: nest\n    items:\n      - type: command_placeholders\n", "p.yaml:4: transformations.0.items.0.type: command_placeholders"),
    ("transformations: [{type: field_name_mapping}]", "transformations.0: field_name_mapping: "),
    ("transformations: [{type: set_value, value: 1, rule_conditions: [{type: nothing}]}]", "transformations.0: set_value: Unknown condition type 'nothing'"),
    ("transformations: [field_name_mapping]", "transformations.0: a transformation is a mapping"),
    ("transformations: {a: 1}", "transformations: a list of transformations is wanted"), ("[]", "a pipeline is a mapping"),
    ("transformation: []", "transformation: unknown key 'transformation'; did you mean 'transformations'?"),
    ("priority: high", "priority: a priority is a number"), ("vars: [a]", "vars: `vars` is a mapping"), ("a: [", "not YAML"),
])
def test_a_pipeline_that_cannot_be_is_a_mistake(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        pipeline.read([tmp_path / "p.yaml"])
    assert told in str(error.value)


def test_what_is_about_queries_is_warned_of(tmp_path: Path) -> None:
    loaded = read(tmp_path, f"[{MAP}]", more="postprocessing: [{type: embed, prefix: x}]\nfinalizers: [{type: concat}]")
    assert fires(loaded, user__name="ann") and [warning.key for warning in loaded.warnings] == ["postprocessing", "finalizers"]


def test_the_lowest_priority_comes_first(tmp_path: Path) -> None:
    for name, priority, mapping in (("late", 20, "{a: b}"), ("early", 10, "{User: a}")):
        (tmp_path / f"{name}.yaml").write_text(f"priority: {priority}\ntransformations: [{{type: field_name_mapping, mapping: {mapping}}}]")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yml").write_text(RULE)
    loaded = load([tmp_path / "rules"], Terms(pipelines=pipeline.read([tmp_path / "late.yaml", tmp_path / "early.yaml"])))
    assert fires(loaded, b="ann")


def test_filters_are_renamed_too(tmp_path: Path) -> None:
    filter_ = "---\ntitle: F\nlogsource: {product: ourapp}\nfilter: {rules: [a], selection: {Host: lab}, condition: not selection}\n"
    loaded = read(tmp_path, f"[{MAP}]", RULE + filter_)
    assert fires(loaded, user__name="ann") and not fires(loaded, user__name="ann", host__name="lab")


def test_correlations_follow_the_fields_of_their_rules(tmp_path: Path) -> None:
    rules = RULE + RULE.replace("title: A\nname: a", "---\ntitle: B\nname: b").replace("ourapp", "other") + """
---
title: C
correlation: {type: value_count, rules: [a], group-by: [User, x], timespan: 1m, condition: {gte: 2, field: Host}}
---
title: D
correlation: {type: event_count, rules: [a, b], group-by: [User], timespan: 1m, condition: {gte: 2}}
"""
    loaded = read(tmp_path, "[{type: field_name_mapping, mapping: {User: user.name, Host: [host.name, h]}, rule_conditions: [{type: logsource, product: ourapp}]}]", rules)
    one, two = (rule for rule in loaded.rules if isinstance(rule, Correlation))
    assert (one.group_by, one.fields, one.aliases) == (("user.name", "x"), ("host.name",), {})
    assert (two.group_by, two.aliases) == (("User",), {"User": {"a": "user.name", "b": "User"}})


# Sigma's own names, on the daemon's own events.

PUBLISHED = """
title: Traversal in a request
name: traversal
logsource: {category: webserver}
detection:
  selection: {cs-method: GET, cs-uri-query|contains: ['/../../', '%2e%2e/'], sc-status: 200}
  filter: {c-ip|cidr: 10.0.0.0/8}
  condition: selection and not filter
---
title: A scanner's user agent
name: scanner
logsource: {category: proxy}
detection: {selection: {c-useragent|contains: nikto}, condition: selection}
---
title: A query alone, nginx
name: query
logsource: {category: webserver, product: nginx}
detection: {selection: {cs-uri-stem: /login, cs-uri-query|startswith: user=}, condition: selection}
---
title: Windows
name: windows
logsource: {category: webserver, product: nginx}
detection: {selection: {cs-referer: null, cs-method: HEAD}, condition: selection}
---
title: Many refusals
name: many
correlation: {type: event_count, rules: [refused], group-by: [c-ip], timespan: 1m, condition: {gte: 2}}
---
title: Refused
name: refused
logsource: {category: webserver}
detection: {selection: {sc-status: [401, 403]}, condition: selection}
---
title: Never
name: never
logsource: {product: windows}
detection: {selection: {http.request.method: GET}, condition: selection}
"""
LOG = """\
203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /a/../../etc/passwd HTTP/1.1" 200 82 "-" "curl/8"
10.1.2.3 - - [24/Nov/2026:23:06:29 +0000] "GET /a/../../etc/passwd HTTP/1.1" 200 82 "-" "curl/8"
203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET / HTTP/1.1" 404 82 "-" "Mozilla (Nikto/2.5)"
203.0.113.7 - - [24/Nov/2026:23:06:30 +0000] "POST /login?user=ann HTTP/1.1" 401 82 "-" "curl/8"
203.0.113.7 - - [24/Nov/2026:23:06:31 +0000] "POST /logout?user=ann HTTP/1.1" 403 82 "-" "curl/8"
203.0.113.7 - - [24/Nov/2026:23:06:32 +0000] "HEAD / HTTP/1.1" 200 0 "-" "curl/8"
203.0.113.7 - - [24/Nov/2026:23:06:32 +0000] "HEAD / HTTP/1.1" 200 0 "https://example.com/" "curl/8"
"""


def test_published_rules_run_unchanged_on_events_of_web_servers(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(PUBLISHED)
    loaded = load([tmp_path], Terms(pipelines=pipeline.read()))
    assert not loaded.mistakes
    rules, form = RuleSet(loaded.rules), formats.load()["nginx"]
    scan = Scan(rules.patterns)
    fired = []
    for number, piece in enumerate(whole(form, LOG.encode().splitlines(), SystemClock())):
        for record in piece.records:
            event = Event(piece.line.file, number, record.at, form.category, record.fields)
            fired += [(number, firing.rule.name) for firing in rules.evaluate(event, scan.hits(text_of(event.fields)))]
    assert fired == [(0, "traversal"), (2, "scanner"), (3, "query"), (4, "many"), (5, "windows")]


def test_files_of_any_origin_keep_the_names_of_the_rules(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(PUBLISHED)
    assert pipeline.read(taxonomies=False) is pipeline.NONE
    assert load([tmp_path]).rules == load([tmp_path], Terms(pipelines=pipeline.read(taxonomies=False))).rules


CLOUD = """
title: Logging is switched off
name: silenced
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventSource: cloudtrail.amazonaws.com, eventName: [StopLogging, DeleteTrail]}
  failed: {errorCode|exists: true}
  root: {userIdentity.type: Root, requestParameters.name|contains: main}
  condition: selection and root and not failed
---
title: Of another service
name: other
logsource: {product: aws, service: guardduty}
detection: {selection: {eventName: StopLogging}, condition: selection}
"""
TRAIL = ('{"eventTime":"2026-11-24T23:06:29Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","userIdentity":{"type":"Root"},'
         '"requestParameters":{"name":"main-trail"},"sourceIPAddress":"203.0.113.7"%s}')


def test_published_rules_run_unchanged_on_events_of_cloudtrail(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(CLOUD)
    rules, form = RuleSet(load([tmp_path], Terms(pipelines=pipeline.read())).rules), formats.load()["cloudtrail"]
    scan = Scan(rules.patterns)
    fired = []
    for line in (TRAIL % "", TRAIL % ',"errorCode":"AccessDenied"'):
        [record] = form.decode(line.encode())
        event = Event(File("f", "s", "p"), 0, record.at, form.category, record.fields)
        fired.append([firing.rule.name for firing in rules.evaluate(event, scan.hits(text_of(event.fields)))])
    assert fired == [["silenced"], []]

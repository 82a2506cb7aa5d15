from __future__ import annotations

import pytest

from sentinel.rules.author.frameworks import NAMES, framework, unknown


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_whole(name: str) -> None:
    known = framework(name)
    ids = [one.id for one in known.techniques]
    assert known.version and known.source.startswith("https://")
    assert len(set(ids)) == len(ids)
    assert {tactic for one in known.techniques for tactic in one.tactics} <= {one.id for one in known.tactics}
    assert all(one.parent in ids for one in known.techniques if one.parent)
    assert all(one.tactics for one in known.techniques) or not known.tactics


def test_the_names_are_those_of_the_published_data() -> None:
    names = {one.id: one.name for name in NAMES for one in framework(name).techniques}
    assert names["AML.T0051.001"] == "LLM Prompt Injection: Indirect"
    assert names["T1110.004"] == "Brute Force: Credential Stuffing"
    assert names["LLM08"] == "Vector and Embedding Weaknesses"
    assert len(framework("owasp").techniques) == 10


def test_a_risk_of_which_logs_show_the_edges_alone_says_so() -> None:
    assert {one.id for one in framework("owasp").techniques if one.hidden} == {"LLM03", "LLM04", "LLM08", "LLM09"}


@pytest.mark.parametrize("tag", [
    "atlas.aml.t0051", "atlas.aml.t0051.001", "atlas.aml.ta0002", "owasp.llm01", "attack.t1078", "attack.T1110.004",
    "attack.initial-access", "attack.initial_access", "attack.s0002", "attack.g0010", "cve.2024-1234", "detection.threat-hunting",
    "mine.anything", "tlp.amber"])
def test_a_real_tag_is_known(tag: str) -> None:
    assert unknown([tag]) == []


@pytest.mark.parametrize(("tag", "meant"), [
    ("atlas.aml.t00511", "atlas.aml.t0051"), ("owasp.llm11", "owasp.llm1"), ("attack.t9999", "MITRE ATT&CK 18.0"),
    ("atlas.t0051", "atlas.aml.t0051"), ("attack.initial-acess", "attack.initial-access")])
def test_one_that_names_nothing_is_told_with_what_is_near(tag: str, meant: str) -> None:
    [(told, do)] = unknown([tag, "attack.t1078"])
    assert told == tag and meant in do

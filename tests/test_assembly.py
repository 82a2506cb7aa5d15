from __future__ import annotations

from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from sentinel.assembly import assemble, salvage
from sentinel.errors import ConfigError
from sentinel.rules.glob import Text
from sentinel.rules.rule import Detection
from sentinel.rules.tree import items

RULE = "title: x\nlogsource: {{category: llm}}\ndetection: {{a: {{b|{}: c}}, condition: a}}\n"
PLAYBOOK = "name: p\non: {level: high}\nsteps: [{name: a, uses: webhook.post}]\n"


def write(folder: Path, text: str = "") -> Path:
    (folder / "good.yml").write_text(RULE.format("contains"))
    (folder / "bad.yml").write_text(RULE.format("containz"))
    (folder / "p.yaml").write_text(PLAYBOOK)
    path = folder / "c.yaml"
    path.write_text("journal: j.db\nsources: [{name: g, paths: [x], format: nginx}]\nrules: [good.yml, bad.yml]\n"
                    f"playbooks: {{paths: [p.yaml]}}\n{text}")
    return path


def test_what_works_is_loaded_and_what_does_not_is_told(tmp_path: Path) -> None:
    parts = assemble(write(tmp_path), mode="act")
    assert (len(parts.rules), len(parts.broken), parts.mistakes) == (1, 1, [])
    assert parts.formats["g"].name == "nginx" and [p.name for p in parts.playbooks] == ["p"]
    assert parts.config.playbooks.mode == "act" and "services.webhook" in str(parts.warnings[0])


def test_a_wrong_service_is_a_mistake_and_playbooks_are_judged_all_the_same(tmp_path: Path) -> None:
    parts = assemble(write(tmp_path, "services: {webhok: {}}\n"))
    assert [m.key for m in parts.mistakes] == ["services.webhok"] and len(parts.playbooks) == 1


def test_a_wrong_config_still_says_what_else_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, "jurnal: x\n")
    with pytest.raises(ConfigError):
        assemble(path)
    parts = salvage(path)
    assert (len(parts.rules), len(parts.broken), len(parts.playbooks), parts.warnings) == (1, 1, 1, [])


PIPELINE = "transformations: [{type: field_name_mapping, mapping: {b: url.path}}]\n"


def test_placeholders_and_pipelines_are_the_rules_terms(tmp_path: Path) -> None:
    path = write(tmp_path, "placeholders: {who: {file: who.txt}}\npipelines: [map.yaml]\n")
    (tmp_path / "good.yml").write_text(RULE.format("expand").replace("c}", "'%who%'}"))
    (tmp_path / "who.txt").write_text("ann\n")
    (tmp_path / "map.yaml").write_text(PIPELINE)
    [rule] = assemble(path).rules
    assert isinstance(rule, Detection) and items(rule.tree)[0].field == "url.path" and items(rule.tree)[0].wants == (Text(("ann",)),)
    (tmp_path / "who.txt").write_text("bob\n")
    [again] = assemble(path).rules
    assert again != rule


@pytest.mark.parametrize(("text", "told"), [("placeholders: {who: {file: none}}\n", "placeholders.who.file: cannot be read"),
                                            ("pipelines: [none.yaml]\n", "none.yaml: No such file")])
def test_without_them_nothing_starts(tmp_path: Path, text: str, told: str) -> None:
    parts = assemble(write(tmp_path, text))
    assert parts.rules == [] and told in str(parts.mistakes[0])


def test_a_wrong_config_has_them_all_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "jurnal: x\nplaceholders: {who: [ann]}\npipelines: [map.yaml]\n")
    (tmp_path / "good.yml").write_text(RULE.format("expand").replace("c}", "'%who%'}"))
    (tmp_path / "map.yaml").write_text(PIPELINE)
    assert len(salvage(path).rules) == 1


def test_a_file_of_places_is_opened(tmp_path: Path) -> None:
    assert assemble(write(tmp_path, "")).places is None
    [told] = assemble(write(tmp_path, "geoip: city.mmdb\n")).mistakes
    assert "geoip: " in str(told) and "city.mmdb" in str(told)
    writer = MMDBWriter(database_type="GeoLite2-Country")
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": {"iso_code": "DE"}})
    writer.to_db_file(str(tmp_path / "city.mmdb"))
    parts = assemble(write(tmp_path, "geoip: city.mmdb\n"))
    assert parts.mistakes == [] and parts.places is not None and parts.places.of("203.0.113.1").country == "DE"  # type: ignore[union-attr]

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.actions._base import Failed
from sentinel.check import Finding, check

BASE = "journal: {journal}\nsources: [{{name: gateway, paths: ['{logs}'], format: {form}}}]\n"


def write(folder: Path, text: str = "", *, journal: str = "j.db", logs: str = "*.log", form: str = "litellm") -> Path:
    path = folder / "c.yaml"
    path.write_text(BASE.format(journal=journal, logs=logs, form=form) + text)
    return path


def found(path: Path, what: str, *, offline: bool = False) -> Finding:
    return next(one for one in check(path, offline=offline).findings if one.what == what)


def test_a_file_that_is_no_yaml_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("sources: [")
    report = check(tmp_path / "c.yaml")
    assert report.exit_code == 2 and [m.file for m in report.mistakes] == [str(tmp_path / "c.yaml")]


def test_an_unknown_format_is_named_at_its_source(tmp_path: Path) -> None:
    (mistake,) = check(write(tmp_path, form="litelm")).mistakes
    assert (mistake.line, mistake.key) == (2, "sources.0.format") and "litellm" in mistake.do


def test_a_wrong_service_is_a_mistake_and_does_not_hide_the_playbooks(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("name: p\non: {level: high}\nsteps: [{name: a, uses: nope}]\n")
    keys = [m.key for m in check(write(tmp_path, "services: {litelm: {}}\nplaybooks: {paths: [p.yaml]}\n")).mistakes]
    assert keys == ["services.litelm", "steps.0.uses"]


@pytest.mark.parametrize(("logs", "state"), [("*.log", "ok"), ("none*.log", "warning")])
def test_a_source_says_how_many_files_match(tmp_path: Path, logs: str, state: str) -> None:
    (tmp_path / "a.log").write_text("")
    assert found(write(tmp_path, logs=logs), "source gateway").state == state


def test_what_this_user_cannot_read_or_write_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.log").write_text("")
    path = write(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)  # root may do everything, so the answer is what is tested
    report = check(path)
    assert report.exit_code == 1
    assert {f.what for f in report.findings if f.state == "failed"} == {"journal", "source gateway"}


def test_a_start_that_died_while_it_made_the_journal_hinders_no_later_one(tmp_path: Path) -> None:
    (tmp_path / "j.db").touch()
    assert found(write(tmp_path), "journal").state == "ok"


def test_a_journal_that_is_none_fails(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_text("this is no database, and long enough to be looked at as one" * 20)
    assert found(write(tmp_path), "journal").state == "failed"


def test_an_elasticsearch_that_is_not_there_fails_unless_offline(tmp_path: Path) -> None:
    path = write(tmp_path, "elasticsearch: {urls: ['http://127.0.0.1:9']}\n")
    assert check(path).exit_code == 1 and "refused" in found(path, "elasticsearch").text
    assert check(path, offline=True).exit_code == 0


def test_each_service_is_asked_once_and_says_why_it_cannot_be_reached(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentinel.actions import kinds

    webhook = kinds()["webhook.post"]
    asked = []

    def probe(self: object) -> str:
        asked.append(self)
        raise Failed("401 from the hook")

    monkeypatch.setattr(webhook, "probe", probe)
    monkeypatch.setattr("sentinel.actions.kinds", lambda recipes=(): {"webhook.post": webhook})
    path = write(tmp_path, "services: {webhook: {url: 'https://127.0.0.1/x', secrets: ['whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=']}}\n")
    report = check(path)
    assert report.mistakes == []
    assert [f.text for f in report.findings if f.what == "service webhook"] == ["401 from the hook"] and len(asked) == 1


def test_auto_says_what_it_would_be_and_why(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("")
    (tmp_path / "b.log").write_text('203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET / HTTP/1.1" 200 5 "-" "x"\n' * 9)
    finding = found(write(tmp_path, form="auto"), "source gateway")
    assert finding.state == "ok" and "; it would be nginx, which reads 100% of 9 lines and fills 9.0 fields of each" in finding.text
    (tmp_path / "b.log").write_text("no log at all\n")
    assert found(write(tmp_path, form="auto"), "source gateway").state == "warning"


def test_a_line_that_the_look_cuts_off_does_not_speak_against_its_format(tmp_path: Path) -> None:
    line = json.dumps({"id": "x", "call_type": "acompletion", "startTime": 1795561600.5, "model": "gpt-4o",
                       "messages": [{"role": "user", "content": "x" * 100_000}]})
    (tmp_path / "a.log").write_text((line + "\n") * 4)
    assert "litellm, which reads 100% of 2 lines" in found(write(tmp_path, form="auto"), "source gateway").text


def test_fields_that_nobody_sets_are_told(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text("title: t\nlogsource: {category: llm}\ndetection: {s: {gen_ai.promt: x, labels.own: y}, condition: s}\n")
    (tmp_path / "c.yaml").write_text("journal: j.db\nsources: [{name: g, paths: [x], format: nginx}]\nrules: [r.yml]\n")
    told = check(tmp_path / "c.yaml", offline=True, known={"gen_ai.prompt"}).warnings
    assert [str(w) for w in told if "promt" in str(w)] and not [w for w in told if "labels" in str(w)]
    assert not [w for w in check(tmp_path / "c.yaml", offline=True).warnings if "promt" in str(w)]

"""Docs in step with what they describe."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sentinel.config.model import Config, Section

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        if "://" in target or target.startswith("mailto:"):
            continue
        if not to.exists() or (anchor and to.suffix == ".md" and anchor not in anchors(to)):
            dead.append(target)
    assert dead == []


def test_every_dependency_says_why_it_is_here() -> None:
    said = (ROOT / "docs" / "dependencies.md").read_text().lower()
    names = [re.split(r"[<>=\[ ]", line)[0].lower() for line in PROJECT["dependencies"]]
    assert [name for name in names if name not in said] == []


def keys(section: type[Section]) -> set[str]:
    found = set(section.model_fields)
    for field in section.model_fields.values():
        for inner in sections_in(field.annotation):
            found |= keys(inner)
    return found


def sections_in(annotation: object) -> list[type[Section]]:
    import typing

    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for part in typing.get_args(annotation) for section in sections_in(part)]


def test_every_key_of_the_config_is_described() -> None:
    said = (ROOT / "docs" / "config.md").read_text()
    assert [key for key in sorted(keys(Config)) if f"`{key}`" not in said] == []


def test_every_field_of_an_event_is_described() -> None:
    from sentinel import detectors, pipeline
    from sentinel.formats._mapping.fields import FIELDS

    means = {name: field.means for name, field in FIELDS.items()} | pipeline.FIELDS
    for detector in detectors.load():
        means |= detector.fields
    said = re.findall(r"^\| `([^`]+)` \| (.+) \|$", (ROOT / "docs" / "fields.md").read_text(), re.MULTILINE)
    assert dict(said) == means and len(said) == len(means)


def test_the_rule_that_the_docs_show_works(tmp_path: Path) -> None:
    from sentinel.rules.author import cases

    blocks = re.findall(r"```yaml\n# rules/(\S+)\n(.*?)```", (ROOT / "docs" / "rules.md").read_text(), re.DOTALL)
    for name, text in blocks:
        (tmp_path / name).write_text(text)
    results = list(cases.run([tmp_path]))
    assert len(results) == 2 and [result.problem for result in results] == ["", ""]


def test_every_run_book_that_docs_and_rules_name_is_there() -> None:
    files = [ROOT / "docs" / "rules.md", *(ROOT / "rules").rglob("*.yml")]
    named = {name for file in files for name in re.findall(r"runbook: ([\w/.-]+)", file.read_text())}
    assert len(named) > 5 and [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_target_of_the_makefile_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"(?:^ +|`)make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert {"run", "test"} <= named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_way_of_a_rule_is_drawn_whole() -> None:
    section = (ROOT / "docs" / "architecture.md").read_text().partition("## The way of a rule")[2].partition("\n## ")[0]
    named, folder = set(re.findall(r"`([a-z_]+)/?`", section)), ROOT / "sentinel" / "rules"
    # Within `correlate/` and `convert/` names speak for themselves.
    modules = [*folder.glob("*.py"), *(path for part in ("author", "match", "read") for path in (folder / part).glob("*.py"))]
    assert [str(path.relative_to(folder)) for path in sorted(modules) if path.stem not in {*named, "__init__"}] == []


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_the_version_is_one() -> None:
    from sentinel import __version__

    assert __version__ == PROJECT["version"]

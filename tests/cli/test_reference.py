from __future__ import annotations

from pathlib import Path

from sentinel.cli import reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_in_step_with_the_code() -> None:
    assert PAGE.read_text("utf-8") == reference.page(), "run: python -m sentinel.cli.reference > docs/cli.md"


def test_the_page_has_every_command_with_an_example() -> None:
    page = reference.page()
    for words in reference.commands():
        section = page.split(f"## sentinel {' '.join(words)}\n", 1)[1].split("\n## ", 1)[0]
        assert f"$ sentinel {' '.join(words)}" in section

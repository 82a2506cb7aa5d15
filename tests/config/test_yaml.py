import os
from pathlib import Path

import pytest

from sentinel.config import yaml
from sentinel.errors import ConfigError


def test_every_key_and_item_has_its_line() -> None:
    [(value, lines)] = yaml.parse_all("a:\n  b: 1\n  c:\n    - x\n    - y: 2\n", "f.yml")
    assert value == {"a": {"b": 1, "c": ["x", {"y": 2}]}}
    assert [lines.of(p) for p in (["a"], ["a", "b"], ["a", "c", 0], ["a", "c", 1, "y"], ["a", "nowhere", "deep"])] == [
        1, 2, 4, 5, 1]


def test_on_is_a_word() -> None:
    assert yaml.parse_all("on: {level: high}\nx: on\n", "f")[0][0] == {"on": {"level": "high"}, "x": True}


@pytest.mark.parametrize(("text", "message"), [
    ("a: 1\nb: [\n", r"f\.yml:3: not YAML"),
    ("a: 1\na: 2\n", r"f\.yml:2: a: key 'a' stands twice; keep one"),
    ("x: !!python/object/apply:os.system [id]\n", "not supported; write plain"),
    ("x: !!python/name:os.system y\n", "not YAML"),
    ("a: &x [1]\nc:\n  <<: *x\n", r"f\.yml:3: c.<<: `<<` takes a mapping"),
    ("[" * 5000 + "]" * 5000, "nested too deeply|too many or too deeply|maximum nesting depth"),
    ("? [a]\n: 1\n", "plain word"),
    ("a: 2026-13-45\n", "not YAML"),
])
def test_a_fault_names_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        yaml.parse_all(text, "f.yml")


def test_merge_keys() -> None:
    [(value, lines)] = yaml.parse_all("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\nd: {<<: *b}\n", "f.yml")
    assert value["c"] == {"x": 5, "y": 2, "z": 4} and value["d"] == {"y": 3, "z": 4}
    assert (lines.of(("c", "x")), lines.of(("c", "y")), lines.of(("c", "z"))) == (5, 1, 2)


def test_a_mapping_that_merges_itself_is_refused() -> None:
    with pytest.raises(ConfigError):
        yaml.parse_all("a: &a\n  <<: *a\n", "f.yml")


def test_a_bomb_of_merges_is_refused_at_once() -> None:
    rows = ["a0: &a0 {x: 1}"] + [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 9)]
    with pytest.raises(ConfigError, match="`<<` takes"):
        yaml.parse_all("\n".join(rows), "f.yml")


def test_one_broken_document_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text("a: 1\n---\nb: 1\nb: 2\n---\nc: 3\n---\nd: [\n")
    documents, mistakes = yaml.salvaged(tmp_path / "f.yml")
    assert [value for value, _ in documents] == [{"a": 1}, {"c": 3}]
    assert [mistake.line for mistake in mistakes] == [4, 9]


def test_lines_of_a_merged_document() -> None:
    [(_, one), (_, two)] = yaml.parse_all("a: 1\n---\nb: 1\n", "f")
    assert [one.over(two).of((key,)) for key in "ab"] == [1, 3]


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(ConfigError, match="aliases"):
        yaml.parse_all("\n".join(rows), "f.yml")


def test_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        yaml.load(tmp_path / "none.yml")
    (tmp_path / "latin.yml").write_bytes(b"a: \xff\n")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 3"):
        yaml.load(tmp_path / "latin.yml")
    os.mkfifo(tmp_path / "pipe.yml")
    for endless in (tmp_path / "pipe.yml", Path("/dev/zero")):
        with pytest.raises(ConfigError, match="neither a file nor a folder"):
            yaml.load(endless)
    (tmp_path / "two.yml").write_text("a: 1\n---\nb: 2\n")
    with pytest.raises(ConfigError, match="2 documents"):
        yaml.load(tmp_path / "two.yml")
    (tmp_path / "bom.yml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert yaml.load(tmp_path / "bom.yml")[0] == {"a": 1}
    (tmp_path / "empty.yml").write_text("")
    assert yaml.load(tmp_path / "empty.yml")[0] is None


@pytest.mark.parametrize("value", ["1" + ":59" * 100_000, "0x" + "f" * 100_000, "1" * 2_000, "1" + ":59" * 1_000 + ".5"])
def test_a_number_of_endless_digits_is_a_mistake_at_once(value: str) -> None:
    with pytest.raises(ConfigError, match=r"f:2: b: a number of \d+ characters; put the value in quotes"):
        yaml.parse_all(f"a: 1\nb: {value}\n", "f")

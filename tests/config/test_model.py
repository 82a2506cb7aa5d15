import os
from pathlib import Path

import pytest

from sentinel.config import model
from sentinel.errors import ConfigError

SMALL = "sources:\n  - {name: gateway, paths: [logs/*.jsonl], format: litellm}\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sentinel.yaml"
    path.write_text(text)
    return path


def test_the_smallest_config_observes_and_ships_nothing(tmp_path: Path) -> None:
    config = model.load(write(tmp_path, SMALL))
    assert config.playbooks.mode == "observe"
    assert config.elasticsearch is None
    assert config.sources[0].paths == [str(tmp_path / "logs/*.jsonl")]


def test_all_mistakes_come_together_each_with_its_line(tmp_path: Path) -> None:
    text = "jurnal: x\nsources:\n  - name: a b\n    paths: []\n    format: nginx\nplaybooks:\n  mode: maybe\n"
    with pytest.raises(ConfigError) as caught:
        model.load(write(tmp_path, text))
    said = {(m.line, m.key) for m in caught.value.mistakes}
    assert said == {(1, "jurnal"), (3, "sources.0.name"), (4, "sources.0.paths"), (7, "playbooks.mode")}
    assert "did you mean 'journal'?" in str(caught.value)


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("file-secret\n")
    text = SMALL + f"services:\n  litellm: {{key: '${{env:KEY}}', other: '${{file:{tmp_path}/key}}'}}\n"
    config = model.load(write(tmp_path, text), {"KEY": "env-secret"})
    assert config.services["litellm"] == {"key": "env-secret", "other": "file-secret"}


def test_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "slack").write_text("xoxb\n")
    text = SMALL + "services: {slack: {token: '${file:$CREDENTIALS_DIRECTORY/slack}'}}\n"
    config = model.load(write(tmp_path, text), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert config.services["slack"]["token"] == "xoxb"
    with pytest.raises(ConfigError, match=r"\$CREDENTIALS_DIRECTORY/slack: CREDENTIALS_DIRECTORY is not set; export it"):
        model.load(write(tmp_path, text), {})


def test_an_unset_variable_is_named_with_its_line(tmp_path: Path) -> None:
    text = SMALL + "services:\n  litellm:\n    key: ${env:NOPE}\n    other: ${file:/nonexistent/x}\n"
    with pytest.raises(ConfigError, match=r"sentinel\.yaml:5: services\.litellm\.key: environment variable NOPE") as caught:
        model.load(write(tmp_path, text), {})
    assert len(caught.value.mistakes) == 2


def test_a_secret_is_a_small_file(tmp_path: Path) -> None:
    """/dev/zero was read until the memory was full, and a pipe until somebody wrote into it."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b"x" * 70_000)
    for name, why in (("/dev/zero", "not a file"), (str(tmp_path / "pipe"), "not a file"), (str(tmp_path / "big"), "larger than 64 kB")):
        with pytest.raises(ConfigError, match=why):
            model.load(write(tmp_path, SMALL + f"services: {{litellm: {{key: '${{file:{name}}}'}}}}\n"))


@pytest.mark.parametrize(("text", "why"), [("0s", "write never"), ("soon", "no span of time"), ("15", "no span of time")])
def test_when_silence_is_an_alert(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=rf"sentinel\.yaml:\d+: sources\.0\.silent_after: .*{why}"):
        model.load(write(tmp_path, f"sources:\n  - name: a\n    paths: [x]\n    format: nginx\n    silent_after: '{text}'\n"))


def test_two_sources_of_one_name(tmp_path: Path) -> None:
    text = SMALL + "  - {name: gateway, paths: [x], format: nginx}\n"
    with pytest.raises(ConfigError, match="two sources are named 'gateway'"):
        model.load(write(tmp_path, text))


@pytest.mark.parametrize("text", ["", "- a\n", "text\n"])
def test_no_mapping_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="empty or not a mapping"):
        model.load(write(tmp_path, text))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "+01:00", "-0330"])
def test_a_source_may_name_its_time_zone(tmp_path: Path, zone: str) -> None:
    config = model.load(write(tmp_path, SMALL.replace("}", f", timezone: {zone!r}}}")))
    assert config.sources[0].timezone == zone


@pytest.mark.parametrize(("zone", "advice"), [("Europe/Berln", "did you mean 'Europe/Berlin'?"), ("xyz", "an offset such as +01:00")])
def test_a_time_zone_that_is_none(tmp_path: Path, zone: str, advice: str) -> None:
    with pytest.raises(ConfigError) as caught:
        model.load(write(tmp_path, SMALL.replace("}", f", timezone: {zone}}}")))
    assert f"sentinel.yaml:2: sources.0.timezone: no such time zone: '{zone}'; " in str(caught.value)
    assert advice in str(caught.value)

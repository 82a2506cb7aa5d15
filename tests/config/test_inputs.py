"""Sections of inputs: what is taken, what is refused and how that is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.config import model
from sentinel.config.inputs import Endpoint, endpoint
from sentinel.errors import ConfigError

TOKEN = "0123456789abcdef"


def load(tmp_path: Path, *inputs: str) -> list[model.SourceConfig]:
    path = tmp_path / "sentinel.yaml"
    path.write_text("sources:\n" + "".join(f"  - name: s{n}\n    format: json\n    {text}\n" for n, text in enumerate(inputs)))
    return model.load(path).sources


@pytest.mark.parametrize(("listen", "expected"), [
    ("udp://127.0.0.1:514", Endpoint("udp", "127.0.0.1", 514)),
    ("tls://[::1]:6514", Endpoint("tls", "::1", 6514)),
    ("http://localhost:4318/", Endpoint("http", "localhost", 4318)),
])
def test_an_address(listen: str, expected: Endpoint) -> None:
    assert endpoint(listen) == expected


def test_paths_and_names_are_made_whole(tmp_path: Path) -> None:
    sources = load(tmp_path, "journald: {units: [vllm, 'vllm@1.service', app.slice], directory: journals}",
                   "syslog: {listen: ['tls://127.0.0.1:6514'], tls: {cert: a.pem, key: /b.pem, client_ca: c.pem}}", "stdin: {}")
    journald, syslog, _ = sources
    assert journald.journald and journald.journald.units == ["vllm.service", "vllm@1.service", "app.slice"]
    assert journald.journald.directory == tmp_path / "journals"
    assert syslog.syslog and syslog.syslog.tls
    assert list(dict(syslog.syslog.tls).values()) == [tmp_path / "a.pem", Path("/b.pem"), tmp_path / "c.pem"]
    assert [source.input for source in sources] == ["journald", "syslog", "stdin"]


@pytest.mark.parametrize(("text", "key", "said"), [
    ("exclude: [x]", "sources.0", "nothing to read; add one of paths, journald, stdin, syslog, otlp"),
    ("paths: [x]\n    stdin: {}", "sources.0", "paths and stdin: a source has one input"),
    ("journald: {}", "sources.0.journald", "name one or more units or containers"),
    ("journald: {units: ['vllm@*']}", "sources.0.journald.units.0", "patterns are not taken"),
    ("journald: {units: ['a b']}", "sources.0.journald.units.0", "not the name of a unit"),
    ("journald: {containers: ['a b']}", "sources.0.journald.containers.0", "pattern"),
    ("stdin: {path: x}", "sources.0.stdin.path", "unknown key"),
    ("syslog: {listen: []}", "sources.0.syslog.listen", "at least 1"),
    ("syslog: {listen: ['127.0.0.1:514']}", "sources.0.syslog.listen.0", "write it as SCHEME://ADDRESS:PORT"),
    ("syslog: {listen: ['udp://127.0.0.1:99999']}", "sources.0.syslog.listen.0", "ort"),
    ("syslog: {listen: ['http://127.0.0.1:514']}", "sources.0.syslog.listen.0", "begin it with one of udp://, tcp://, tls://"),
    ("syslog: {listen: ['tls://127.0.0.1:514']}", "sources.0.syslog", "needs a certificate"),
    ("otlp: {}", "sources.0.otlp.token", "missing"),
    ("otlp: {token: short}", "sources.0.otlp.token", "at least 16"),
    (f"otlp: {{token: {TOKEN}, listen: 'https://0.0.0.0:4318'}}", "sources.0.otlp", "needs a certificate"),
    (f"otlp: {{token: {TOKEN}, listen: 'http://127.0.0.1:4318/v1'}}", "sources.0.otlp.listen", "not an address"),
])
def test_a_mistake_names_its_key(tmp_path: Path, text: str, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    (mistake,) = caught.value.mistakes
    assert (mistake.key, said in str(mistake)) == (key, True), str(mistake)


def test_standard_input_has_one_reader(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two sources read standard input"):
        load(tmp_path, "stdin: {}", "stdin: {}")


def test_a_token_is_not_told(tmp_path: Path) -> None:
    sources: Any = load(tmp_path, f"otlp: {{token: {TOKEN}}}")
    assert TOKEN not in repr(sources)

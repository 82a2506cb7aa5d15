from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from sentinel.config.model import SourceConfig
from sentinel.sources.probe import Found, probe
from tests.integration.servers.process import free_port
from tests.sources.certificates import Authority
from tests.sources.journald.journal import Journal, entry

TOKEN = "0123456789abcdef"


def found(**given: Any) -> Found:
    return probe(SourceConfig.model_validate({"name": "s", "format": "json"} | given))


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    assert found(paths=[str(tmp_path / "*.log")]) == ("ok", "1 file(s), format json")
    assert found(paths=[str(tmp_path / "none")]) == ("warning", f"no file matches {tmp_path}/none yet")


def test_journald(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(entry(0, b"x"))
    asked = {"units": ["vllm"], "directory": str(journal.folder)}
    assert found(journald=asked) == ("ok", "entries of vllm.service, format json")
    assert found(journald=asked | {"units": ["tgi"]}) == ("warning", "no entry of tgi.service yet")
    word, text = found(journald=asked | {"directory": str(tmp_path / "none")})
    assert word == "failed" and "No such file or directory" in text
    monkeypatch.setenv("PATH", "/nonexistent")
    assert found(journald=asked) == ("failed", "journalctl is not installed")


def test_standard_input() -> None:
    assert found(stdin={}) == ("ok", "standard input, format json")


def test_an_address_that_is_free_and_one_that_is_not() -> None:
    port = free_port()
    for input_ in ({"syslog": {"listen": [f"tcp://127.0.0.1:{port}"]}}, {"syslog": {"listen": [f"udp://127.0.0.1:{port}"]}},
                   {"otlp": {"listen": f"http://localhost:{port}", "token": TOKEN}}):
        assert found(**input_)[0] == "ok", input_
    for kind, scheme in ((socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")):
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("127.0.0.1", port))
            if kind == socket.SOCK_STREAM:
                other.listen()
            word, text = found(syslog={"listen": [f"{scheme}://127.0.0.1:{port}"]})
            assert (word, text.partition(":")[0]) == ("warning", scheme) and f"{port} is in use: by sentinel itself" in text


def test_an_address_that_is_not_this_hosts() -> None:
    word, text = found(syslog={"listen": ["udp://192.0.2.1:5514"]})
    assert (word, text) == ("failed", "udp://192.0.2.1:5514: Cannot assign requested address")


def test_what_is_open_to_the_network_is_said() -> None:
    port = free_port()
    assert "whoever reaches it can write events" in found(syslog={"listen": [f"udp://0.0.0.0:{port}"]})[1]
    word, text = found(otlp={"listen": f"http://0.0.0.0:{port}", "token": TOKEN})
    assert word == "warning" and "the token travels in clear" in text


def test_a_certificate(tmp_path: Path) -> None:
    asked = {"listen": [f"tls://0.0.0.0:{free_port()}"], "tls": {"cert": str(tmp_path / "server.pem"), "key": str(tmp_path / "server.key")}}
    word, text = found(syslog=asked)
    assert word == "failed" and text.endswith("server.pem: No such file or directory")
    Authority(tmp_path).sign("server")
    assert found(syslog=asked)[0] == "ok"
    (tmp_path / "server.key").write_text("")
    assert "its certificate or key cannot be used" in found(syslog=asked)[1]

"""A host made of files: what runs there, and where it logs."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from sentinel.doctor.host import Container, Host


def process(root: Path, pid: int, *arguments: str, comm: str = "", sockets: tuple[int, ...] = ()) -> None:
    folder = root / "proc" / str(pid)
    (folder / "fd").mkdir(parents=True)
    (folder / "cmdline").write_bytes(b"\0".join(a.encode() for a in arguments) + b"\0")
    (folder / "comm").write_text((comm or Path(arguments[0]).name) + "\n")
    for number, inode in enumerate(sockets):
        (folder / "fd" / str(number)).symlink_to(f"socket:[{inode}]")


@pytest.mark.parametrize(("arguments", "word"), [
    (("/usr/bin/python3", "/venv/bin/litellm", "--config", "c.yaml"), "litellm"), (("nginx: master process /usr/sbin/nginx",), "nginx"),
    (("python3", "-m", "vllm.entrypoints.openai.api_server", "--model", "x"), "vllm"), (("/opt/bin/ollama", "serve"), "ollama"),
    (("/usr/bin/llama-server", "-m", "model.gguf"), "llama-server")])
def test_a_process_is_known_by_its_program_script_or_module(tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    process(tmp_path, 7, *arguments)
    assert word in Host(tmp_path).processes()[0].words


@pytest.mark.parametrize("arguments", [
    ("/usr/bin/vim", "-c", "nginx"), ("/usr/bin/vim", "nginx"), ("python3", "load.py", "nginx"), ("tail", "/var/log/nginx")])
def test_what_a_program_is_given_says_nothing_of_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    process(tmp_path, 7, *arguments)
    assert "nginx" not in Host(tmp_path).processes()[0].words


def test_ports_are_those_it_listens_on(tmp_path: Path) -> None:
    process(tmp_path, 7, "nginx", sockets=(11, 12, 13))
    (tmp_path / "proc/net").mkdir()
    row = "  0: 00000000:{:04X} 00000000:0000 {} 00000000:00000000 00:00000000 00000000     0        0 {} 1 0 100 0 0 10 0\n"
    (tmp_path / "proc/net/tcp").write_text("head\n" + row.format(443, "0A", 11) + row.format(5000, "01", 12))
    (tmp_path / "proc/net/tcp6").write_text("head\n" + row.format(80, "0A", 13))
    assert Host(tmp_path).processes()[0].ports == (80, 443)


def test_this_very_process_is_found_on_the_real_host() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mine = next(p for p in Host().processes() if p.pid == os.getpid())
        assert server.getsockname()[1] in mine.ports


def test_units_and_containers(tmp_path: Path) -> None:
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "etc/systemd/system/vllm.service").write_text("[Service]\nExecStart=-/opt/bin/vllm serve m\n")
    docker = tmp_path / "var/lib/docker/containers/abc"
    docker.mkdir(parents=True)
    (docker / "config.v2.json").write_text(json.dumps({"Name": "/proxy", "Config": {"Image": "ghcr.io/berriai/litellm:main"}}))
    (docker / "abc-json.log").touch()
    (tmp_path / "var/log/containers").mkdir(parents=True)
    (tmp_path / "var/log/containers/web-5d_default_nginx-0a1b2c.log").touch()
    host = Host(tmp_path)
    assert host.units() == {"vllm.service": "/opt/bin/vllm serve m"}
    assert host.containers() == [Container("proxy", "ghcr.io/berriai/litellm:main", "/var/lib/docker/containers/abc/abc-json.log"),
                                 Container("nginx", "nginx", "/var/log/containers/web-5d_default_nginx-0a1b2c.log")]
    assert host.blind == []


def test_nothing_there_is_nothing_found(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert (host.processes(), host.units(), host.containers(), host.files("/var/log/x*")) == ([], {}, [], [])


def test_what_this_user_may_not_see_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var/log/nginx").mkdir(parents=True)
    # Root may look everywhere, and tests run as root.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    host = Host(tmp_path)
    for pattern in ("*.log", "*.json"):
        host.files(f"/var/log/nginx/{pattern}")
    assert host.blind == ["/var/log/nginx: not for this user; run as root, or join the group that may"]

"""Whether a source's lines can be had here and now, for `sentinel check`.

In: a source of the config. Out: a word and a sentence. Nothing is read that a daemon would then miss; addresses are bound and let
go again.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Literal

from sentinel.config.inputs import Endpoint, JournaldConfig, OtlpConfig, SyslogConfig, TlsConfig, endpoint
from sentinel.config.model import SourceConfig
from sentinel.sources._serve import server_context, why
from sentinel.sources.files.discover import Globs
from sentinel.sources.journald.journald import command

_SECONDS = 10.0
Found = tuple[Literal["ok", "warning", "failed"], str]


def probe(source: SourceConfig) -> Found:
    """The word, and what was found, without the source's name."""
    return _PROBES[source.input](source)


def _files(source: SourceConfig) -> Found:
    globs = Globs(source.paths, source.exclude)
    files = globs.files()
    unreadable = [seen.path for seen in files if not os.access(seen.path, os.R_OK)]
    if globs.problems or unreadable:
        return "failed", globs.problems[0] if globs.problems else f"{unreadable[0]}: cannot be read by this user"
    if not files:
        return "warning", f"no file matches {', '.join(source.paths)} yet"
    return "ok", f"{len(files)} file(s), format {source.format}"


def _journald(source: SourceConfig) -> Found:
    asked = source.journald or JournaldConfig(units=["-"])
    named = ", ".join((*asked.units, *asked.containers))
    try:
        done = subprocess.run(command(asked, "", "--lines=1"), capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        return "failed", "journalctl is not installed"
    except subprocess.TimeoutExpired:
        return "failed", f"journalctl did not answer within {_SECONDS:.0f} s"
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if b"__CURSOR=" in done.stdout:
        return "ok", f"entries of {named}, format {source.format}"
    if done.returncode or said:
        return "failed", f"journalctl: {said[0] if said else f'exit code {done.returncode}'}; is this user in the group systemd-journal?"
    return "warning", f"no entry of {named} yet"


def _stdin(source: SourceConfig) -> Found:
    return "ok", f"standard input, format {source.format}"


def _syslog(source: SourceConfig) -> Found:
    asked = source.syslog or SyslogConfig(listen=[])
    return _worst(source, [_listening(endpoint(listen), asked.tls, "whoever reaches it can write events") for listen in asked.listen])


def _otlp(source: SourceConfig) -> Found:
    asked: OtlpConfig | None = source.otlp
    assert asked is not None
    return _worst(source, [_listening(endpoint(asked.listen), asked.tls, "the token travels in clear")])


def _worst(source: SourceConfig, found: Sequence[Found]) -> Found:
    for word in ("failed", "warning"):
        for one in found:
            if one[0] == word:
                return one
    return "ok", f"{', '.join(text for _, text in found)} can be listened at, format {source.format}"


def _listening(at: Endpoint, tls: TlsConfig | None, danger: str) -> Found:
    encrypted = at.scheme in ("tls", "https")
    try:
        if encrypted and tls:
            server_context(tls)
        _bind(at)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return "warning", f"{at} is in use: by sentinel itself if it runs already, else nothing can come in there"
        return "failed", f"{at}: {why(error)}"
    if not encrypted and not _loopback(at.host):
        return "warning", f"{at} is open to the network: {danger}; keep strangers out, or encrypt"
    return "ok", str(at)


def _bind(at: Endpoint) -> None:
    kind = socket.SOCK_DGRAM if at.scheme == "udp" else socket.SOCK_STREAM
    (family, kind, protocol, _, address), *_ = socket.getaddrinfo(at.host, at.port, type=kind)
    with socket.socket(family, kind, protocol) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_PROBES: dict[str, Callable[[SourceConfig], Found]] = {
    "paths": _files, "journald": _journald, "stdin": _stdin, "syslog": _syslog, "otlp": _otlp}

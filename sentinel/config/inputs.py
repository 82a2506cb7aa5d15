"""Where a source's lines come from, when not from files: one section per kind of input, all of them optional.

In: what stands under a source's `journald:`, `stdin:`, `syslog:` or `otlp:`. Out: sections whose addresses and names are sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from sentinel.config.section import Section

_UNIT = re.compile(r"[A-Za-z0-9:_.\\@-]{1,255}")
_SUFFIX = re.compile(r"\.(service|scope|socket|mount|slice|timer|path|swap|target|device|automount)\Z")


class Endpoint(NamedTuple):
    """Where something listens. scheme: udp, tcp, tls, http or https. host: an address or a name, without brackets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def endpoint(listen: str) -> Endpoint:
    """Raises: ValueError: no such thing."""
    parts = urlsplit(listen)
    if not parts.hostname or not parts.port or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("not an address; write it as SCHEME://ADDRESS:PORT")
    return Endpoint(parts.scheme, parts.hostname, parts.port)


def _one_of(*schemes: str) -> Callable[[str], str]:
    def check(listen: str) -> str:
        if endpoint(listen).scheme not in schemes:
            raise ValueError(f"begin it with one of {', '.join(f'{scheme}://' for scheme in schemes)}")
        return listen

    return check


def _unit(name: str) -> str:
    if not _UNIT.fullmatch(name):
        raise ValueError("not the name of a unit; patterns are not taken, name each")
    return name if _SUFFIX.search(name) else f"{name}.service"


class TlsConfig(Section):
    """cert: with the chain, PEM. key: of the certificate, PEM. client_ca: clients must show a certificate that it signed."""

    cert: Path
    key: Path
    client_ca: Path | None = None

    def within(self, folder: Path) -> Self:
        return self.model_copy(update={name: folder / path for name, path in self if path})


class JournaldConfig(Section):
    """Entries of systemd's journal. units, containers: whose; a unit without a suffix is a service. directory: of another journal."""

    units: list[Annotated[str, AfterValidator(_unit)]] = []
    containers: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$")]] = []
    directory: Path | None = None

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if not (self.units or self.containers):
            raise ValueError("nothing to read; name one or more units or containers")
        return self

    def within(self, folder: Path) -> Self:
        return self.model_copy(update={"directory": folder / self.directory}) if self.directory else self


class StdinConfig(Section):
    """What is piped into the daemon. Nothing to say about it."""

    def within(self, folder: Path) -> Self:
        return self


class SyslogConfig(Section):
    """Messages by RFC 5424 or 3164. listen: udp://, tcp:// and tls:// addresses."""

    listen: list[Annotated[str, AfterValidator(_one_of("udp", "tcp", "tls"))]] = Field(min_length=1)
    tls: TlsConfig | None = None
    max_connections: int = Field(default=256, ge=1, le=10_000)
    max_message_bytes: int = Field(default=256 * 1024, ge=1024, le=16 * 1024 * 1024)

    @model_validator(mode="after")
    def _encrypted_or_not(self) -> Self:
        if any(endpoint(listen).scheme == "tls" for listen in self.listen) and self.tls is None:
            raise ValueError("tls:// needs a certificate; add tls: {cert: ..., key: ...}")
        return self

    def within(self, folder: Path) -> Self:
        return self.model_copy(update={"tls": self.tls.within(folder)}) if self.tls else self


class OtlpConfig(Section):
    """Spans and log records that exporters send. token: what they must show as `Authorization: Bearer`."""

    listen: Annotated[str, AfterValidator(_one_of("http", "https"))] = "http://127.0.0.1:4318"
    token: SecretStr = Field(min_length=16)
    tls: TlsConfig | None = None
    max_connections: int = Field(default=64, ge=1, le=10_000)

    @model_validator(mode="after")
    def _encrypted_or_not(self) -> Self:
        if endpoint(self.listen).scheme == "https" and self.tls is None:
            raise ValueError("https:// needs a certificate; add tls: {cert: ..., key: ...}")
        return self

    def within(self, folder: Path) -> Self:
        return self.model_copy(update={"tls": self.tls.within(folder)}) if self.tls else self

"""The config file's shape. One class per section; every key has a default that is safe on a production host.

In: a YAML file. Out: `Config`. Every mistake of the file is reported together, by file, line and key.
"""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator, model_validator

from sentinel.clock import zone
from sentinel.config import mistakes, yaml
from sentinel.config.inputs import JournaldConfig, OtlpConfig, StdinConfig, SyslogConfig
from sentinel.config.placeholders import Values
from sentinel.config.section import Section
from sentinel.config.span import span
from sentinel.errors import ConfigError, Mistake

_INPUTS = ("paths", "journald", "stdin", "syslog", "otlp")


class SourceConfig(Section):
    """One input, and the format of its lines. Exactly one of `paths`, `journald`, `stdin`, `syslog` and `otlp` is given."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    paths: list[str] = Field(default=[], min_length=1)
    journald: JournaldConfig | None = None
    stdin: StdinConfig | None = None
    syslog: SyslogConfig | None = None
    otlp: OtlpConfig | None = None
    exclude: list[str] = []
    format: str = "auto"
    mapping: dict[str, Any] | None = None
    timezone: str = "UTC"
    max_line_bytes: int = Field(default=16 * 1024 * 1024, ge=1024, le=256 * 1024 * 1024)
    silent_after: str = "learn"

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, text: str) -> str:
        try:
            zone(text)
        except ValueError as error:
            near = mistakes.nearest(text, available_timezones(), "write a name such as Europe/Berlin, or an offset such as +01:00")
            raise ValueError(f"{error}; {near}") from None
        return text

    @field_validator("silent_after")
    @classmethod
    def _a_span_or_a_word(cls, text: str) -> str:
        if text not in ("learn", "never") and span(text) == 0:
            raise ValueError("0 is no span of time; write never to be told of no silence")
        return text

    @model_validator(mode="after")
    def _one_input(self) -> Self:
        given = [name for name in _INPUTS if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"{' and '.join(given)}: a source has one input; make a source of each" if given else
                             f"nothing to read; add one of {', '.join(_INPUTS)} (for standard input `stdin: {{}}`)")
        return self

    @property
    def input(self) -> str:
        """The key that says where the lines come from."""
        return next(name for name in _INPUTS if getattr(self, name))

    def within(self, folder: Path) -> Self:
        """The same, relative paths taken from `folder`."""
        given: Any = getattr(self, self.input)
        changed = [str(folder / p) for p in given] if self.input == "paths" else given.within(folder)
        return self.model_copy(update={self.input: changed, "exclude": [str(folder / p) for p in self.exclude]})


_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")


class ProtectConfig(Section):
    """Who is never contained, whatever a rule says. Loopback and link-local addresses never are.

    Attributes: addresses: by default all private networks: behind one of theirs may be everybody (a load balancer, a
        proxy). Writing the key replaces the default.
    """

    addresses: list[IPvAnyNetwork] = [ip_network(network) for network in _PRIVATE]
    keys: list[str] = []
    users: list[str] = []


class PlaybooksConfig(Section):
    """Where playbooks are, and whether they may act."""

    paths: list[Path] = []
    recipes: list[Path] = []
    mode: Literal["observe", "act"] = "observe"
    protect: ProtectConfig = ProtectConfig()
    max_contained_per_hour: int = Field(default=20, ge=0)


class ElasticsearchConfig(Section):
    """Where to ship events, alerts and incidents. Absent: nothing is shipped."""

    urls: list[str] = Field(min_length=1)
    username: str = ""
    password: SecretStr = SecretStr("")
    api_key: SecretStr = SecretStr("")
    ca_file: Path | None = None
    index_prefix: str = Field(default="sentinel", pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")
    batch_documents: int = Field(default=500, ge=1, le=10_000)
    alert_after: str = "5m"

    @field_validator("alert_after")
    @classmethod
    def _a_span(cls, text: str) -> str:
        span(text)
        return text


class IncidentsConfig(Section):
    """How alerts fold into incidents."""

    window_minutes: int = Field(default=60, ge=1)


class MetricsConfig(Section):
    """Where Prometheus may ask. Absent: nowhere."""

    address: str = "127.0.0.1"
    port: int = Field(default=9464, ge=1, le=65_535)


class RetentionConfig(Section):
    """How long the journal keeps what was read."""

    events_days: float = Field(default=7, gt=0)
    incidents_days: float = Field(default=400, gt=0)


_Share = Annotated[float, Field(ge=0, le=1)]


class TypesConfig(Section):
    """What is asked of the types that one detector finds. `sentinel.detectors.settings` knows which there are.

    Attributes: thresholds: least score of a finding, by type. ignore: types that are not looked for.
    """

    thresholds: dict[str, _Share] = {}
    ignore: list[str] = []


class DetectorsConfig(Section):
    """What the detectors look for. Attributes: protected_secrets: this host's own, as `sentinel protect secret` prints them."""

    pii: TypesConfig = TypesConfig()
    secrets: TypesConfig = TypesConfig()
    protected_secrets: list[str] = []


class Config(Section):
    """The whole file."""

    journal: Path = Path("/var/lib/sentinel/journal.db")
    host: str = Field(default_factory=socket.gethostname)
    sources: list[SourceConfig] = Field(min_length=1)
    rules: list[Path] = []
    placeholders: dict[str, Values] = {}
    pipelines: list[Path] = []
    formats: list[Path] = []
    detectors: DetectorsConfig = DetectorsConfig()
    playbooks: PlaybooksConfig = PlaybooksConfig()
    services: dict[str, dict[str, Any]] = {}
    elasticsearch: ElasticsearchConfig | None = None
    incidents: IncidentsConfig = IncidentsConfig()
    retention: RetentionConfig = RetentionConfig()
    geoip: Path | None = None
    metrics: MetricsConfig | None = None

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, sources: list[SourceConfig]) -> list[SourceConfig]:
        names = [source.name for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are named {twice[0]!r}")
        if sum(source.stdin is not None for source in sources) > 1:
            raise ValueError("two sources read standard input; each line can go to one alone")
        return sources


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read and validate a config file. Relative paths in it are taken from its folder.

    Raises: ConfigError with every mistake found.
    """
    config, _ = load_with_lines(path, environment)
    return config


def load_with_lines(path: Path, environment: Mapping[str, str] | None = None) -> tuple[Config, yaml.Lines]:
    """As `load`, with the lines, so that later checks can name them too."""
    raw, lines = yaml.load(path, as_written=("placeholders",))
    if not isinstance(raw, dict):
        raise ConfigError(Mistake(str(path), 1, "", "the config is empty or not a mapping",
                                  "start from examples/sentinel.yaml"))
    found: list[Mistake] = []
    filled = _fill(raw, (), os.environ if environment is None else environment, lines, found)
    try:
        config = Config.model_validate(filled)
    except ValidationError as error:
        found += mistakes.of(error, lines, (), Config)
    if found:
        raise ConfigError(found)
    return _from_folder(config, path.resolve().parent), lines


def journal_of(path: Path, environment: Mapping[str, str] | None = None) -> Path:
    """Where the journal of a config is, whatever else is wrong with it: the shell of the on-call engineer holds none of
    the daemon's secrets.

    Raises: ConfigError.
    """
    raw, lines = yaml.load(path)
    found: list[Mistake] = []
    value = raw.get("journal", str(Config.model_fields["journal"].default)) if isinstance(raw, dict) else None
    filled = _fill(value, ("journal",), os.environ if environment is None else environment, lines, found)
    if not isinstance(filled, str):
        found.append(lines.mistake(("journal",), "not a path", "write it as journal: /var/lib/sentinel/journal.db"))
    if found:
        raise ConfigError(found)
    return path.resolve().parent / str(filled)


def detectors_of(path: Path, environment: Mapping[str, str] | None = None) -> tuple[DetectorsConfig, yaml.Lines]:
    """The section of a config that says what detectors look for, whatever else is wrong with it, and the file's lines.

    Raises: ConfigError.
    """
    raw, lines = yaml.load(path)
    found: list[Mistake] = []
    value = raw.get("detectors", {}) if isinstance(raw, dict) else {}
    filled = _fill(value, ("detectors",), os.environ if environment is None else environment, lines, found)
    try:
        section = DetectorsConfig.model_validate(filled)
    except ValidationError as error:
        raise ConfigError([*found, *mistakes.of(error, lines, ("detectors",), DetectorsConfig)]) from None
    if found:
        raise ConfigError(found)
    return section, lines


_LARGEST_SECRET = 64 * 1024
# systemd's LoadCredential= puts secrets into a folder that only the service can read.
_CREDENTIALS = "$CREDENTIALS_DIRECTORY"
_VARIABLE = re.compile(r"\$\{(env|file):([^}]*)\}")


def _fill(value: Any, at: tuple[yaml.Key, ...], environment: Mapping[str, str], lines: yaml.Lines,
          found: list[Mistake]) -> Any:
    """`${env:NAME}` and `${file:/path}` replaced: secrets do not belong into the config file."""
    if isinstance(value, dict):
        return {k: _fill(v, (*at, k), environment, lines, found) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, (*at, i), environment, lines, found) for i, v in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value

    def one(match: re.Match[str]) -> str:
        kind, name = match.group(1), match.group(2)
        if kind == "env":
            if name in environment:
                return environment[name]
            found.append(lines.mistake(at, f"environment variable {name} is not set", f"set {name} or write the value"))
            return ""
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        if _CREDENTIALS in name and not folder:
            found.append(lines.mistake(at, f"cannot read {name}: CREDENTIALS_DIRECTORY is not set",
                                       "export it, the folder with the secrets; systemd sets it for the service"))
            return ""
        try:
            return _secret(name.replace(_CREDENTIALS, folder))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or (str(error) if isinstance(error, OSError) else "not UTF-8")
            found.append(lines.mistake(at, f"cannot read {name}: {reason}", "check the path and its permissions"))
            return ""

    return _VARIABLE.sub(one, value)


def _secret(path: str) -> str:
    """A small file's text. A pipe would stop a reload, and with it the watchdog; /dev/zero has no end. Raises: OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError("not a file")
        data = file.read(_LARGEST_SECRET + 1)
    if len(data) > _LARGEST_SECRET:
        raise OSError(f"larger than {_LARGEST_SECRET // 1024} kB, which no secret is")
    return data.decode("utf-8").strip()


def _from_folder(config: Config, folder: Path) -> Config:
    """Relative paths made absolute, so that the daemon may change its folder."""
    elastic = config.elasticsearch
    if elastic and elastic.ca_file:
        elastic = elastic.model_copy(update={"ca_file": folder / elastic.ca_file})
    return config.model_copy(update={
        "journal": folder / config.journal,
        "sources": [source.within(folder) for source in config.sources],
        "rules": [folder / p for p in config.rules],
        "pipelines": [folder / p for p in config.pipelines],
        "formats": [folder / p for p in config.formats],
        "playbooks": config.playbooks.model_copy(update={"paths": [folder / p for p in config.playbooks.paths],
                                                         "recipes": [folder / p for p in config.playbooks.recipes]}),
        "elasticsearch": elastic,
        "geoip": config.geoip and folder / config.geoip,
    })

"""What a config file amounts to: the formats, rules, playbooks and actions it names, loaded, and every mistake in them.

In: the path of a config file. Out: `Parts`. The daemon starts only from parts without mistakes (broken rules aside);
`sentinel check` prints them.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from sentinel import actions, detectors, formats
from sentinel.actions._base import Action
from sentinel.config import model, paths, placeholders, yaml
from sentinel.config.model import Config, PlaybooksConfig
from sentinel.detectors._settings import USUAL, Settings
from sentinel.detectors.baseline._places import Places
from sentinel.errors import ConfigError, Mistake, SentinelError
from sentinel.formats._base import Format
from sentinel.playbooks import load as playbooks
from sentinel.playbooks.load import Playbook
from sentinel.rules.read import load as rules
from sentinel.rules.read import pipeline
from sentinel.rules.rule import Rule


class Parts(Struct):
    """Everything a config names.

    Attributes:
        formats: by source name. settings: of the detectors. rules: the sound ones.
        mistakes: of the config, formats, services and playbooks: with any of these nothing starts.
        places: where addresses are, when the config names a file that says it.
        broken: mistakes of rules: those rules are left out and the others go on.
        warnings: what works and is probably not meant.
    """

    config: Config
    lines: yaml.Lines
    formats: dict[str, Format] = field(default_factory=dict)
    settings: Settings = USUAL
    rules: list[Rule] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    playbooks: list[Playbook] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    places: Places | None = None
    broken: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)


def assemble(path: Path, *, mode: str | None = None) -> Parts:
    """Load everything that the config at `path` names; what is wrong with it is in the result.

    Args:
        mode: overrides `playbooks.mode`.

    Raises: ConfigError: the config file itself is wrong, so that nothing it names can be looked at.
    """
    config, lines = model.load_with_lines(path)
    if mode is not None:
        config = config.model_copy(update={"playbooks": config.playbooks.model_copy(update={"mode": mode})})
    return _load(Parts(config, lines), path)


def salvage(path: Path) -> Parts:
    """What a config that is itself wrong names all the same, so that all mistakes of all files can be told at once.

    Raises: ConfigError: it is not even YAML.
    """
    config = Config.model_construct(
        sources=[], placeholders=_placeholders(path), pipelines=paths.listed(path, "pipelines"), rules=paths.listed(path, "rules"), formats=paths.listed(path, "formats"),
        playbooks=PlaybooksConfig(paths=paths.listed(path, "playbooks", "paths"), recipes=paths.listed(path, "playbooks", "recipes")))
    parts = _load(Parts(config, yaml.Lines(str(path))), path)
    parts.warnings.clear()  # without its services every step would be warned of
    return parts


def _placeholders(path: Path) -> dict[str, placeholders.Values]:
    try:
        return {name: list(values) for name, values in placeholders.of(path, "placeholders").items()}
    except ConfigError:  # told already
        return {}


def _load(parts: Parts, path: Path) -> Parts:
    _load_formats(parts)
    _load_settings(parts)
    _load_rules(parts, path)
    _load_actions(parts, path)
    _load_places(parts)
    return parts


def _load_formats(parts: Parts) -> None:
    try:
        known = formats.load(parts.config.formats)
    except ConfigError as error:
        parts.mistakes += error.mistakes
        return
    for index, source in enumerate(parts.config.sources):
        try:
            parts.formats[source.name] = formats.of_source(source, known, parts.lines, index)
        except ConfigError as error:
            parts.mistakes += error.mistakes


def _load_settings(parts: Parts) -> None:
    try:
        parts.settings = detectors.settings(parts.config.detectors, parts.lines)
    except ConfigError as error:
        parts.mistakes += error.mistakes


def _load_rules(parts: Parts, path: Path) -> None:
    try:
        terms = rules.Terms(placeholders.filled(parts.config.placeholders, path.resolve().parent, parts.lines),
                            pipeline.read(parts.config.pipelines))
    except ConfigError as error:  # without them rules would seem wrong, or work and find nothing
        parts.mistakes += error.mistakes
        return
    loaded = rules.load(parts.config.rules, terms)
    parts.rules, parts.broken = loaded.rules, loaded.mistakes
    parts.warnings += loaded.warnings


def _load_actions(parts: Parts, path: Path) -> None:
    config = parts.config
    try:
        known = actions.load(config.services, recipes=config.playbooks.recipes, folder=path.resolve().parent, lines=parts.lines)
    except ConfigError as error:
        parts.mistakes += error.mistakes
        known = _unconfigured(config)
        if not known:  # a recipe is wrong: every playbook that uses it would seem wrong
            return
    loaded = playbooks.load(config.playbooks.paths, known)
    parts.actions, parts.playbooks = known, loaded.playbooks
    parts.mistakes += loaded.mistakes
    parts.warnings += loaded.warnings


def _load_places(parts: Parts) -> None:
    if parts.config.geoip is None:
        return
    try:
        parts.places = Places(parts.config.geoip)
    except SentinelError as error:
        parts.mistakes.append(parts.lines.mistake(("geoip",), str(error), "name a file such as GeoLite2-City.mmdb that this user may read, or leave the key out"))


def _unconfigured(config: Config) -> dict[str, Action]:
    """The actions without their services, so that playbooks are judged though `services:` is wrong."""
    try:
        return actions.load({}, recipes=config.playbooks.recipes)
    except ConfigError:
        return {}

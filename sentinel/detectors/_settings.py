"""What the config says of types: which are not looked for, and how sure a finding must be.

In: the section `detectors:`. Out: `Settings`. Types may go by the names that Presidio has for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.detectors._protected import Protected
from sentinel.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from sentinel.config.model import DetectorsConfig

# Below this score a candidate is none, unless the config says otherwise.
FLOOR = 0.5
# Presidio's name -> ours, where they differ.
ALIASES = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "IBAN_CODE": "IBAN", "CRYPTO": "CRYPTO_ADDRESS", "LOCATION": "ADDRESS",
    "DATE_TIME": "DATE_OF_BIRTH", "US_PASSPORT": "PASSPORT", "IN_PASSPORT": "PASSPORT", "IT_PASSPORT": "PASSPORT",
    "IT_DRIVER_LICENSE": "DRIVING_LICENCE", "IT_FISCAL_CODE": "IT_CODICE_FISCALE",
    "SG_NRIC_FIN": "SG_NRIC", "PL_PESEL_NUMBER": "PL_PESEL",
}


class Settings(Struct, frozen=True):
    """Attributes: floors: least score by type, where it is not `FLOOR`. off: types that are not looked for. protected: this host's own
    secrets.
    """

    floors: Mapping[str, float] = {}
    off: frozenset[str] = frozenset()
    protected: tuple[Protected, ...] = ()

    def floor(self, type_: str) -> float:
        """The least score with which a candidate of a type is a finding."""
        return self.floors.get(type_, FLOOR)


USUAL = Settings()


def settings_of(config: DetectorsConfig, lines: yaml.Lines, known: Mapping[str, Iterable[str]]) -> Settings:
    """What the section comes to. known: the types there are, by kind (`pii`, `secrets`).

    Raises: ConfigError naming each type that there is not.
    """
    floors: dict[str, float] = {}
    off: set[str] = set()
    mistakes: list[Mistake] = []
    for kind, types in known.items():
        part, there = getattr(config, kind), frozenset(types)
        for key, names in (("thresholds", list(part.thresholds)), ("ignore", part.ignore)):
            for index, name in enumerate(names):
                type_ = _ours(name, there)
                if type_ is None:
                    at = name if key == "thresholds" else index
                    mistakes.append(lines.mistake(("detectors", kind, key, at), f"there is no type {name!r}", _meant(name, there)))
                elif key == "ignore":
                    off.add(type_)
                else:
                    floors[type_] = part.thresholds[name]
    protected: list[Protected] = []
    for index, text in enumerate(config.protected_secrets):
        try:
            protected.append(Protected.read(text))
        except ValueError as error:
            mistakes.append(lines.mistake(("detectors", "protected_secrets", index), str(error), "see docs/detectors.md"))
    if mistakes:
        raise ConfigError(mistakes)
    return Settings(floors, frozenset(off), tuple(protected))


def _ours(name: str, there: frozenset[str]) -> str | None:
    # A secret's type is written with its family or without.
    return next((type_ for type_ in (name, ALIASES.get(name, ""), f"secret.{name}") if type_ in there), None)


def _meant(name: str, there: frozenset[str]) -> str:
    aliases = [alias for alias, type_ in ALIASES.items() if type_ in there]
    return nearest(name, [*there, *aliases, *(type_.removeprefix("secret.") for type_ in there)], "docs/detectors.md lists them")

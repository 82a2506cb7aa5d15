"""Values for the placeholders of rules (`field|expand: '%admins%'`).

In: the config's `placeholders:`, or a file that holds nothing else. Out: a list of texts for each name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, StrictFloat, StrictInt, StrictStr, TypeAdapter, ValidationError

from sentinel.config import mistakes, yaml
from sentinel.config.section import Section
from sentinel.config.written import text_of
from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake

_MOST = 10_000
_LONGEST_BYTES = 4 * 1024 * 1024


class ValuesFile(Section):
    """A file with a value a line; blank lines, and those that begin with `#`, say nothing."""

    file: Path


def _shape(given: Any) -> Any:
    """One message in place of one for each type that it is not."""
    if isinstance(given, ValuesFile) or (isinstance(given, dict) and given.keys() == {"file"} and isinstance(given["file"], str)):
        return given
    if isinstance(given, list) and all(isinstance(one, (str, int, float)) and not isinstance(one, bool) for one in given):
        return [text_of(one) or one for one in given]
    raise ValueError("a list of texts and numbers is wanted, or `{file: PATH}`")


class _Everything:
    """A file of placeholders alone has their names at its top."""

    def __contains__(self, key: object) -> bool:
        return True


Values = Annotated[list[StrictStr | StrictInt | StrictFloat] | ValuesFile, BeforeValidator(_shape)]
Named = dict[str, Values]
_NAMED: TypeAdapter[Named] = TypeAdapter(dict[StrictStr, Values])


def of(path: Path, *keys: str) -> dict[str, tuple[str, ...]]:
    """Those under `keys` of a YAML file, or the whole file's without any; also of a config whose secrets are out of reach.

    Raises: ConfigError.
    """
    value, lines = yaml.load(path, as_written=keys[:1] or _Everything())
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    try:
        named = _NAMED.validate_python(value or {})
    except ValidationError as error:
        raise ConfigError(mistakes.of(error, lines, keys)) from None
    return filled(named, path.resolve().parent, lines, keys)


def filled(named: Mapping[str, Values], folder: Path, lines: Lines, at: Sequence[str] = ("placeholders",)) -> dict[str, tuple[str, ...]]:
    """The values themselves. Args: folder: relative paths are taken from it. at: where in the file the names stand.

    Raises: ConfigError with every mistake.
    """
    found: list[Mistake] = []
    texts: dict[str, tuple[str, ...]] = {}
    for name, values in named.items():
        try:
            texts[name] = tuple(_of_file(folder / values.file) if isinstance(values, ValuesFile) else map(str, values))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            found.append(lines.mistake((*at, name, "file"), f"cannot be read: {reason}", "check the path and its permissions"))
            continue
        if not 0 < len(texts[name]) <= _MOST:
            found.append(lines.mistake((*at, name), f"{len(texts[name])} values", f"give it 1 to {_MOST}"))
    if found:
        raise ConfigError(found)
    return texts


def _of_file(path: Path) -> list[str]:
    if not path.is_file():
        raise ValueError("no such file" if not path.exists() else "not a file")
    if path.stat().st_size > _LONGEST_BYTES:
        raise ValueError(f"larger than {_LONGEST_BYTES} bytes")
    lines = (line.strip() for line in path.read_text("utf-8-sig").splitlines())
    return [line for line in lines if line and not line.startswith("#")]

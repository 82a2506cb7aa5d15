"""Where each field of a mapping comes from, for people. In: the sections of a mapping. Out: paths as they are written."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.formats._mapping.compile import Section
from sentinel.formats._mapping.read import COLLECTORS
from sentinel.formats._mapping.struct import Path


def origins(sections: Iterable[Section]) -> dict[str, list[str]]:
    """Event field -> paths that fill it, the first choice first; of a collector `name(path)`."""
    found: dict[str, list[str]] = {}
    for section in sections:
        for path in section.time:
            found.setdefault("@timestamp", []).append(written(path))
        for name, readings in section.fields.items():
            found.setdefault(name, []).extend(
                repr(reading.constant) if reading.constant is not None else
                written(reading.source) + (f" - {written(reading.since)}" if reading.since else "") for reading in readings)
        for collect, paths in section.collect:
            name, (_, fields) = next((name, entry) for name, entry in COLLECTORS.items() if entry[0] is collect)
            for field in fields:
                found.setdefault(field, []).append(f"{name}({', '.join(map(written, paths))})")
    return {name: list(dict.fromkeys(paths)) for name, paths in found.items()}


def written(path: Path) -> str:
    """`choices[0].text`, `attributes["http.method"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not step or set(step) & set('.[]" '):
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text

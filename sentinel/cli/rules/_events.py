"""The events that `rules explain` is asked about: a file, standard input, JSON as typed, or an event of the journal."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentinel.errors import ConfigError, Mistake
from sentinel.records.event import CATEGORIES, Event
from sentinel.records.line import File

if TYPE_CHECKING:
    from sentinel.formats import Format

_MOST_WHOLE = 64 << 20


@dataclass(frozen=True)
class Events:
    """Events, each with what a person calls it ("line 12", its id).

    Attributes:
        everywhere: they are JSON of any origin, of which nothing is known but what they say.
    """

    events: Iterable[tuple[str, Event]]
    everywhere: bool = True


def typed(word: str) -> Events:
    """JSON as the argument itself."""
    return Events(_documents([word.encode()], word[:40]))


def read(lines: Iterable[bytes], name: str) -> Events:
    """JSON lines, or one document that may go over many lines: an object, or a list of objects."""
    return Events(_documents(lines, name))


def formatted(form: Format, lines: Iterable[bytes], enrich: Callable[[Event], None]) -> Events:
    """The events of a log, with what detectors find in them."""
    from sentinel.clock import SystemClock
    from sentinel.formats._lines import whole

    def events() -> Iterator[tuple[str, Event]]:
        for piece in whole(form, lines, SystemClock()):
            line = piece.line
            for part, record in enumerate(piece.records, piece.part):
                event = Event(line.file, line.offset, record.at, record.category or form.category, record.fields, part)
                enrich(event)
                yield f"line {line.offset}", event

    return Events(events(), everywhere=False)


def enriched(given: Events, enrich: Callable[[Event], None]) -> Events:
    """The same, each with what detectors find in it."""
    def events() -> Iterator[tuple[str, Event]]:
        for label, event in given.events:
            enrich(event)
            yield label, event

    return Events(events(), given.everywhere)


def _documents(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, Event]]:
    from sentinel.rules.author.documents import documents
    from sentinel.rules.author.evaluate import instant, read

    numbered = ((number, line) for number, line in documents(lines) if line.strip())
    first = next(numbered, None)
    if first is None:
        raise ConfigError(Mistake(name, 0, "", "no event in it", "give it JSON, an object a line"))
    if read(first[1]) is None:
        yield from _whole(_held(itertools.chain([first], numbered), name), name)
        return
    at = 0
    for number, line in itertools.chain([first], numbered):
        fields = read(line)
        if fields is not None:
            at = instant(fields, at)
            yield f"line {number}", _event(fields, number, at)


def _held(numbered: Iterable[tuple[int, bytes]], name: str) -> list[bytes]:
    held: list[bytes] = []
    size = 0
    for _, line in numbered:
        held.append(line)
        size += len(line)
        if size > _MOST_WHOLE:
            # Compressed, a small file may be without end.
            raise ConfigError(Mistake(name, 0, "", f"it begins with no JSON object, and is larger than {_MOST_WHOLE >> 20} MiB as a whole",
                                      "give it an object a line; for a log of another kind add --format"))
    return held


def _whole(lines: list[bytes], name: str) -> Iterator[tuple[str, Event]]:
    import msgspec

    from sentinel.rules.author.evaluate import instant
    from sentinel.rules.match.flat import flat

    try:
        value: Any = msgspec.json.decode(b"".join(lines))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(Mistake(name, 0, "", f"no JSON object in it: {error}", "for a log of another kind add --format")) from error
    members = value if isinstance(value, list) else [value]
    for number, member in enumerate(members, 1):
        if isinstance(member, dict):
            fields = flat(member)
            yield f"event {number}", _event(fields, number, instant(fields, 0))


def _event(fields: dict[str, Any], number: int, at: int) -> Event:
    category = fields.get("event.category")
    return Event(File("0000000000000000", "given", "-"), number, at, category if category in CATEGORIES else "", fields)


def nowhere(word: str) -> ConfigError:
    """What is said of a word that is nothing an event can be taken from."""
    return ConfigError(Mistake("EVENT", 0, "", f"{word!r} is no file, no JSON, and no event's id",
                               "ids are as `sentinel events list --json` shows them, such as 9b1f6d0c2a7e4f13-0-1f4a"))


def is_there(word: str) -> bool:
    """Pipes of a shell among others, which are no files."""
    try:
        return word == "-" or Path(word).exists()
    except OSError:
        return False  # too long for a name


def is_file(word: str) -> bool:
    try:
        return word == "-" or Path(word).is_file()
    except OSError:
        return False  # too long for a name

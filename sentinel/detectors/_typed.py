"""A detector whose findings have types that are files of a catalogue: the config may switch them off or ask more of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sentinel.detectors._base import Detector, Pseudonym, texts
from sentinel.detectors._catalogue import Catalogue, Entry, load
from sentinel.detectors._settings import USUAL, Settings
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern


class Typed(Detector):
    """What the kinds of a folder have in common. The folder is that of the subclass's own module."""

    def __init__(self, pseudonym: Pseudonym | None = None, settings: Settings = USUAL) -> None:
        """Raises: ConfigError, SentinelError: an entry is wrong."""
        super().__init__(pseudonym)
        self.catalogue = Catalogue(self.entries(), settings=settings)

    @classmethod
    def entries(cls) -> list[Entry]:
        """Every entry there is, whatever the config says."""
        return load(Path(str(sys.modules[cls.__module__].__file__)).parent)

    @property
    def patterns(self) -> Sequence[Pattern]:
        return self.catalogue.patterns

    def find_many(self, asked: Sequence[tuple[Event, frozenset[int]]]) -> list[list[Finding]]:
        return self.catalogue.find_many([(texts(event), hits) for event, hits in asked])

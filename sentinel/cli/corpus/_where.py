"""Where the corpora of a config are, and with which key they are made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sentinel.cli.options import find_config

if TYPE_CHECKING:
    from sentinel.corpus.library import Library


def library_of(config: Path | None) -> Library:
    """Raises: ConfigError, SentinelError: no config, or its key cannot be used."""
    from sentinel.config.model import journal_of
    from sentinel.corpus.library import Library, folder_of, key_of
    from sentinel.evidence import keys

    journal = journal_of(find_config(config))
    return Library(folder_of(journal), key_of(keys.load_or_create(journal.parent / "pseudonym.key")))

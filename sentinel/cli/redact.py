"""`sentinel redact`: text in, the same text with pseudonyms out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import typer

from sentinel.cli.detect import File
from sentinel.cli.lines import lines_of
from sentinel.cli.options import ConfigFile, example, settings_in

# Secrets such as private keys span lines, so lines are looked at together, as many as fit into this.
_AT_ONCE_BYTES = 4 * 1024 * 1024


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel redact < ticket.txt", "sentinel redact -c /etc/sentinel/sentinel.yaml prompt.txt"))
    def redact(file: File = "-", config: ConfigFile = None) -> None:
        """Replace personal data and secrets by typed pseudonyms. They look like <EMAIL:3f9a1c2b>. With -c they are those of the
        config's journal; otherwise they are comparable within this one output only.
        """
        from sentinel import detectors
        from sentinel.evidence.redact import Redactor

        redactor = Redactor(_key(config))
        inspector = detectors.Texts(detectors.load(settings=settings_in(config)))
        with lines_of(file) as lines:
            for text in _texts(lines):
                sys.stdout.write(redactor.text(text, inspector.everything(text)))


def _key(config: ConfigFile) -> bytes:
    import secrets

    from sentinel.evidence import keys

    if config is None:
        return secrets.token_bytes(keys.SIZE)
    from sentinel.config.model import journal_of

    return keys.load_or_create(journal_of(config).parent / "pseudonym.key")


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _AT_ONCE_BYTES:
            yield b"".join(held).decode("utf-8", "replace")
            held, size = [], 0
    yield b"".join(held).decode("utf-8", "replace")

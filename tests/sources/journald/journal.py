"""A real journal: files that systemd-journal-remote writes, with the trusted fields that only journald itself could set on a host."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

REMOTE = Path("/lib/systemd/systemd-journal-remote")
BOOT = b"1" * 32
NOW = 1_795_557_600_000_000


def entry(number: int, message: bytes | None, unit: str = "vllm.service", **fields: str | bytes) -> bytes:
    """In export format. number: orders the entries; one millisecond each."""
    head = (b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n" % (NOW + number * 1000, 10**6 + number * 1000, BOOT))
    named = {"_SYSTEMD_UNIT": unit, **fields} | ({} if message is None else {"MESSAGE": message})
    return head + b"".join(field(name, value) for name, value in named.items()) + b"\n"


def field(name: str, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"


class Journal:
    """A folder of journal files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def write(self, *entries: bytes, file: str = "a") -> None:
        subprocess.run([REMOTE, f"--output={self.folder}/{file}.journal", "-"], input=b"".join(entries), check=True, capture_output=True)

    def vacuum(self, file: str = "a") -> None:
        (self.folder / f"{file}.journal").unlink()

"""Rules ready to be run over files of any origin, from a cache where nothing has changed.

In: paths of rules. Out: what loading says of them, their guards and the compiled scan. The cache's key is a digest of every
rule file's path and content, of sentinel's own code that reads and guards them, and of the libraries' versions: whatever changes,
what was kept is not found.
"""

from __future__ import annotations

import gc
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import Struct

import sentinel
from sentinel.errors import Mistake, SentinelError
from sentinel.rules.author.cache import Cache
from sentinel.rules.author.packed import pack, unpack
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.load import AS_WRITTEN, Loaded, Terms, files, load
from sentinel.rules.read.pipeline import NONE
from sentinel.scan import Scan

# Fewer are read faster than is worth a file.
_FEW = 200
_LARGEST = 4 << 20
_LIBRARIES = ("hyperscan", "msgspec", "pysigma", "pyyaml", "google-re2")


class Ready(Struct, frozen=True):
    """Rules that can be run at once. Attributes: ruleset: of what was loaded, for one run. scan: of its patterns."""

    loaded: Loaded
    ruleset: RuleSet
    scan: Scan


def ready(paths: Sequence[Path], terms: Terms = AS_WRITTEN, store: Cache | None = None) -> Ready:
    """The rules of these files and folders. What is read on terms of its own is never kept."""
    with _uncollected():
        return _ready(paths, terms, store or Cache())


def _ready(paths: Sequence[Path], terms: Terms, store: Cache) -> Ready:
    key = _key(paths) if terms.pipelines is NONE and not terms.placeholders else None
    kept = store.get(key) if key else None
    if kept is not None and (known := _restored(kept)) is not None:
        return known
    made = prepared(load(paths, terms))
    if key:
        _keep(store, key, made)
    return made


@contextmanager
def _uncollected() -> Iterator[None]:
    """All that is made here stays: looking through it for rubbish again and again takes half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def prepared(loaded: Loaded) -> Ready:
    ruleset = RuleSet(loaded.rules, everywhere=True, reasons=False)
    return Ready(loaded, ruleset, Scan(ruleset.patterns))


def _keep(store: Cache, key: str, made: Ready) -> None:
    loaded = made.loaded
    try:
        store.put(key, msgspec.msgpack.encode((pack((loaded.rules, loaded.mistakes, loaded.warnings, list(made.ruleset.guards))), made.scan.dump())))
    except (TypeError, ValueError, OverflowError, RecursionError):
        # A number or a text that has no packed form: such rules are read anew each time.
        return


def _restored(kept: bytes) -> Ready | None:
    try:
        packed, database = msgspec.msgpack.decode(kept, type=tuple[bytes, bytes])
        rules, mistakes, warnings, guards = unpack(packed)
        ruleset = RuleSet(rules, everywhere=True, reasons=False, guards=guards)
        return Ready(Loaded(rules, mistakes, warnings), ruleset, Scan(ruleset.patterns, database))
    except (msgspec.MsgspecError, TypeError, ValueError, IndexError, KeyError, RecursionError, SentinelError):
        return None


def _key(paths: Iterable[Path]) -> str | None:
    """None when the files are too few, or one of them cannot be read."""
    mistakes: list[Mistake] = []
    found = list(files(paths, mistakes))
    if mistakes or len(found) < _FEW:
        return None
    digest = blake2b(_made_by(), digest_size=20)
    try:
        for path in found:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return None  # Loading says why nothing of it is read: a pipe would never end.
            content = path.read_bytes()
            digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    except OSError:
        return None
    return digest.hexdigest()


@cache
def _made_by() -> bytes:
    """All but the rules that the outcome depends on: this code, the libraries, and the processor that the scan was compiled for."""
    digest = blake2b()
    root = Path(sentinel.__file__).parent
    for path in sorted([*(root / "rules").rglob("*.py"), root / "scan.py", root / "errors.py", root / "config" / "yaml.py", root / "config" / "written.py"]):
        digest.update(path.read_bytes())
    about = (sentinel.__version__, sys.version, platform.machine(), _processor(), *map(version, _LIBRARIES))
    digest.update("\0".join(about).encode())
    return digest.digest()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")

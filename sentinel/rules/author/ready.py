"""Rules ready to be run over files of any origin, from a cache where nothing has changed.

In: paths of rules. Out: what loading says of them, their guards and the compiled scan. The cache's key is a digest of every
rule file's path and content, of sentinel's own code that reads and guards them, and of the libraries' versions: whatever changes,
what was kept is not found.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

import sentinel
from sentinel.cache import Cache
from sentinel.errors import Mistake, SentinelError
from sentinel.rules.author.packed import later, pack, unpack
from sentinel.rules.loaded import Loaded
from sentinel.rules.match.ruleset import Guarded, RuleSet
from sentinel.rules.read.files import names
from sentinel.rules.rule import Detection, Rule, RuleInfo
from sentinel.scan import Scan

if TYPE_CHECKING:
    from sentinel.rules.read.load import Terms

# Fewer are read faster than is worth a file.
_FEW = 200
_LARGEST = 4 << 20
_DISTRIBUTIONS = (".dist-info", ".egg-info")


class Ready(Struct, frozen=True):
    """Rules that can be run at once. Attributes: ruleset: of what was loaded, for one run. scan: of its patterns."""

    loaded: Loaded
    ruleset: RuleSet
    scan: Scan


class _Kept(Struct, array_like=True):
    """Attributes: rules: what is known of each, and the rest: a detection's tree, or a correlation."""

    rules: list[tuple[RuleInfo, bytes]]
    mistakes: list[Mistake]
    warnings: list[Mistake]
    guards: list[Guarded]


def ready(paths: Sequence[Path], terms: Terms | None = None, store: Cache | None = None) -> Ready:
    """The rules of these files and folders. Args: terms: None: as they stand. What is read on terms of its own is never kept."""
    with _uncollected():
        return _ready(paths, terms, store or Cache())


def _ready(paths: Sequence[Path], terms: Terms | None, store: Cache) -> Ready:
    key = _key(paths) if terms is None or terms.plain else None
    kept = store.get(key) if key else None
    if kept is not None and (known := _restored(kept)) is not None:
        return known
    from sentinel.rules.read import load  # pySigma and all else that reads takes half a second to import

    made = prepared(load.load(paths, terms or load.AS_WRITTEN))
    if key and key == _key(paths):  # not when somebody wrote to them meanwhile
        _keep(store, key, made)
    return made


@contextmanager
def _uncollected() -> Iterator[None]:
    """All that is made here stays: looking through it for rubbish, now and whenever there is some later, takes half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def prepared(loaded: Loaded) -> Ready:
    ruleset = RuleSet(loaded.rules, everywhere=True, reasons=False)
    return Ready(loaded, ruleset, Scan(ruleset.patterns))


def _keep(store: Cache, key: str, made: Ready) -> None:
    loaded = made.loaded
    try:
        rules = [(rule.info, pack(rule.tree if isinstance(rule, Detection) else rule)) for rule in loaded.rules]
        store.put(key, msgspec.msgpack.encode(_Kept(rules, loaded.mistakes, loaded.warnings, list(made.ruleset.guards))))
    except (TypeError, ValueError, OverflowError, RecursionError):
        # A number or a text that has no packed form: such rules are read anew each time.
        return


def _restored(content: bytes) -> Ready | None:
    try:
        kept = msgspec.msgpack.decode(content, type=_Kept)
        rules: list[Rule] = [later(info, packed) if info.kind == "detection" else unpack(packed) for info, packed in kept.rules]
        ruleset = RuleSet(rules, everywhere=True, reasons=False, guards=kept.guards)
        return Ready(Loaded(rules, kept.mistakes, kept.warnings), ruleset, Scan(ruleset.patterns))
    except (msgspec.MsgspecError, TypeError, ValueError, IndexError, KeyError, RecursionError, SentinelError):
        return None


def _key(paths: Iterable[Path]) -> str | None:
    """None when the files are too few, or one of them cannot be read."""
    mistakes: list[Mistake] = []
    found = list(names(paths, mistakes))
    if mistakes or len(found) < _FEW:
        return None
    digest = blake2b(_made_by(), digest_size=20)
    try:
        for name in found:
            content = _content(name)
            if content is None:
                return None
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    except OSError:
        return None
    return digest.hexdigest()


def _content(name: str) -> bytes | None:
    """None for what loading will not read either (it says why: a pipe would never end), or what is just being written."""
    handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        known = os.fstat(handle)
        if not stat.S_ISREG(known.st_mode) or known.st_size > _LARGEST:
            return None
        content = os.read(handle, known.st_size + 1)
    finally:
        os.close(handle)
    return content if len(content) == known.st_size else None


@cache
def _made_by() -> bytes:
    """All but the rules that the outcome depends on: this code and the libraries."""
    digest = blake2b()
    root = Path(sentinel.__file__).parent
    for path in sorted([*(root / "rules").rglob("*.py"), *(root / "config").glob("*.py"), root / "scan.py", root / "errors.py"]):
        digest.update(path.read_bytes())
    about = (sentinel.__version__, sys.version, os.uname().machine, *_installed())
    digest.update("\0".join(about).encode("utf-8", "surrogateescape"))
    return digest.digest()


def _installed() -> list[str]:
    """Every library with its version, as their folders are called: `importlib.metadata` takes as long to import as the rest to restore."""
    places = [Path(place) for place in sys.path if Path(place).is_dir()]
    return sorted(path.name for place in places for path in place.iterdir() if path.name.endswith(_DISTRIBUTIONS))

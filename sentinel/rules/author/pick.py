"""One rule out of many, as people name it: by id, by name, by title, or by its file.

In: what somebody typed, and where rules are. Out: the rules that are meant, and what they need.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sentinel.config.mistakes import nearest
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.loaded import Loaded
from sentinel.rules.read.load import AS_WRITTEN, Terms, load
from sentinel.rules.rule import Correlation, Rule, needed


class Picked(Struct, frozen=True):
    """Attributes: own: the rules that are meant. rules: these and those they listen to, base rules first."""

    own: tuple[Rule, ...]
    rules: tuple[Rule, ...]


def pick(word: str, loaded: Loaded) -> Picked:
    """The rule that `word` names among `loaded`: by id or name, else by title, else by its file without the ending.

    Raises: ConfigError: there is none; when it is broken, with what is wrong with it.
    """
    infos = [rule.info for rule in loaded.rules]
    own = ([rule for rule in loaded.rules if word in (rule.info.id, rule.info.name)]
           or [rule for rule in loaded.rules if word.casefold() == rule.info.title.casefold()]
           or _meant([rule for rule in loaded.rules if word == Path(rule.info.file).stem]))
    if not own:
        if its_own := [mistake for mistake in loaded.mistakes if word == Path(mistake.file).stem]:
            raise ConfigError(its_own)
        known = {name for info in infos for name in (info.id, info.name, info.title, Path(info.file).stem) if name}
        broken = f"; {len(loaded.mistakes)} mistake(s) keep rules out, `sentinel rules check` shows them" if loaded.mistakes else ""
        raise ConfigError(Mistake("RULE", 0, "", f"no rule {word!r} among {len(infos)}{broken}",
                                  nearest(word, known, "name it by id, name, title or file; `sentinel rules list` shows them")))
    return Picked(tuple(own), tuple(needed(own, loaded.rules)))


def pick_file(path: Path, known: Loaded | None = None, terms: Terms = AS_WRITTEN) -> Picked:
    """The rules of one file, and those that they listen to. Rules that others of the file listen to are not meant themselves.

    Args:
        known: rules that are loaded already, with filters over them; when they hold the file's, they are taken as they are. Else
            the file is read, and its folder if it speaks of rules in other files.

    Raises: ConfigError: nothing in it works; with what is wrong with it.
    """
    if known is None or not _own(path, known):
        known = load([path], terms)
        if any(_same(mistake.file, path) for mistake in known.mistakes):
            known = load([path.parent], terms)
    own = _own(path, known)
    if not own:
        raise ConfigError([m for m in known.mistakes if _same(m.file, path)] or Mistake(str(path), 0, "", "no rule in it"))
    meant = _meant(own)
    return Picked(tuple(meant), tuple(needed(meant, known.rules)))


def _meant(own: list[Rule]) -> list[Rule]:
    """Of the rules of one file those that others of it do not listen to."""
    heard = {id_ for rule in own if isinstance(rule, Correlation) for id_ in rule.rules}
    return [rule for rule in own if rule.info.id not in heard] or own


def _own(path: Path, known: Loaded) -> list[Rule]:
    return [rule for rule in known.rules if _same(rule.info.file, path)]


def _same(file: str, path: Path) -> bool:
    return Path(file).name == path.name and Path(file).resolve() == path.resolve()

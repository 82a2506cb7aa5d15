"""What rotation does to names: which belong to one log, which of them are not being written, which is the younger.

In: paths. Out: families. Names only hint; who is who is decided by content.
"""

from __future__ import annotations

import re

# `.1`, `-20261124`, `.2026-11-24_13`, `.old`, with `.gz`; before the extension only what must be a date.
_SUFFIX = re.compile(r"(?P<base>.+?)(?:[._-]\d[\d_.:T-]{0,24}|\.old)", re.DOTALL)
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)\Z")
_DATED = re.compile(r"(?P<base>.+?)[._-](?:19|20)\d{2}-?\d{2}-?\d{2}[\dT_:-]{0,10}(?:\.\d{1,9})?(?P<ext>\.[A-Za-z]{1,8})",
                    re.DOTALL)
# multilog and its kin: `current` becomes `@400000006924...s`.
_TAI = re.compile(r"@[0-9a-f]{24}\.[su]")


def family(path: str) -> tuple[str, str]:
    """Folder and base name: the same for a log and its rotated siblings."""
    folder, _, name = path.rpartition("/")
    name = _PACKED.sub("", name)
    if dated := _DATED.fullmatch(name):
        name = dated["base"] + dated["ext"]
    elif suffixed := _SUFFIX.fullmatch(name):
        name = suffixed["base"]
    elif _TAI.fullmatch(name):
        name = "current"
    return folder, name


def rotated(path: str) -> bool:
    """Whether the name is one that rotation gives: not that of the log that is being written."""
    return family(path)[1] != path.rpartition("/")[2]


_NUMBER = re.compile(r"\.(\d{1,4})(?:\.\w{1,4})?\Z")
_DATE = re.compile(r"(?:19|20)\d{2}-?\d{2}-?\d{2}[\dT_:.-]*")


def later(path: str, than: str) -> bool:
    """Whether, by its name, a rotated file is younger than another: a smaller number, or a later date."""
    numbers = [match and int(match[1]) for match in (_NUMBER.search(path), _NUMBER.search(than))]
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] < numbers[1]
    dates = [match and re.sub(r"\D", "", match[0]) for match in (_DATE.search(path), _DATE.search(than))]
    return bool(dates[0] and dates[1] and dates[0] > dates[1])

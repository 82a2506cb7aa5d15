"""Why RE2 refuses a regular expression, and what to write instead.

In: a pattern. Out: nothing, or `Wrong`. RE2 runs every pattern that it takes in time linear in the text, whoever wrote the text;
what it has no linear time for, it has no syntax for.
"""

from __future__ import annotations

import re

import re2

from sentinel.rules.tree import Regex, Wrong

# Linear in the text, and at worst so many steps for each of its characters as the compiled pattern is long: 16,000 instructions
# (RE2 would take 130,000). Those of published rules need a quarter of that.
_MOST_MEMORY = 1 << 20
_LONGEST = 10_000
_CANNOT = "the pattern cannot run in linear time: "
_APART = "write what stands there as a selection of its own, and join it by "
# What other engines have and RE2 has not: (how it looks, what it does, what to write).
_REFUSED = (
    (r"\(\?=", "it looks ahead, (?=...)", f"{_APART}`and`"),
    (r"\(\?!", "it looks ahead for what must not follow, (?!...)", f"{_APART}`and not`"),
    (r"\(\?<=", "it looks behind, (?<=...)", "take what stands before into the pattern"),
    (r"\(\?<!", "it looks behind for what must not stand before, (?<!...)", f"{_APART}`and not`"),
    (r"\\[1-9]|\(\?P=|\\k[<{']", "it refers back to what an earlier group matched", "write the text twice, or compare fields with `fieldref`"),
    (r"\(\?>", "it has a group that is not gone back into, (?>...)", "write (?:...): nothing is ever gone back into"),
    (r"(?:[*+?]|\})\+", "it repeats without going back, as in a++", "leave the second + out: nothing is ever gone back into"),
    (r"\(\?(?:R|\d|\()", "it calls itself or asks whether a group matched", "write the cases out, one value each"),
)
_WRITTEN = [(re.compile(look), does, do) for look, does, do in _REFUSED]
# Not after a backslash, nor inside [...].
_HARMLESS = re.compile(r"\\[^1-9k]|\[\^?\]?(?:\\.|[^\]\\])*\]")


def checked(regex: Regex) -> Regex:
    """`regex`, when it can run. Raises: Wrong."""
    options = re2.Options()
    options.log_errors, options.max_mem = False, _MOST_MEMORY
    if len(regex.pattern) > _LONGEST:
        raise Wrong(f"{_CANNOT}it has more than {_LONGEST} characters", "write the cases out, one value each")
    try:
        re2.compile(regex.expression, options)
    except re2.error as error:
        raise _why(regex.pattern, error) from error
    return regex


def _why(pattern: str, error: Exception) -> Wrong:
    plain = _HARMLESS.sub("_", pattern)
    for look, does, do in _WRITTEN:
        if look.search(plain):
            return Wrong(_CANNOT + does, do)
    said = error.args[0]
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "repetition size" in reason or "too large" in reason:
        return Wrong(f"{_CANNOT}{reason}", "repeat at most 1000 times, or ask for less")
    return Wrong(f"RE2 cannot read the pattern: {reason}", "check brackets and backslashes")

"""Words that are written so that no filter knows them and a model does: letters held apart, digits in place of letters.

In: a text. Out: the same in plain words.
"""

from __future__ import annotations

import re

from sentinel.scan import Pattern

# Eight single letters in a row.
SPACED = r"(?:[A-Za-z][ .\-_*|]{1,3}){8}"
# Words of attacks with a digit inside, as literals: a pattern for any such word costs more than the whole scan may.
LEET = Pattern(
    "1gn0r|ign0r|1gnor|pr3v|pr0m|1nstr|5yst|syst3|5y5t|rul3|byp4|byp@ss|r3v3|rev34|r3ve|jailbr3|j41l|ja1lbr|h4ck|h@ck|1nj3|inj3c|unr3s|f0rg"
    "|forg3|d1sre|disr3|pr3t3|pret3n|3v1l|ev1l|b0mb|m4lw|malw4|p4ssw|passw0|p@ssw|s3cr|secr3|0verr|overr1|4nyth|anyth1|w34p|weap0|dr0p", caseless=True)
_APART = re.compile(r"(?<![A-Za-z])[A-Za-z](?:([ .\-_*|])[A-Za-z](?![A-Za-z])){2,}+")
_MIXED = re.compile(r"[A-Za-z0-9@$!]*+")
_LETTERS = str.maketrans("013457@$!", "oieastasi")


def joined(text: str) -> str:
    """`text` with letters that are held apart put together; two and more separators part words."""
    return _APART.sub(lambda found: found[0].replace(found[1], ""), text)


def lettered(text: str) -> str:
    """`text` with letters for the digits that stand in words."""
    return _MIXED.sub(lambda found: found[0].translate(_LETTERS) if not found[0].isalpha() and re.search("[A-Za-z]", found[0]) else found[0], text)

"""Values written as they are said: "ann at example dot com", "ann (arroba) example [punto] com", "five five five one two ...".

In: a text. Out: fragments of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors._views.fragment import Fragment, Limit, numbers
from sentinel.scan import Pattern

# How "@" and "." are said, from English to Korean.
_AT = "at|arroba|arobase|chez|klammeraffe|ät|bei|chiocciola|apenstaartje|małpa|snabel-?a|kukac|zavináč|собака|アットマーク|アット|艾特|골뱅이"
_DOT = "dot|punkt|punto|ponto|point|punt|kropka|prick|pont|tečka|точка|ドット|点|點|점"
_SPOKEN_AT = rf"\s?[\[({{<]\s?(?:{_AT}|@)\s?[\])}}>]\s?|[ \t]{{1,3}}(?:{_AT}|@)[ \t]{{1,3}}|[_\-](?:{_AT})[_\-]|[ \t]@|@[ \t]"
_SPOKEN_DOT = rf"\s?[\[({{<]\s?(?:{_DOT}|\.)\s?[\])}}>]\s?|[ \t]{{1,3}}(?:{_DOT}|\.)[ \t]{{1,3}}|[_\-](?:{_DOT})[_\-]|[ \t]\."
_TOP = "com|org|net|edu|gov|io|info|dev|co|uk|de|fr|es|it|nl|br|in|cn|jp|ru|ca|au|us|eu|ch|at|se|pl|example"
SIGN_ADDRESS = Pattern(
    r"[\[({<] ?(?:at|dot|arroba|arobase|punto|punkt|point|ponto|punt|kropka|chiocciola|@|\.) ?[\])}>]"
    r"|[ _\-](?:dot|punto|punkt|ponto|punt|point|kropka|prick)[ _\-][a-z]{2}|[a-z0-9] ?@ [a-z0-9]| @[a-z0-9]"
    r"|(?:собака|точка|アット|艾特|골뱅이)|mail[ :=a-z]{1,12}[a-z0-9._]{1,30} at [a-z0-9\-]{2,30}\.", caseless=True)
_IS_AT = re.compile(_SPOKEN_AT, re.IGNORECASE)
_IS_DOT = re.compile(_SPOKEN_DOT, re.IGNORECASE)
_LABEL = r"[A-Za-z0-9][A-Za-z0-9_+\-]{0,40}?"
_LOCAL = re.compile(rf"(?<![\w.+\-@])[A-Za-z0-9][\w.+]{{0,40}}+(?:(?:{_SPOKEN_DOT})[\w+]{{1,40}}+){{0,3}}\Z|(?<![\w.+\-@])[A-Za-z0-9][\w.+\-]{{0,40}}\Z", re.IGNORECASE | re.ASCII)
_DOMAIN = re.compile(
    rf"[A-Za-z0-9]{{1,40}}(?:-[A-Za-z0-9]{{1,40}}?){{0,3}}(?:(?:{_SPOKEN_DOT}|\.)[A-Za-z0-9\-]{{1,40}}?){{0,3}}(?:{_SPOKEN_DOT}|\.)(?:[A-Za-z]{{2,12}})"
    r"(?![A-Za-z0-9])", re.IGNORECASE)
_KNOWN_TOP = re.compile(rf"(?:{_TOP})\Z")
# What stands in front of "at" when a place follows and no mailbox.
_NO_MAILBOX = re.compile(
    r"(?:me|us|him|her|them|it|look\w*|available|found|see|live|lives|hosted|hosts?|site|website|page|online|registered|published|posted|up"
    r"|start\w*|work\w*|shop|servers?|running|runs?|docs|documentation|more|is|are|was|visit\w*|check|read|go|click|arriv\w*|begins?|meet\w*|be"
    r"|stay|shout|laugh\w*|aim\w*|point\w*|download\w*|order\w*|buy|listed|based|located|account|domain|section|and|or|a|the)", re.IGNORECASE)
_NAMED = re.compile(r"(?:e-?mail|mail|correo|courriel|contact|reach|write)[^@\n]{0,24}\Z", re.IGNORECASE)


def addresses(text: str, limit: Limit) -> Iterator[Fragment]:
    """Mail addresses of which the "@" or a "." is said."""
    for at in limit.matches(_IS_AT, text):
        yield from _address(text, at)
    for dotted in limit.matches(_TIGHT, text):  # ann@example dot com
        yield from _address(text, dotted)


_TIGHT = re.compile(r"(?<=[A-Za-z0-9])@(?=[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z0-9\-]{1,40})*+(?: |\[|\(|\{|<|_))")


def _address(text: str, at: re.Match[str]) -> Iterator[Fragment]:
    first = max(0, at.start() - 80)
    local, domain = _LOCAL.search(text[first:at.start()]), _DOMAIN.match(text, at.end(), at.end() + 120)
    if local is None or domain is None:
        return
    host = _IS_DOT.sub(".", domain[0]).lower()
    name = _IS_DOT.sub(".", local[0])
    start = first + local.start()
    if name.endswith("."):
        return
    if _means_a_mailbox(at[0], name, domain[0], host, text[max(0, start - 40):start]):
        yield Fragment(start, domain.end(), f"{name}@{host}", True)


def _means_a_mailbox(at: str, name: str, domain: str, host: str, before: str) -> bool:
    if host != domain.lower() and "@" not in at:
        return not (at.isspace() or at.strip().isalpha()) or not _NO_MAILBOX.fullmatch(name)
    known = bool(_KNOWN_TOP.search(host.rpartition(".")[2]))
    if "@" in at:
        # A matrix product stands between blanks, too.
        return known and (at == "@" or len(name) > 1)
    if at.strip()[0] in "[({<":
        return True
    # "see the docs at example.com": only what is called an address, or has the name of one, and AT in capitals.
    named = bool(_NAMED.search(before)) and not _NO_MAILBOX.fullmatch(name)
    return known and ((named and ("." in name or before.rstrip().endswith((":", "is", "=")))) or (at.strip().isupper() and not name.isupper()
                                                                                    and not _NO_MAILBOX.fullmatch(name)))


_LANGUAGES = (
    "zero one two three four five six seven eight nine",
    "null eins zwei drei vier fünf sechs sieben acht neun", "nul een twee drie vier vijf zes zeven acht negen",
    "zéro un deux trois quatre cinq six sept huit neuf", "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "zero uno due tre quattro cinque sei sette otto nove", "zero um dois três quatro cinco seis sete oito nove",
    "noll ett två tre fyra fem sex sju åtta nio", "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "ноль один два три четыре пять шесть семь восемь девять")
_DIGITS = {word: str(digit) for words in _LANGUAGES for digit, word in enumerate(words.split())} | \
    {"oh": "0", "nought": "0", "hundred": "00", "zwo": "2", "meia": "6", "niner": "9", "één": "1"}
# Two of them in a row, letter by letter: classes would cost three times as much. Of other languages than
# English only the long words, of which every number has two in a row somewhere.
_PAIRS = sorted({f"{first}(?:[ \\-]|, ){second}" for words in _LANGUAGES[1:] for first in words.split() for second in words.split()
                 if len(first) > 3 and len(second) > 3 and (first + second).isascii()})
_ENGLISH = [f"{first}(?:[ \\-]|, ){second}" for first in _LANGUAGES[0].split() for second in _LANGUAGES[0].split()]
SIGN_DIGITS = Pattern(_ENGLISH[0], caseless=True, others=(*_ENGLISH[1:], *_PAIRS))
_CHINESE = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "0012345678912345678" + "91")
_WORDS = "|".join(sorted(_DIGITS, key=len, reverse=True))
_ONE = rf"(?:(?:double|triple|doble|doppel)[ \-])?(?:{_WORDS}|[0-9])"
_PAUSE = r"(?:[ \t]{0,2}(?:[,;.\-–/]|dash|hyphen|minus|space|strich|guion|tiret)[ \t]{0,2}|[ \t]{1,2}|\r?\n)"
_SAID = re.compile(rf"(?<![^\W_])(?:plus[ \-]|\+ ?)?{_ONE}(?:{_PAUSE}{_ONE}){{6,40}}+(?![^\W_])", re.IGNORECASE)
_ASIAN = re.compile(r"[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺](?:[ \-]?[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]){6,24}+")
_WORD = re.compile(rf"(double|doble|doppel|triple)|({_WORDS})|([0-9])|(plus|\+)", re.IGNORECASE)


def digits(text: str, limit: Limit) -> Iterator[Fragment]:
    """Numbers of which every digit is a word."""
    for found in limit.matches(_SAID, text):
        said = _spelled(found[0])
        if sum(c.isalpha() for c in found[0]) >= 12:  # words, and not digits alone
            yield from numbers(found.start(), found.end(), said, sure=True)


def chinese(text: str, limit: Limit) -> Iterator[Fragment]:
    """Numbers in Chinese numerals, digit by digit."""
    for found in limit.matches(_ASIAN, text):
        yield from numbers(found.start(), found.end(), re.sub("[ -]", "", found[0]).translate(_CHINESE), sure=True)


def _spelled(said: str) -> str:
    parts: list[str] = []
    times = 1
    for again, word, digit, plus in _WORD.findall(said):
        if again:
            times = 3 if again.lower() == "triple" else 2
            continue
        parts.append("+" if plus else (digit or _DIGITS[word.lower()]) * times)
        times = 1
    return "".join(parts)

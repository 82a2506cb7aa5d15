"""Names of people, told from those of companies, places, products and programs.

`names.json` beside this module holds given and family names of some eighty countries, folded (small letters, no accents). Words that
are as often something else (May, Paris, Jordan, Adam the optimizer) are left out: they prove nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sentinel.detectors._checks.candidate import Candidate, Check

_MOST = 60
_TOKENS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# A name is none where one of these is a part of it: companies, places, things, and what stands for no one.
_OTHERS = frozenset(re.findall(r"\S+", """
inc llc llp ltd plc gmbh ag kg ohg ug sarl sas sa spa srl bv nv oy ab aps corp corporation company co holding
holdings group partners
associates brothers sons bank insurance university universität universidad université college school institute
institut hospital clinic
klinik praxis church airport airlines airways station stadium museum library hotel restaurant café cafe bar pub
store shop market
supermarket pharmacy center centre foundation association society club team department dept division office agency
ministry council
committee board court police army navy government union party press news times post journal magazine gazette tribune
network systems system software
technologies technology tech solutions services service labs laboratories studio studios media digital industries
international
global worldwide consulting logistics transport motors energy pharma foods fashion games entertainment records
productions
street avenue road lane drive boulevard square park bridge tower building plaza mall falls island islands beach lake
river mountain valley county
city town village state states republic kingdom province region district airport port harbor harbour bay
pro plus ultra mini lite premium enterprise edition version server client database cluster node api app plugin
module library package
framework engine model dataset table column row field value file folder document report form page chapter section
title subject
optimizer classifier transformer algorithm theorem method test tests testing example sample demo placeholder dummy
foo bar baz lorem ipsum
unknown none null undefined nil anonymous unnamed redacted confidential admin administrator root guest user users
customer customers client clients
patient patients employee employees member members person people name names firstname lastname surname first last
full middle
sir madam everyone everybody all friend friends colleague colleagues support sales billing info contact help
helpdesk service reception
manager director engineer developer analyst officer president secretary assistant nurse doctor professor teacher student
hiring recruiting human resources whom concern valued loyal
january february march july september october november december monday tuesday wednesday thursday friday saturday sunday
date birth born phone email address mobile age gender sex male female order invoice account number status active
inactive pending
true false yes no not applicable available required optional string integer float boolean array object type
the this that these those and or but if when where what which who how with without from into your our their its is
are was were been has have had will
would can could should must please thanks thank regards best dear hello welcome note warning error debug fatal trace
critical notice
python java javascript typescript rust golang kotlin swift ruby docker kubernetes linux windows macos android ios
google microsoft amazon apple
facebook meta openai anthropic claude gemini chatgpt gpt llama mistral bert siri alexa cortana copilot jenkins kafka
kunde kundin kunden mitarbeiter damen herren herr frau straße strasse weg platz allee firma abteilung unbekannt verein
rue avenue calle plaza via piazza empresa sociedad société entreprise universidade banco banque banca ayuntamiento
pepper clean bean robot evil muscle coffee strange who hyde jekyll darcy poirot holmes
cloud data gold silver bronze blue red green black white north south east west central new old great grand united
national royal
""".lower()))
_PLACES = frozenset(("san", "santa", "saint", "los", "las", "new", "port", "fort", "mount", "lake", "north", "south", "east", "west", "el", "st"))
# Family names that stand in front of the given name.
_FAMILY_FIRST = frozenset(re.findall(r"\S+", """
li wang zhang liu chen yang zhao huang zhou wu xu sun zhu hu guo lin gao liang zheng luo song xie tang cao deng xiao
feng cheng cai peng pan yuan dong yu su ye lu jiang
kim park choi jung kang cho yoon jang lim nguyen tran le pham hoang huynh phan vu dang bui sato suzuki takahashi
tanaka watanabe ito yamamoto nakamura kobayashi
kato yoshida yamada sasaki nagy kovacs szabo toth horvath
"""))
# What goes on behind: an address, a file, a call, an identifier.
_GOES_ON = re.compile(r"[@_/\\=(\[{]|[.:]\w|[0-9]|'s [A-Z]|[ ]?[®™©]|\s(?:&|and)\s(?:Co|Sons|Partners)\b")
_CHINESE = frozenset("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒熊陸龍萬錢湯喬賀賴龔"
                     "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용")


_JAPANESE = frozenset("佐鈴渡伊中小加山吉松井木斎斉清森池橋阿石前藤後岡長村近坂遠青福太西三岩原和竹上野工増丸河内大久菊島新今横宮酒柴本安平杉川北荒片水永土早須黒神桜浅")
_SLAVIC = re.compile("(?:ов|ев|ин|ова|ева|ина|скии|ская|енко|чук|юк|вич|вна|ян)$")
_ONE_OF_FIRM = re.compile(r"(?:\band|&|,) \0|\0,? (?:and|&) [A-Z]|\0, [A-Z]\w+,? (?:and|&) [A-Z]")


class _Lexicon(NamedTuple):
    given: frozenset[str]
    family: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    read = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
    return _Lexicon(*(frozenset(" ".join(read[kind]).split()) for kind in _Lexicon._fields))


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def person(found: Candidate) -> bool:
    """Two or more words that can be a name, or one that is known as a given name."""
    words = _words(found)
    return bool(words) and (len(words) > 1 or not _cased(words[0]) or _folded(words[0]) in _lexicon().given)


def one_name(found: Candidate) -> bool:
    """A given or a family name, as in a field for one of the two."""
    return bool(_words(found))


def known_person(found: Candidate) -> bool:
    """A name of which the given name is known, or the family name behind another."""
    words = _words(found)
    if not words:
        return False
    if not _cased(words[0]):
        first, size = words[0][0], len(words[0])
        return not _wide(words[0]) or first in _CHINESE or (first in _JAPANESE and 3 <= size <= 5) or len(words) > 1
    known, folded = _lexicon(), [_folded(word) for word in words]
    if folded[0] in _PLACES:
        return False
    if " " not in found.value:
        # "Brock-Brown" and "Wilson, Garcia and Jones" are firms; so is what shouts.
        return all(word in known.given for word in folded) and known.family.isdisjoint(folded[1:]) and not words[0].isupper() and not _ONE_OF_FIRM.search(_around(found))
    return any(word in known.given for word in folded) or folded[-1] in known.family or folded[0] in _FAMILY_FIRST or any(map(_SLAVIC.search, folded))


def sure_person(found: Candidate) -> bool:
    """A given name and a family name that are both known."""
    known, folded = _lexicon(), [_folded(word) for word in _TOKENS.findall(found.value)]
    return len(folded) > 1 and any(word in known.given for word in folded) and any(word in known.family for word in folded)


def _words(found: Candidate) -> list[str]:
    """The words of what can be a name; none when it cannot."""
    value = found.value
    if len(value) > _MOST or _GOES_ON.match(found.after(12)):
        return []
    words = [word for word in _TOKENS.findall(value) if len(word) > 1 or not word.isascii()]
    if any(word.lower() in _OTHERS for word in words) or (len(words) == 1 and words[0].isupper() and len(words[0]) < 5 and _cased(words[0])):
        return []
    return words


def _around(found: Candidate) -> str:
    """What stands around a candidate, which is NUL."""
    return f"{found.before(6)}\0{found.after(32)}"


def _cased(word: str) -> bool:
    return word[0].lower() != word[0].upper()


def _wide(word: str) -> bool:
    return word[0] > "\u2e80"


ALL: tuple[Check, ...] = (person, one_name, known_person, sure_person)

"""Values that hide: of every main type, in every disguise, in texts of many kinds.

Kinds of disguise, carriers and values of `held` differ from those of development.
"""

from __future__ import annotations

import base64
import codecs
import random
import string
from collections.abc import Callable, Iterator
from html.entities import codepoint2name
from urllib.parse import quote

from stdnum import iban as ibans
from stdnum import luhn
from stdnum.br import cpf
from stdnum.es import dni
from stdnum.pl import pesel

from benchmarks.detectors.sample import Sample, Text

Dice = random.Random
Disguise = Callable[[str, Dice], str]
PER_PAIR = 4


def _digits(dice: Dice, size: int) -> str:
    return "".join(dice.choices(string.digits, k=size))


def _card(dice: Dice) -> str:
    body = dice.choice(("4", "51", "55", "4", "2223")) + _digits(dice, 15)
    body = body[:15]
    number = body + luhn.calc_check_digit(body)
    return " ".join(number[at:at + 4] for at in range(0, 16, 4)) if dice.random() < 0.4 else number


def _mail(dice: Dice) -> str:
    first, last = dice.choice(("alice", "bob", "carmen", "dmitri", "li.wei", "j.doe", "sara_k")), dice.choice(("smith", "kim", "mueller", "rossi"))
    return f"{first}.{last}@{dice.choice(('example', 'acme-corp', 'uni-koeln', 'mailbox', 'fastnet'))}.{dice.choice(('com', 'org', 'de', 'net', 'co.uk'))}"


def _phone(dice: Dice) -> str:
    area, line = dice.choice(("212", "415", "617", "303", "718", "206")), f"{dice.randrange(200, 999)}-{_digits(dice, 4)}"
    return dice.choice((f"+1 {area} {line}", f"{area}-{line}", f"({area}) {line}", f"+44 20 7946 0{_digits(dice, 3)}", f"+49 171 {_digits(dice, 7)}"))


def _ssn(dice: Dice) -> str:
    return f"{dice.randrange(100, 660)}-{dice.randrange(10, 99)}-{dice.randrange(1000, 9999)}"


def _iban(dice: Dice) -> str:
    country, body = dice.choice((("DE", "{:018d}"), ("ES", "{:020d}"), ("NL", "INGB{:010d}")))
    while True:
        rest = body.format(dice.randrange(10 ** (10 if country == "NL" else 18)))
        value = f"{country}{ibans.calc_check_digits(country + '00' + rest)}{rest}"
        if ibans.is_valid(value, check_country=False):
            return value


def _pesel(dice: Dice) -> str:
    body = f"{dice.randrange(50, 99)}{dice.randrange(1, 13):02}{dice.randrange(1, 28):02}{_digits(dice, 4)}"
    return body + str(pesel.calc_check_digit(body))


def _dni(dice: Dice) -> str:
    body = _digits(dice, 8)
    return body + str(dni.calc_check_digit(body))


def _cpf(dice: Dice) -> str:
    body = _digits(dice, 9)
    return str(cpf.format(body + cpf._calc_check_digits(body)))


def _github(dice: Dice) -> str:
    from sentinel.detectors._checks.token import base62_crc32

    body = "".join(dice.choices(string.ascii_letters + string.digits, k=30))
    return f"ghp_{body}{base62_crc32(body)}"


def _aws(dice: Dice) -> str:
    return "AKIA" + "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))


VALUES: dict[str, tuple[Callable[[Dice], str], str]] = {
    "EMAIL": (_mail, "email"), "PHONE": (_phone, "phone"), "CREDIT_CARD": (_card, "card number"), "US_SSN": (_ssn, "SSN"), "IBAN": (_iban, "IBAN"),
    "PL_PESEL": (_pesel, "PESEL"), "ES_NIF": (_dni, "DNI"), "BR_CPF": (_cpf, "CPF"), "secret.github_pat": (_github, "GitHub token"),
    "secret.aws_access_key": (_aws, "AWS key")}


def _each(value: str, change: Callable[[str], str], share: float, dice: Dice) -> str:
    changed = [change(c) if dice.random() < share else c for c in value]
    at = dice.randrange(1, len(value) - 1)
    changed[at] = change(value[at])
    return "".join(changed)


def _shifted(zero: int) -> Disguise:
    return lambda value, dice: "".join(chr(zero + int(c)) if c.isdigit() else c for c in value)


def _full_width(value: str, dice: Dice) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def _entity(value: str, dice: Dice) -> str:
    return "".join(f"&{codepoint2name[ord(c)]};" if ord(c) in codepoint2name else {"@": "&commat;", ".": "&period;", "-": "&hyphen;"}.get(c, f"&#{ord(c)};") for c in value)


_LOOK = str.maketrans("aeopcxiABEKMHOPCTX", "аеорсхіАВЕКМНОРСТХ")
_GREEK = str.maketrans("oνAEIKMNOTXB", "ονΑΕΙΚΜΝΟΤΧΒ")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ZIFFERN = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_CIFRAS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")


def _words(words: tuple[str, ...], between: str) -> Disguise:
    return lambda value, dice: between.join(words[int(c)] for c in value if c.isdigit())


def _said(at: str, dot: str) -> Disguise:
    def say(value: str, dice: Dice) -> str:
        local, _, domain = value.partition("@")
        return local + at + domain.replace(".", dot)
    return say


def _b64(value: str, dice: Dice) -> str:
    return base64.b64encode(value.encode()).decode()


def _deltas(value: str, dice: Dice) -> str:
    cut = dice.randrange(2, len(value) - 2)
    return f'{value[:cut]}"}}\n{{"delta":"{value[cut:]}'


MAIL, NUMBER = ("EMAIL",), ("PHONE", "CREDIT_CARD", "US_SSN")
# name: (disguise, the types it is for; none: all)
DISGUISES: dict[str, tuple[Disguise, tuple[str, ...]]] = {
    "zero width": (lambda v, d: _each(v, lambda c: c + "\u200b", 0.5, d), ()),
    "full width": (_full_width, ()),
    "arabic digits": (_shifted(0x660), NUMBER), "mathematical digits": (_shifted(0x1D7CE), NUMBER),
    "cyrillic": (lambda v, d: v.translate(_LOOK), ("EMAIL", "IBAN", "secret.aws_access_key")),
    "decimal entities": (lambda v, d: "".join(f"&#{ord(c)};" for c in v), ()),
    "named entities": (_entity, ()),
    "percent": (lambda v, d: "".join(f"%{ord(c):02X}" for c in v), ()), "percent twice": (lambda v, d: quote(quote(v, safe=""), safe=""), MAIL),
    "json escapes": (lambda v, d: "".join(f"\\u{ord(c):04x}" for c in v), ()),
    "base64": (_b64, ()), "hex": (lambda v, d: v.encode().hex(), ()), "base64 twice": (lambda v, d: _b64(_b64(v, d), d), ()),
    "at dot": (_said(" at ", " dot "), MAIL), "(at) (dot)": (_said("(at)", "(dot)"), MAIL), "[at]": (_said(" [at] ", "."), MAIL),
    "arroba punto": (_said(" arroba ", " punto "), MAIL), "@ .": (_said(" @ ", " . "), MAIL),
    "spaced": (lambda v, d: " ".join(v.replace(" ", "")), ()), "dashed digits": (lambda v, d: "-".join(c for c in v if c.isdigit()), NUMBER),
    "underscored groups": (lambda v, d: v.replace(" ", "_").replace("-", "_"), ("US_SSN",)),
    "digit words": (_words(_WORDS, " "), NUMBER), "digit words, commas": (_words(_WORDS, ", "), NUMBER),
    "deltas": (_deltas, ()), "added": (lambda v, d: f'{v[:5]}" + "{v[5:]}', ()),
    "reversed": (lambda v, d: v[::-1], MAIL)}
HELD: dict[str, tuple[Disguise, tuple[str, ...]]] = {
    "soft hyphens": (lambda v, d: _each(v, lambda c: c + "\u00ad", 0.3, d), ()), "word joiners": (lambda v, d: "\u2060".join(v), ()),
    "devanagari digits": (_shifted(0x966), NUMBER), "double-struck digits": (_shifted(0x1D7D8), NUMBER),
    "circled digits": (lambda v, d: "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] if c.isdigit() else c for c in v), NUMBER),
    "keycaps": (lambda v, d: "".join(c + "\ufe0f\u20e3" if c.isdigit() else c for c in v), NUMBER),
    "strange dashes": (lambda v, d: v.replace("-", "\u2011").replace(" ", "\u202f"), ("PHONE", "US_SSN")),
    "greek": (lambda v, d: v.translate(_GREEK), ("EMAIL", "secret.aws_access_key")),
    "hex entities": (lambda v, d: "".join(f"&#x{ord(c):X};" for c in v), ()), "entities of entities": (lambda v, d: "".join(f"&amp;#{ord(c)};" for c in v), ()),
    "percent, some": (lambda v, d: _each(v, lambda c: f"%{ord(c):02x}", 0.4, d), ()),
    "percent twice, all": (lambda v, d: "".join(f"%25{ord(c):02x}" for c in v), ()),
    "hex escapes": (lambda v, d: "".join(f"\\x{ord(c):02x}" for c in v), ()),
    "base64 for URLs": (lambda v, d: base64.urlsafe_b64encode(v.encode()).decode().rstrip("="), ()),
    "hex in pairs": (lambda v, d: v.encode().hex(" "), ()), "HEX": (lambda v, d: "0x" + v.encode().hex().upper(), ()),
    "hex of base64": (lambda v, d: _b64(v, d).encode().hex(), ()), "base64 of percent": (lambda v, d: _b64(quote(v, safe=""), d), MAIL),
    "AT DOT": (_said(" AT ", " DOT "), MAIL), "[dot]": (_said("@", "[dot]"), MAIL), "{at}": (_said("{at}", "{dot}"), MAIL), "_at_": (_said("_at_", "_dot_"), MAIL),
    "ät punkt": (_said(" ät ", " punkt "), MAIL), "chiocciola": (_said(" chiocciola ", " punto "), MAIL), "<at>": (_said(" <at> ", " <dot> "), MAIL),
    "dotted": (lambda v, d: ".".join(c for c in v if c.isdigit()), ("CREDIT_CARD", "PHONE")), "starred groups": (lambda v, d: v.replace("-", "*"), ("US_SSN",)),
    "spaced with dashes": (lambda v, d: " ".join(v), ("US_SSN",)), "underscored": (lambda v, d: "_".join(v.replace(" ", "")), MAIL),
    "cards in pairs": (lambda v, d: " - ".join(v.replace(" ", "")[at:at + 4] for at in range(0, 16, 4)), ("CREDIT_CARD",)),
    "Ziffern": (_words(_ZIFFERN, " "), NUMBER), "cifras": (_words(_CIFRAS, "-"), NUMBER), "words, dashes": (_words(_WORDS, "-"), NUMBER),
    "server-sent": (lambda v, d: f'{v[:4]}"}}}}]}}\n\ndata: {{"choices":[{{"delta":{{"content":"{v[4:]}', ()),
    "literals": (lambda v, d: f"{v[:6]}' + '{v[6:]}", ()), "rot13": (lambda v, d: codecs.encode(v, "rot13"), MAIL),
    "list": (lambda v, d: '", "'.join(v.replace("-", " ").split()), ("US_SSN",))}
# {L}: what the value is called, {V}: the value
CARRIERS = ("The {L} on file is {V}, please keep it.", '{{"note": "{L}: {V}", "id": 7}}', "{L}: {V}\n", "| {L} | {V} |\n|---|---|\n", "# cfg\n{L} = \"{V}\"\n",
            "user: what is her {L}?\nassistant: {V}\n")
HELD_CARRIERS = ("Sure! Here is the customer's {L}: {V}. Anything else?", '[{{"k": "{L}", "value": "{V}"}}]', "Ticket 4711 - caller gave {L} {V} and hung up.",
                 "const x = {{ label: \"{L}\", raw: \"{V}\" }};", "<td>{L}</td><td>{V}</td>", "2026-03-01T10:00:00Z INFO {L}={V}")


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Every type in every disguise that is for it."""
    carriers = HELD_CARRIERS if held else CARRIERS
    for name, (disguise, types) in (HELD if held else DISGUISES).items():
        for type_ in types or VALUES:
            draw, label = VALUES[type_]
            for _ in range(PER_PAIR):
                before, after = dice.choice(carriers).replace("{L}", label).replace("{{", "{").replace("}}", "}").split("{V}")
                if "delta" in name or name == "server-sent":
                    before = '{"delta":"' + before.replace('"', "'") if name == "deltas" else 'data: {"choices":[{"delta":{"content":"' + before.replace('"', "'")
                    after = after.replace('"', "'") + '"}'
                yield Text().add(before).add(disguise(draw(dice), dice), type_).add(after).sample(name)

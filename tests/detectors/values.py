"""Well-formed random numbers by which states know people, and addresses of machines and purses: nobody's, as far as dice can tell.

`draw("nhs", dice)` is ten digits with their check digit; `written("9434765919", "### ### ####")` groups them.
"""

from __future__ import annotations

import hashlib
import importlib
import random
import string
from collections.abc import Callable
from functools import cache
from typing import Any

from stdnum import luhn, verhoeff
from stdnum.iso7064 import mod_11_10

Dice = random.Random
_LETTERS = string.ascii_uppercase


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


# name -> stdnum's module and what its numbers look like: `#` a digit, `@` a letter, `[..]` one of, {dmy} {ymd} {ymd8} a birthday.
# Drawn until the module agrees.
_TRIED = {
    "nhs": ("gb.nhs", "[4679]#########"), "pesel": ("pl.pesel", "{ymd}#####"), "bsn": ("nl.bsn", "[12]########"),
    "personnummer": ("se.personnummer", "{ymd}-####"), "pan": ("in_.pan", "@@@P@####@"), "tfn": ("au.tfn", "[1-8]########"),
    "sin": ("ca.sin", "[1-7]########"), "my_number": ("jp.in_", "[1-9]###########"), "rrn": ("kr.rrn", "{ymd}[12]######"),
    "hetu": ("fi.hetu", "{dmy}-###*"), "cpr": ("dk.cpr", "{dmy}[0-3]###"), "pt_nif": ("pt.nif", "[12]########"),
    "at_vnr": ("at.vnr", "[1-9]###{dmy}"), "tckn": ("tr.tckimlik", "[1-9]##########"), "rc": ("cz.rc", "{ymd}####"),
    "cnp": ("ro.cnp", "[12]{ymd}[1-3]#####"), "oib": ("hr.oib", "[1-9]##########"), "egn": ("bg.egn", "{ymd}####"),
    "amka": ("gr.amka", "{dmy}#####"), "isikukood": ("ee.ik", "[34]{ymd}####"), "pps": ("ie.pps", "#######@"),
    "il_id": ("il.idnr", "[0-3]########"), "th_id": ("th.pin", "[1-8]############"), "mykad": ("my.nric", "{ymd}[01]#####"),
    "rut": ("cl.rut", "1#######*"), "cuit": ("ar.cuit", "2[037]#########"), "cn_id": ("cn.ric", "110101{ymd8}###*"),
    "za_id": ("za.idnr", "{ymd}####08#"), "ssn": ("us.ssn", "[1-7]########"), "itin": ("us.itin", "9##[78]#####"),
    "ein": ("us.ein", "[23456]########"), "mx_rfc": ("mx.rfc", "[A-Z][AEIOU]@@{ymd}#@#"), "utr": ("gb.utr", "[1-9]#########"),
    "lt_code": ("lt.asmens", "[34]{ymd}####"), "cpf": ("br.cpf", "[1-9]##########"),
    "cnpj": ("br.cnpj", "[1-9]#######0001##"), "nif": ("es.dni", "########@"), "nie": ("es.nie", "[XYZ]#######@"), "kennitala": ("is_.kennitala", "{dmy}###9"),
}


def draw(name: str, dice: Dice) -> str:
    """A number of this name."""
    if name in _MADE:
        return _MADE[name](dice)
    module, shape = _TRIED[name]
    while True:
        value = _shaped(shape, dice)
        if _module(module).is_valid(value):
            return value


def names() -> list[str]:
    return [*_TRIED, *_MADE]


def written(value: str, mask: str) -> str:
    """The characters of `value` in place of each `#` of the mask; separators of the value itself do not count."""
    letters = iter([c for c in value if c.isalnum()])
    return "".join(next(letters) if c == "#" else c for c in mask)


def _shaped(shape: str, dice: Dice) -> str:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1935, 1999)
    shape = (shape.replace("{dmy}", f"{day:02}{month:02}{year % 100:02}").replace("{ymd8}", f"{year}{month:02}{day:02}")
             .replace("{ymd}", f"{year % 100:02}{month:02}{day:02}"))
    value, at = "", 0
    while at < len(shape):
        if shape[at] == "[":
            end = shape.index("]", at)
            value += dice.choice(_range(shape[at + 1:end]))
            at = end
        else:
            value += {"#": lambda: dice.choice(string.digits), "@": lambda: dice.choice(_LETTERS),
                      "*": lambda: dice.choice(string.digits + _LETTERS)}.get(shape[at], lambda at=at: shape[at])()
        at += 1
    return value


def _range(letters: str) -> str:
    if len(letters) == 3 and letters[1] == "-":
        return "".join(map(chr, range(ord(letters[0]), ord(letters[2]) + 1)))
    return letters


def _digits(dice: Dice, size: int) -> str:
    return dice.choice("123456789") + "".join(dice.choices(string.digits, k=size - 1))


def _nino(dice: Dice) -> str:
    prefix = dice.choice("ABCEGHJKLMPRSTWXYZ") + dice.choice("ABCEGHJKLMPRSTWXYZ")
    return _nino(dice) if prefix in ("GB", "BG", "NK", "KN", "TN", "NT", "ZZ") else prefix + _digits(dice, 6) + dice.choice("ABCD")


def _idnr(dice: Dice) -> str:
    ten = dice.sample(string.digits, 9)
    ten.insert(dice.randrange(1, 9), dice.choice(ten))
    body = "".join(ten)
    return _idnr(dice) if body[0] == "0" or body[0] == body[1] == body[2] else body + mod_11_10.calc_check_digit(body)


def _nir(dice: Dice) -> str:
    body = _shaped("[12]", dice) + f"{dice.randint(30, 99)}{dice.randint(1, 12):02}{dice.randint(1, 95):02}".replace("20", "21")
    body = (body + _digits(dice, 6))[:13]
    return f"{body}{97 - int(body) % 97:02}"


def _codice(dice: Dice) -> str:
    body = "".join(dice.choices("BCDFGLMNPRSTVZ", k=6)) + f"{dice.randrange(30, 99)}{dice.choice('ABCDEHLMPRST')}{dice.randint(1, 28):02}"
    body += dice.choice("ABCDEFGHIL") + f"{dice.randint(100, 999)}"
    return body + str(_module("it.codicefiscale").calc_check_digit(body))


def _fnr(dice: Dice) -> str:
    while True:
        body = _shaped("{dmy}[0-4]##", dice)
        number = _module("no.fodselsnummer")
        first = number.calc_check_digit1(body)
        value = body + first + number.calc_check_digit2(body + first)
        if number.is_valid(value):
            return value


def _nn(dice: Dice) -> str:
    body = _shaped("{ymd}###", dice)
    return f"{body}{97 - int(body) % 97:02}"


def _nric(dice: Dice) -> str:
    prefix, digits = dice.choice("ST"), _digits(dice, 7)
    total = sum(w * int(d) for w, d in zip((2, 7, 6, 5, 4, 3, 2), digits, strict=True)) + (4 if prefix == "T" else 0)
    return prefix + digits + "JZIHGFEDCBA"[total % 11]


def _medicare(dice: Dice) -> str:
    body = dice.choice("23456") + "".join(dice.choices(string.digits, k=7))
    return f"{body}{sum(w * int(d) for w, d in zip((1, 3, 7, 9, 1, 3, 7, 9), body, strict=True)) % 10}{dice.randint(1, 5)}"


def _tw(dice: Dice) -> str:
    while True:
        value = dice.choice(_LETTERS) + dice.choice("12") + "".join(dice.choices(string.digits, k=8))
        number = str("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(value[0]) + 10) + value[1:]
        if sum(w * int(d) for w, d in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), number, strict=True)) % 10 == 0:
            return value


def _hkid(dice: Dice) -> str:
    letter, digits = dice.choice(_LETTERS), _digits(dice, 6)
    total = 9 * 36 + 8 * (ord(letter) - 55) + sum(w * int(d) for w, d in zip(range(7, 1, -1), digits, strict=True))
    return f"{letter}{digits}({'0123456789A'[-total % 11]})"


def _curp(dice: Dice) -> str:
    while True:
        body = _shaped("[A-Z][AEIOU]@@{ymd}[HM]", dice) + dice.choice(("DF", "JC", "NL", "MC", "VZ")) + "".join(dice.choices("BCDFGLMNPRST", k=3)) + "0"
        value = body + str(_module("mx.curp").calc_check_digit(body))
        if _module("mx.curp").is_valid(value):
            return value


def _ahv(dice: Dice) -> str:
    body = "756" + "".join(dice.choices(string.digits, k=9))
    return body + str(_module("ean").calc_check_digit(body))


def _aadhaar(dice: Dice) -> str:
    body = dice.choice("23456789") + "".join(dice.choices(string.digits, k=10))
    return body + verhoeff.calc_check_digit(body)


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _btc(dice: Dice) -> str:
    body = bytes([dice.choice((0, 5))]) + dice.randbytes(20)
    body += hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, value = int.from_bytes(body, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        value = _BASE58[rest] + value
    return "1" * (len(body) - len(body.lstrip(b"\0"))) + value


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _bech32(dice: Dice) -> str:
    """BIP 173: version 0, twenty bytes."""
    data = [0, *(dice.randrange(32) for _ in range(32))]
    check = 1
    for value in [3, 3, 0, 2, 3, *data, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    check ^= 1
    return "bc1" + "".join(_BECH32[d] for d in [*data, *((check >> 5 * (5 - i)) & 31 for i in range(6))])


def _eth(dice: Dice) -> str:
    return "0x" + "".join(dice.choice((c, c.upper())) for c in f"{dice.getrandbits(160):040x}")


def _ip(dice: Dice) -> str:
    return ".".join(str(dice.randint(1, 254)) for _ in range(4)) if dice.random() < 0.6 else dice.choice(
        (f"192.168.{dice.randrange(256)}.{dice.randint(1, 254)}", f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randint(1, 254)}"))


def _ip6(dice: Dice) -> str:
    groups = [f"{dice.getrandbits(16):x}" for _ in range(8)]
    groups[0] = dice.choice(("2001", "2a02", "2606", "fe80"))
    return ":".join(groups) if dice.random() < 0.5 else ":".join(groups[:3]) + "::" + ":".join(groups[6:])


def _mac(dice: Dice) -> str:
    return dice.choice(":-").join(f"{b:02x}" for b in dice.randbytes(6)) if dice.random() < 0.7 else ":".join(f"{b:02X}" for b in dice.randbytes(6))


_BANKS = ("DEUTDEFF", "BNPAFRPP", "CHASUS33", "BARCGB22", "INGBNL2A", "UBSWCHZH80A", "COBADEFFXXX", "BSCHESMM", "UNCRITMM", "NDEASESS",
          "RABONL2U", "GENODEM1GLS", "KREDBEBB", "PKOPPLPW", "BOFAUS3N")

_MADE: dict[str, Callable[[Dice], str]] = {
    "nino": _nino, "idnr": _idnr, "nir": _nir, "codice": _codice, "fnr": _fnr, "nn": _nn, "nric": _nric, "medicare": _medicare,
    "tw_id": _tw, "hkid": _hkid, "curp": _curp, "ahv": _ahv, "aadhaar": _aadhaar,
    "btc": _btc, "bech32": _bech32, "eth": _eth,
    "ip": _ip, "ip6": _ip6, "mac": _mac, "bic": lambda dice: dice.choice(_BANKS),
    "amex": lambda dice: (body := "37" + _digits(dice, 12)) + luhn.calc_check_digit(body),
}

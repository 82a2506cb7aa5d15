"""Addresses of machines and of purses."""

from __future__ import annotations

import ipaddress
import re

from sentinel.detectors._checks.candidate import Candidate, Check

_VERSION = re.compile(r"(?:\bv|version|release|build|driver|firmware|upgrade[ds]?|chrome|firefox|safari|edge|opera|==|>=|<=|~=|rev)[ :=/\"]*\Z",
                      re.IGNORECASE)


def ipv4(found: Candidate) -> bool:
    """Four bytes that are an address of somebody: no mask, no loopback, no part of a longer row, no version."""
    parts = found.value.split(".")
    if any((len(part) > 1 and part[0] == "0") or int(part) > 255 for part in parts):
        return False
    first, last = int(parts[0]), int(parts[3])
    if first in (0, 127, 255) or (last in (0, 255) and parts[1] == parts[2]) or parts[1:] == ["0", "0", "0"]:
        return False
    before, after = found.before(16), found.after(2)
    if (before[-1:] and before[-1] in ".-_$€£") or (after[:1] in (".", "-", "_") and after[1:2].isalnum()):
        return False
    # A section of a document is counted from one: 1.2.3.4.
    return (any(len(part) > 1 for part in parts) or len(set(parts)) == 1) and not _VERSION.search(before)


def ipv6(found: Candidate) -> bool:
    """An IPv6 address that is no loopback, and neither a time of day nor a name in C++."""
    value = found.value
    if value.count(":") < 2 or found.before(1) in (":", ".") or found.after(1) == ":":
        return False
    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast) and sum(c.isdigit() for c in value) >= 2


def mac(found: Candidate) -> bool:
    """Six bytes that are the address of one machine: not all alike, no group's, no piece of a longer fingerprint."""
    value = found.value
    separator = value[2] if value[2] in ":-" else value[4]
    if (found.before(1) and found.before(1) in ":-.") or (found.after(1) == separator and found.after(2)[1:].isalnum()):
        return False
    digits = value.replace(separator, "").lower()
    return len(set(digits)) > 2 and value.count(separator) in (5, 2)


_BASE58 = {c: i for i, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32 = {c: i for i, c in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58check(found: Candidate) -> bool:
    """A Bitcoin, Litecoin or Dogecoin address of old form, by the hash in its last four bytes."""
    from hashlib import sha256

    number = 0
    for letter in found.value:
        number = number * 58 + _BASE58[letter]
    if number >> 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def bech32(found: Candidate) -> bool:
    """A Bitcoin or Litecoin address of BIP 173 or 350."""
    prefix, _, data = found.value.lower().rpartition("1")
    check = 1
    for value in (*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *(_BECH32.get(c, 32) for c in data)):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATORS):
            if top >> i & 1:
                check ^= generator
    return check in (1, 0x2BC830A3)


def mixed_case(found: Candidate) -> bool:
    """Capitals and small letters: an Ethereum address of EIP-55, as no hash and no pointer is written."""
    value = found.value[2:]
    return value != value.lower() and value != value.upper()


ALL: tuple[Check, ...] = (ipv4, ipv6, mac, base58check, bech32, mixed_case)

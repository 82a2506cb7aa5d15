"""One value against what a line asks for."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.rules.match.compare import test_of as asking
from sentinel.rules.read.modifiers import wants


def meets(line: str, wanted: Any, found: Any) -> bool:
    given = wanted if isinstance(wanted, list) else [wanted]
    return asking(tuple(want for one in given for want in wants(line.split("|")[1:], one)))(found)


# Case folding beyond ASCII, one character for one.
@pytest.mark.parametrize(("wanted", "found", "is_match"), [
    ("ÄÖÜ", "äöü", True), ("привет", "ПРИВЕТ", True), ("ΑΣ", "ας", True), ("key", "\u212aEY", True), ("ẞ", "ß", True),
    ("strasse", "straße", False), ("İ", "i", False), ("paſſword", "PASSWORD", True),
])
def test_case(wanted: str, found: str, is_match: bool) -> None:
    assert meets("f", wanted, found) is is_match
    assert meets("f|contains", wanted, f"x{found}x") is is_match


@pytest.mark.parametrize(("network", "found", "is_match"), [
    ("10.0.0.0/8", "10.255.0.1", True), ("10.0.0.0/8", "11.0.0.1", False), ("2001:db8::/32", "2001:db8:1::5", True),
    ("10.0.0.0/8", "::ffff:10.1.1.1", True), ("fe80::/10", "fe80::1%eth0", True), ("10.0.0.0/8", "10.0.0.1:80", False),
    ("::/0", "10.0.0.1", False), ("10.0.0.0/8", 167772161, False), ("10.0.0.0/8", "9" * 100_000, False),
])
def test_networks(network: str, found: Any, is_match: bool) -> None:
    assert meets("f|cidr", network, found) is is_match


# Parts of times, in UTC; the week is ISO's.
@pytest.mark.parametrize(("line", "wanted", "found", "is_match"), [
    ("f|hour", 22, "2026-11-24T22:15:00Z", True), ("f|hour", 3, "2026-11-24T22:15:00-05:00", True),
    ("f|hour|gte", 20, "2026-11-24T22:15:00.123456789Z", True), ("f|gte|hour", 23, "2026-11-24T22:15:00Z", False),
    ("f|minute", 15, 1795558500, True), ("f|day", 24, 1795558500000, True), ("f|month", 11, "2026-11-24", True),
    ("f|year", 2026, "2026/11/24 22:15:00", True), ("f|week", 53, "2027-01-01T00:00:00Z", True), ("f|week", [1, 53], "2027-01-02", True),
    ("f|hour", 0, "not a time", False), ("f|hour", 0, None, False), ("f|hour|lt", 24, "2026-13-24T00:00:00Z", False),
])
def test_times(line: str, wanted: Any, found: Any, is_match: bool) -> None:
    assert meets(line, wanted, found) is is_match


def test_an_endless_number_is_no_text() -> None:
    assert not meets("f|contains", "1", 10**20_000)

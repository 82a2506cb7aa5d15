import random

import pytest

from sentinel.detectors._checks import network
from sentinel.detectors._checks.candidate import Candidate
from tests.detectors import values
from tests.detectors._checks.place import whole


def at(text: str, value: str) -> Candidate:
    start = text.index(value)
    return Candidate(text, start, start + len(value))


@pytest.mark.parametrize(("value", "ok"), [
    ("203.0.113.7", True), ("10.0.0.12", True), ("192.168.1.1", True), ("127.0.0.1", False), ("0.0.0.0", False), ("255.255.255.0", False),
    ("300.1.1.1", False), ("10.0.01.3", False), ("1.2.3.4", False), ("10.0.0.0", False)])
def test_ipv4(value: str, ok: bool) -> None:
    assert network.ipv4(whole(value)) is ok


@pytest.mark.parametrize("text", ["version 10.2.3.4", "v10.2.3.4", "numpy==10.2.3.4", "10.2.3.4.5", "Chrome/10.2.3.4", "10.2.3.4-rc1"])
def test_versions_are_no_addresses(text: str) -> None:
    assert not network.ipv4(at(text, "10.2.3.4"))


@pytest.mark.parametrize(("value", "ok"), [
    ("2001:db8::8a2e:370:7334", True), ("fe80::1ff:fe23:4567:890a", True), ("::1", False), ("12:34:56", False), ("a::b", False), ("ff02::1:2", False)])
def test_ipv6(value: str, ok: bool) -> None:
    assert network.ipv6(whole(value)) is ok


def test_mac() -> None:
    assert network.mac(whole("3c:22:fb:9a:10:4e")) and network.mac(whole("3c22.fb9a.104e"))
    assert not network.mac(whole("ff:ff:ff:ff:ff:ff"))
    assert not network.mac(at("3c:22:fb:9a:10:4e:55", "3c:22:fb:9a:10:4e"))


def test_purses_have_checksums() -> None:
    dice = random.Random(3)
    old, new = values.draw("btc", dice), values.draw("bech32", dice)
    assert network.base58check(whole(old)) and network.bech32(whole(new)) and network.bech32(whole(new.upper()))
    assert not network.base58check(whole(old[:-1] + ("2" if old[-1] != "2" else "3")))
    assert not network.bech32(whole(new[:-1] + ("q" if new[-1] != "q" else "p")))
    # BIP 350: the example of version 1.
    assert network.bech32(whole("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"))


def test_capitals_and_small_letters() -> None:
    assert network.mixed_case(whole("0xAb")) and not network.mixed_case(whole("0xab"))

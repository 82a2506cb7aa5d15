"""Who is never contained."""

from __future__ import annotations

import pytest

from sentinel.config.model import PlaybooksConfig, ProtectConfig
from sentinel.playbooks.guard import Guard
from tests import make


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "169.254.1.1", "fe80::1", "0.0.0.0", "::",
                                     "224.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.7.7", "100.64.0.1", "fd00::1",
                                     "::ffff:10.0.0.1", "not an address", "", "203.0.113.7; rm -rf /", "203.0.113.7/8"])
def test_addresses_that_are_nobodys_alone(address: str) -> None:
    assert Guard().protects(("source.ip", address), make.incident())


@pytest.mark.parametrize("address", ["203.0.113.7", "198.51.100.1", "2001:db8::1", "8.8.8.8"])
def test_addresses_that_may_be_closed(address: str) -> None:
    assert Guard().protects(("source.ip", address), make.incident()) == ""


def test_networks_of_the_config_replace_the_private_ones() -> None:
    guard = Guard(ProtectConfig.model_validate({"addresses": ["203.0.113.0/24", "2001:db8::/32"]}))
    assert guard.protects(("source.ip", "203.0.113.7"), make.incident())
    assert guard.protects(("source.ip", "2001:db8::1"), make.incident())
    assert guard.protects(("source.ip", "10.0.0.1"), make.incident()) == ""
    assert guard.protects(("source.ip", "127.0.0.1"), make.incident())


@pytest.mark.parametrize("protected", [make.KEY, "agent-prod", "health-check"])
def test_keys_by_hash_or_alias(protected: str) -> None:
    guard = Guard(ProtectConfig(keys=[protected]))
    incident = make.incident(entities={"sentinel.key.alias": ("health-check",)})
    assert "protect.keys" in guard.protects(("sentinel.key.hash", make.KEY), incident)
    other = make.incident(principal=make.principal(label="else"))
    assert guard.protects(("sentinel.key.hash", "0" * 64), other) == ""


def test_a_protected_users_key() -> None:
    guard = Guard(ProtectConfig(users=["u-root"]))
    assert "protect.users" in guard.protects(("sentinel.key.hash", make.KEY), make.incident(entities={"user.id": ("u-root",)}))
    assert "protect.users" in guard.protects(("user.id", "u-root"), make.incident())
    assert guard.protects(("user.id", "u-ann"), make.incident()) == ""


def test_of_the_config() -> None:
    config = PlaybooksConfig.model_validate({"protect": {"keys": [make.KEY]}, "max_contained_per_hour": 3})
    assert Guard.of(config).protects(("sentinel.key.hash", make.KEY), make.incident())

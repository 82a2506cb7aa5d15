"""Who is never contained, and how many may be in an hour, whatever a rule says.

Asked inside the transaction that writes a step down as tried: what it saw still holds when the call goes out.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from sentinel.clock import SECOND
from sentinel.config.model import PlaybooksConfig, ProtectConfig
from sentinel.journal import runs
from sentinel.journal.database import Connection
from sentinel.records.incident import Incident

_HOUR = 3600 * SECOND
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard:
    """The limits of the config.

    Args:
        protect: addresses as networks; keys by hash or alias; users by id.
        most_an_hour: distinct principals that may be contained within an hour.
    """

    def __init__(self, protect: ProtectConfig | None = None, most_an_hour: int = 20) -> None:
        self._protect, self._most = protect or ProtectConfig(), most_an_hour

    @classmethod
    def of(cls, config: PlaybooksConfig) -> Guard:
        return cls(config.protect, config.max_contained_per_hour)

    def objects(self, db: Connection, target: tuple[str, str], incident: Incident, now: int) -> str:
        """Why `target` (event field, value) must not be contained now; empty when it may."""
        return self.protects(target, incident) or self._too_many(db, target, now)

    def protects(self, target: tuple[str, str], incident: Incident) -> str:
        """Why it is protected; empty when it is not."""
        name, value = target
        if name == "source.ip":
            return self._address(value)
        # A key's alias and user are taken from the incident: a key is protected by either, so a record that carries a
        # protected user's name can keep a key from being blocked, but never get one blocked.
        if name == "sentinel.key.hash":
            known = {value, *_known(incident, "sentinel.key.alias"), incident.principal.label}
            if known & set(self._protect.keys):
                return "the key is on the protected list (playbooks.protect.keys)"
        users = {value} if name == "user.id" else set(_known(incident, "user.id"))
        if users & set(self._protect.users):
            return "the user is on the protected list (playbooks.protect.users)"
        return ""

    def _address(self, value: str) -> str:
        try:
            address = _plain(ipaddress.ip_address(value))
        except ValueError:
            return "not an address"
        if address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast:
            return f"{address} is loopback, link-local or no single host's"
        if any(address in network for network in self._protect.addresses):
            return f"{address} is in a protected network (playbooks.protect.addresses)"
        return ""

    def _too_many(self, db: Connection, target: tuple[str, str], now: int) -> str:
        closed = runs.closed_since(db, now - _HOUR)
        if target in closed or len(closed) < self._most:
            return ""
        return (f"{len(closed)} principals were contained within the last hour and playbooks.max_contained_per_hour is "
                f"{self._most}; do it by hand if it is right")


def _plain(address: Address) -> Address:
    """`::ffff:127.0.0.1` is 127.0.0.1 to every server that takes it."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _known(incident: Incident, name: str) -> Iterable[str]:
    return incident.entities.get(name, ())

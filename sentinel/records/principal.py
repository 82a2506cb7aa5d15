"""A principal: who is responsible for an event, and what one can revoke."""

from __future__ import annotations

from msgspec import Struct

# Narrowest first: revoking a key hurts fewer people than closing an address.
KINDS: tuple[tuple[str, str], ...] = (
    ("key", "sentinel.key.hash"),
    ("user", "user.id"),
    ("team", "user.group.id"),
    ("address", "source.ip"),
    ("service", "service.name"),
)


class Principal(Struct, frozen=True, order=True, gc=False):
    """Who did it.

    Attributes:
        kind: "key", "user", "team", "address", "service" (an application), "source" (nobody else is known) or "host" (trouble of
            sentinel's own).
        id: the key's sha256 (64 hex), the user id, the team id, the address, the name of the service, source or host.
        label: what a person knows it by (the key's alias); may be empty; hostile text.
    """

    kind: str
    id: str
    label: str = ""

    def __str__(self) -> str:
        short = self.id[:12] + "…" if self.kind == "key" and len(self.id) == 64 else self.id
        return f"{self.kind} {self.label} ({short})" if self.label else f"{self.kind} {short}"

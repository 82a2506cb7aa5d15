"""Datagrams, and how many the kernel had to drop because nobody took them.

In: an address. Out: what arrives there. While nobody asks for the next one, datagrams wait in the kernel's buffer, and those for
which it has no room are counted there: the count comes with the next that is received.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

from msgspec import Struct

from sentinel.config.inputs import Endpoint

_BUFFER = 8 * 1024 * 1024
_LARGEST = 65_536
# Linux's number; Python has no name for it.
_SO_RXQ_OVFL = 40


class Datagram(Struct, gc=False):
    """data, and the address it says it comes from. dropped: how many were lost before it, since the one before."""

    data: bytes
    peer: str
    dropped: int


async def bound(at: Endpoint) -> socket.socket:
    """Raises: OSError."""
    (family, kind, protocol, _, address), *_ = await asyncio.get_running_loop().getaddrinfo(at.host, at.port, type=socket.SOCK_DGRAM)
    taken = socket.socket(family, kind, protocol)
    taken.setblocking(False)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    taken.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
    try:
        taken.bind(address)
    except OSError:
        taken.close()
        raise
    return taken


async def datagrams(taken: socket.socket) -> AsyncIterator[Datagram]:
    """Without end."""
    dropped = 0
    while True:
        try:
            data, ancillary, _, peer = taken.recvmsg(_LARGEST, socket.CMSG_SPACE(4))
        except BlockingIOError:
            await _readable(taken)
            continue
        total = next((int.from_bytes(value, "little") for level, kind, value in ancillary
                      if level == socket.SOL_SOCKET and kind == _SO_RXQ_OVFL), dropped)
        lost, dropped = (total - dropped) % (1 << 32), total
        yield Datagram(data, str(peer[0]), lost)


async def _readable(taken: socket.socket) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(taken, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(taken)

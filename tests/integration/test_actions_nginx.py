"""`nginx.deny_ip` against the real nginx: 403 after it, 200 after the undo, and a list that nginx refuses is put back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from sentinel.actions._base import Failed
from sentinel.actions.nginx import DenyIp, DenyList
from sentinel.clock import SystemClock
from tests.actions.conftest import context
from tests.integration.servers.nginx import Nginx

ATTACKER = "198.51.100.77"


def deny(nginx: Nginx, **changed: str) -> DenyIp:
    return DenyIp(DenyList(denylist=nginx.denylist, test=nginx.test, reload=nginx.reload, **changed), SystemClock())


@pytest.fixture
def clean(nginx: Nginx) -> Iterator[Nginx]:
    nginx.denylist.write_text("# the operator's own\ndeny 198.51.100.200;\n")
    yield nginx
    nginx.denylist.write_text("")
    httpx.get(nginx.url)


def status(nginx: Nginx, address: str, wanted: int) -> int:
    """What this client gets; asked for up to five seconds, because workers are replaced after the reload returns."""
    until = time.monotonic() + 5
    while True:
        got = httpx.get(f"{nginx.url}/health/liveliness", headers={"X-Forwarded-For": address}, timeout=10).status_code
        if got == wanted or time.monotonic() > until:
            return got
        time.sleep(0.05)


def test_denied_then_allowed_again(clean: Nginx) -> None:
    action = deny(clean)
    given = action.With.model_validate({"address": ATTACKER})
    assert status(clean, ATTACKER, 200) == 200
    assert action.do(given, context()).changed
    assert status(clean, ATTACKER, 403) == 403 and status(clean, "198.51.100.78", 200) == 200
    action.verify(given, context())
    assert action.undo(given, context()).changed
    assert status(clean, ATTACKER, 200) == 200
    assert clean.denylist.read_text() == "# the operator's own\ndeny 198.51.100.200;\n"


def test_ipv6(clean: Nginx) -> None:
    action = deny(clean)
    action.do(action.With.model_validate({"address": "2001:db8:0::7"}), context())
    assert status(clean, "2001:db8::7", 403) == 403


def test_what_nginx_refuses_is_put_back_and_nginx_goes_on(clean: Nginx) -> None:
    before, action = clean.denylist.read_text(), deny(clean, line="no_such_directive {address};")
    with pytest.raises(Failed, match="unknown directive") as caught:
        action.do(action.With.model_validate({"address": ATTACKER}), context())
    assert caught.value.retry and clean.denylist.read_text() == before
    assert status(clean, ATTACKER, 200) == 200


def test_a_hundred_addresses(clean: Nginx) -> None:
    action = deny(clean)
    for number in range(100):
        action.do(action.With.model_validate({"address": f"198.51.100.{number + 1}"}), context(step=f"step{number}"))
    assert status(clean, "198.51.100.1", 403) == 403 and status(clean, "198.51.100.100", 403) == 403
    assert clean.denylist.read_text().count("# sentinel") == 100


def test_probe(clean: Nginx) -> None:
    assert deny(clean).probe().endswith("nginx -t passes")

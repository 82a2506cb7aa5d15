"""`webhook.post`: the signature is checked by code that knows only the specification."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sentinel import actions
from sentinel.actions._base import Context, Failed
from sentinel.actions.webhook import Endpoint, Post
from sentinel.clock import SECOND
from sentinel.errors import ConfigError
from tests import make
from tests.actions.conftest import context

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()


def post(answer: Callable[[httpx.Request], httpx.Response], *secrets: str) -> Post:
    settings = Endpoint.model_validate({"url": "https://hooks.example.com/in?token=t0p", "secrets": secrets or [SECRET]})
    return Post(settings, make.Clock(), httpx.MockTransport(answer))


def sent(given: Context, *secrets: str) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    action = post(answer, *secrets)
    outcome = action.do(action.With(), given)
    assert outcome.changed and outcome.note == "told hooks.example.com (204)"
    return seen[0]


def verified(request: httpx.Request, key: bytes, now: int) -> bool:
    """Standard Webhooks 1.0, "Verifying webhook authenticity", from the text of the specification."""
    number, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert "." not in number and abs(int(at) - now) <= 300
    mac = hmac.new(key, f"{number}.{at}.".encode("ascii") + request.content, hashlib.sha256).digest()
    given = [part.partition(",") for part in request.headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(base64.b64decode(value), mac) for version, _, value in given)


def test_the_signature_holds_and_only_with_its_key() -> None:
    request = sent(context())
    assert verified(request, KEY, make.NOW // SECOND)
    assert not verified(request, b"x" * 32, make.NOW // SECOND)


def test_both_secrets_sign_while_one_is_replaced() -> None:
    request = sent(context(), SECRET, OLD)
    assert verified(request, KEY, make.NOW // SECOND) and verified(request, b"o" * 24, make.NOW // SECOND)


def test_the_id_stays_at_a_retry_and_the_time_is_the_attempts() -> None:
    first, second = sent(context()), sent(context(now=make.NOW + 60 * SECOND))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "5e0000000000beef"
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert verified(second, KEY, make.NOW // SECOND + 60)


def test_the_body() -> None:
    request = sent(context())
    body = json.loads(request.content)
    assert (body["type"], body["timestamp"]) == ("incident.opened", "2026-11-24T22:00:00Z")
    assert body["data"]["id"] == "INC-ABCDEFGHIJ" and body["data"]["opened_at"] == "2026-11-24T22:00:00Z"
    big = {"evidence": [{"field": "f", "value": "x" * 200}] * 20, "rules": {f"r{n}": None for n in range(500)}}
    assert len(sent(Context(step="s", run="r", now=make.NOW, incident={**context().incident, **big})).content) < 20_000


@pytest.mark.parametrize(("status", "retry", "says"), [
    (410, False, "wants no more"), (400, False, "answered 400"), (302, False, "redirects are not followed"), (429, True, "try later"),
    (500, True, "answered 500"), (404, False, "answered 404")])
def test_what_the_receiver_answers(status: int, retry: bool, says: str) -> None:
    action = post(lambda request: httpx.Response(status, headers={"location": "http://169.254.169.254/", "retry-after": "9"}))
    with pytest.raises(Failed, match=says) as caught:
        action.do(action.With(), context())
    assert caught.value.retry is retry and "t0p" not in str(caught.value)


def test_dry_run_does_not_show_the_url_which_may_hold_a_token() -> None:
    action = post(lambda request: httpx.Response(204))
    assert [call.text for call in action.plan(action.With(), context())] == [
        "POST https://hooks.example.com/… incident.opened INC-ABCDEFGHIJ"]


@pytest.mark.parametrize(("given", "says"), [
    ({"url": "http://hooks.example.com/"}, "must begin with https://"), ({"url": "ftp://x/"}, "URL scheme"),
    ({"secrets": ["plain"]}, "must begin with whsec_"), ({"secrets": ["whsec_!!"]}, "base64"),
    ({"secrets": ["whsec_" + base64.b64encode(b"short").decode()]}, "5 bytes; 24 to 64"), ({"secrets": []}, "at least 1"),
    ({"url": "http://127.0.0.1.example.com/"}, "must begin with https://"), ({"retries": 3}, "unknown key 'retries'")])
def test_a_config_that_is_not_safe_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        actions.load({"webhook": {"url": "https://hooks.example.com/", "secrets": [SECRET], **given}})
    assert KEY.hex() not in str(caught.value) and SECRET not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/", "https://x.example/"])
def test_http_is_for_loopback_only(url: str) -> None:
    assert actions.load({"webhook": {"url": url, "secrets": [SECRET]}})["webhook.post"].configured

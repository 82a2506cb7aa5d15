"""Slack's Web API by the real slack-sdk, against the strict stand-in: every failure sorted by whether it may have happened."""

from __future__ import annotations

import socket

import pytest

from sentinel.actions._base import Failed
from sentinel.actions.slack._message import Message
from sentinel.actions.slack._web import Refused, Web
from tests import make
from tests.integration.servers.slack import Slack

HELLO = Message("hello", ({"type": "header", "text": {"type": "plain_text", "text": "hello"}},))


def web(slack: Slack, **changed: str) -> Web:
    return Web(**{"token": slack.token, "channel": slack.channel, "base_url": slack.base_url, **changed}, timeout_seconds=1, clock=make.Clock())


def test_post_edit_thread_and_find(slack: Slack) -> None:
    one = web(slack)
    channel, ts = one.post(HELLO, "id-1")
    assert channel == slack.channel and one.edit(Message("bye", ()), channel, ts)
    one.post(Message("news", ()), "id-1:0", thread=ts, loud=True, upto=7)
    assert (slack.roots[0]["text"], slack.roots[0]["edits"]) == ("bye", 1)
    assert slack.thread(ts)[0]["broadcast"] and not slack.refused
    assert one.find("id-1", 0) == (channel, ts) and one.find("id-2", 0) is None
    assert one.upto("id-1:", channel, ts) == 7 and one.upto("id-9:", channel, ts) == 0
    assert slack.calls[0][1]["unfurl_links"] is False and slack.calls[0][1]["unfurl_media"] is False
    assert one.test() == f"sentinel of Example may write; channel {slack.channel}"


def test_our_message_is_found_among_many(slack: Slack) -> None:
    one = web(slack)
    for number in range(450):
        slack.call("chat.postMessage", {"channel": slack.channel, "text": "x", "metadata": {"event_type": "e", "event_payload": {"id": f"m{number}"}}})
    assert one.find("m3", 0) is not None and len([m for m, _ in slack.calls if m == "conversations.history"]) == 3


@pytest.mark.parametrize(("fault", "retry", "unknown", "after"), [
    ("429", True, False, 2), ("500", True, True, 0), ("close", True, True, 0), ("lost", True, True, 0), ("hang", True, True, 0),
    ("internal_error", True, True, 0), ("html", False, False, 0)])
def test_what_each_fault_means(slack: Slack, fault: str, retry: bool, unknown: bool, after: float) -> None:
    slack.hang_seconds = 2
    slack.fail("chat.postMessage", fault)
    with pytest.raises(Failed) as caught:
        web(slack).post(HELLO, "id-1")
    assert (caught.value.retry, caught.value.unknown, caught.value.after_seconds) == (retry, unknown, after)
    assert len(slack.messages) == (fault == "lost"), "slack-sdk must not repeat by itself"
    assert "<html>" not in str(caught.value)


def test_nobody_listens_so_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
    with pytest.raises(Failed) as caught:
        Web("xoxb", "C0123", url, 1, make.Clock()).post(HELLO, "id-1")
    assert caught.value.retry and not caught.value.unknown


@pytest.mark.parametrize(("changed", "word"), [({"token": "xoxb-wrong"}, "invalid_auth"), ({"channel": "C0000000000"}, "channel_not_found")])
def test_what_no_retry_mends(slack: Slack, changed: dict[str, str], word: str) -> None:
    with pytest.raises(Refused, match=f"Slack answered {word}") as caught:
        web(slack, **changed).post(HELLO, "id-1")
    assert not caught.value.retry and "xoxb" not in str(caught.value)


@pytest.mark.parametrize("fault", ["invalid_blocks", "msg_too_long"])
def test_refused_blocks_become_the_short_plain_form(slack: Slack, fault: str) -> None:
    slack.fail("chat.postMessage", fault)
    web(slack).post(HELLO, "id-1")
    assert slack.roots[0]["text"] == "hello" and slack.roots[0]["blocks"] == []
    slack.fail("chat.update", fault)
    assert web(slack).edit(Message("bye", HELLO.blocks), slack.channel, slack.roots[0]["ts"])
    assert slack.roots[0]["text"] == "bye" and slack.roots[0]["blocks"] == []


def test_a_message_that_is_gone_cannot_be_edited(slack: Slack) -> None:
    assert not web(slack).edit(HELLO, slack.channel, "1.0")


def test_the_stand_in_refuses_what_slack_refuses(slack: Slack) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    for body, word in (({"text": ""}, "no_text"), ({"text": "x" * 4001}, "msg_too_long"), ({"text": "x", "blocks": [long]}, "invalid_blocks"),
                       ({"text": "x", "colour": "red"}, "invalid_arguments"), ({"text": "x", "thread_ts": "1.0"}, "thread_not_found"),
                       ({"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
                       ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"), ({"text": "x", "metadata": {"id": 1}}, "invalid_metadata_format")):
        with pytest.raises(Exception, match=word):
            slack.call("chat.postMessage", {"channel": slack.channel, **body})
    assert slack.messages == [] and len(slack.refused) == 8

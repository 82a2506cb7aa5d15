"""`slack.post` through the engine: one message per incident, edited as it goes on, its story in the thread, each line once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel import actions
from sentinel.actions._base import Action
from sentinel.actions.slack import _web
from sentinel.errors import ConfigError
from sentinel.journal import incidents
from sentinel.playbooks.engine import Engine
from sentinel.records.incident import Entry
from tests import make
from tests.integration.servers.slack import Slack
from tests.playbooks.world import Killed, World, step


class Channel(World):
    """A world whose messages go to the stand-in."""

    def __init__(self, folder: Path, slack: Slack) -> None:
        super().__init__(folder)
        self.slack = slack

    def actions(self) -> dict[str, Action]:
        settings = {"token": self.slack.token, "channel": self.slack.channel, "base_url": self.slack.base_url}
        return super().actions() | actions.load({"slack": settings}, clock=self.clock)

    def start(self, **given: Any) -> Engine:
        return super().start(**given)

    def tell(self) -> None:
        self.plan(step(uses="slack.post", run="run9", id="tell", timeout_seconds=1), run="run9")
        self.run()

    def happens(self, *texts: str, **changed: Any) -> None:
        with self.journal.write() as db:
            incidents.put_timeline(db, [Entry(self.incident.id, self.clock.now(), "alert", text) for text in texts])
        self.change(**changed)

    def lines(self) -> list[str]:
        """The story as the thread tells it."""
        found = self.slack.thread(self.slack.roots[0]["ts"])
        return [line for message in found for line in message["blocks"][0]["text"]["text"].split("\n")]


@pytest.fixture
def channel(tmp_path: Path, slack: Slack) -> Iterator[Channel]:
    made = Channel(tmp_path, slack)
    yield made
    assert not slack.refused and not slack.active()
    made.close()


def test_one_message_edited_as_it_goes_on_with_its_story_in_the_thread(channel: Channel) -> None:
    channel.tell()
    [message] = channel.slack.roots
    assert message["metadata"]["event_payload"]["id"] == "tell" and message["edits"] == 0
    channel.plan(step())
    channel.run()
    channel.happens("a second rule", severity="critical")
    channel.run()
    [message] = channel.slack.roots
    assert message["edits"] == 2 and "CRITICAL, contained" in message["text"] and "DONE door.close" in channel.slack.shown(channel.incident.id)
    assert [line.partition("UTC ")[2] for line in channel.lines()] == [
        "slack.post: posted to Slack", "door.close: 203.0.113.1 closed", "open -&gt; contained", "a second rule"]
    assert [m["broadcast"] for m in channel.slack.thread(message["ts"])] == [False, True]


def test_when_trouble_of_its_own_is_over_the_channel_hears_it(channel: Channel) -> None:
    channel.change(story="operational")
    channel.tell()
    channel.happens("lines come again, after 12 min", "open -> resolved", state="resolved")
    channel.run()
    [message] = channel.slack.roots
    assert [m["broadcast"] for m in channel.slack.thread(message["ts"])] == [True]


@pytest.mark.parametrize("faults", [["429"], ["500"], ["close"], ["lost"], ["hang"], ["internal_error"], ["invalid_blocks"],
                                    ["429", "500", "lost"], ["lost", "lost"], ["hang", "close", "500", "429"]])
def test_whatever_slack_does_there_is_one_message(channel: Channel, faults: list[str]) -> None:
    channel.slack.hang_seconds = 1.3
    channel.slack.fail("chat.postMessage", *faults)
    channel.tell()
    assert channel.step("tell").state == "done" and len(channel.slack.roots) == 1


@pytest.mark.parametrize("method", ["chat.update", "chat.postMessage", "conversations.replies"])
@pytest.mark.parametrize("fault", ["429", "500", "close", "lost", "invalid_blocks"])
def test_whatever_slack_does_each_line_of_the_story_is_told_once(channel: Channel, method: str, fault: str) -> None:
    channel.tell()
    channel.slack.fail(method, fault)
    if method == "conversations.replies":
        channel.slack.fail("chat.postMessage", "lost")
    channel.happens("one", "two")
    channel.run()
    channel.happens("three")
    channel.run()
    told = "\n".join(channel.slack.shown(channel.incident.id).split("\n"))
    thread = channel.slack.thread(channel.slack.roots[0]["ts"])
    assert [sum(f"UTC {word}" in m["text"] for m in thread) for word in ("one", "two", "three")] == [1, 1, 1], told
    assert channel.step("tell").followed == channel.now().version


@pytest.mark.parametrize("call", ["chat_postMessage", "chat_update"])
@pytest.mark.parametrize("sent", [False, True])
def test_killed_around_a_call_there_is_one_message_and_each_line_once(channel: Channel, monkeypatch: pytest.MonkeyPatch, call: str, sent: bool) -> None:
    whole, deaths = getattr(_web.WebClient, call), [2]

    def dying(self: Any, **given: Any) -> Any:
        answer = whole(self, **given) if sent else None
        if deaths[0]:
            deaths[0] -= 1
            raise Killed
        return answer if sent else whole(self, **given)

    monkeypatch.setattr(_web.WebClient, call, dying)
    def live(go: Any) -> None:
        try:
            go()
        except Killed:
            channel.start()
            live(channel.run)

    live(channel.tell)
    channel.happens("one")
    live(channel.run)
    channel.happens("two")
    live(channel.run)
    assert len(channel.slack.roots) == 1
    thread = channel.slack.thread(channel.slack.roots[0]["ts"])
    assert [sum(f"UTC {word}" in m["text"] for m in thread) for word in ("one", "two")] == [1, 1]


def test_without_the_right_to_look_it_is_sent_again_and_says_so(channel: Channel) -> None:
    channel.slack.scopes = frozenset({"chat:write"})
    channel.slack.fail("chat.postMessage", "lost")
    channel.tell()
    assert len(channel.slack.roots) == 2 and "sent again" in str(channel.slack.roots[1]["blocks"])
    assert channel.slack.refused == [("conversations.history", "missing_scope")]
    channel.slack.refused.clear()


def test_a_message_that_was_deleted_does_not_stop_the_story(channel: Channel) -> None:
    channel.tell()
    channel.slack.fail("chat.update", "internal_error")
    channel.happens("one")
    channel.run()
    assert channel.lines()[-1].endswith("one")


def test_dry_run_says_what_would_be_posted(channel: Channel) -> None:
    channel.plan(step(uses="slack.post", run="run9", id="tell"), run="run9", mode="dry-run")
    channel.run()
    assert channel.step("tell").outcome == {"calls": [
        "chat.postMessage to C0123456789: HIGH, open: Secret in an output. key agent-prod (88dc28d0f030…). Nothing: no playbook limits anybody here. "
        "sentinel incidents show INC-ABCDEFGHIJ"]}
    assert channel.slack.calls == []


def test_the_console_shows_the_same(tmp_path: Path) -> None:
    world = World(tmp_path)
    found = actions.load({"slack": {"console": "slack.txt"}}, clock=world.clock, folder=tmp_path)
    world.actions = lambda: found  # type: ignore[method-assign]
    world.plan(step(uses="slack.post", id="tell"))
    world.run()
    world.change(state="contained")
    world.run()
    text = (tmp_path / "slack.txt").read_text()
    assert text.count("new message") == 1 and "HIGH, contained" in text
    world.close()


@pytest.mark.parametrize(("given", "says"), [
    ({}, "needs token and channel"), ({"token": "xoxb-1"}, "needs token and channel"), ({"token": "xoxb-1", "channel": "#general"}, "pattern"),
    ({"token": "xoxb-1", "channel": "C0123", "base_url": "http://slack.example/"}, "must begin with https://"),
    ({"console": "-", "colour": 1}, "unknown key 'colour'")])
def test_a_config_that_cannot_work_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        actions.load({"slack": given})
    assert "xoxb" not in str(caught.value)


def test_probe_asks_who_we_are(slack: Slack) -> None:
    settings = {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url}
    assert "may write" in actions.load({"slack": settings}, clock=make.Clock())["slack.post"].probe()

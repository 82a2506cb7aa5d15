"""`slack.post`: one message per incident, edited as it goes on, its story in the thread.

In: an incident. Out: the message's channel and `ts`, kept in the step; how far its thread tells the story, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from sentinel.actions._base import Action, Call, Context, Outcome, Params, Service, State
from sentinel.actions._http import private
from sentinel.actions.slack._console import Console
from sentinel.actions.slack._message import message, story
from sentinel.actions.slack._web import Refused, Web
from sentinel.clock import SECOND
from sentinel.records.alert import LEVELS

_SLACK = "https://slack.com/api/"
# Clocks differ; what was posted is looked for from a little before it could have been.
_EARLIER_SECONDS = 300


class Workspace(Service):
    """`services: slack`. console: write what Slack would show to this file (`-`: the standard output) instead."""

    token: SecretStr = SecretStr("")
    channel: str = Field(default="", pattern=r"^([CGD][A-Z0-9]{2,20})?$")
    base_url: HttpUrl = HttpUrl(_SLACK)
    console: Path | None = None

    @field_validator("base_url")
    @classmethod
    def _private(cls, url: HttpUrl) -> HttpUrl:
        return private(url)

    @model_validator(mode="after")
    def _one_way(self) -> Workspace:
        if self.console is None and not (self.token.get_secret_value() and self.channel):
            raise ValueError("needs token and channel (the channel's id, as C0123456789), or console")
        return self


class Post(Action):
    """Post the incident to Slack, and keep the message up to date."""

    name, service, Service = "slack.post", "slack", Workspace
    idempotent, tells, follows = False, True, True
    needs = "scopes chat:write and, to find a message whose answer was lost, channels:history"

    settings: Workspace

    class With(Params):
        pass

    def check(self, given: With, context: Context) -> State:
        """Our own message, looked for only when it may be there already."""
        if not context.unknown:
            return {}
        since = context.incident["opened_at"] // SECOND - _EARLIER_SECONDS
        try:
            found = self._wire(context).find(context.step, since)
        except Refused as refused:
            if refused.error == "missing_scope":
                return {}  # then at least once, and the message says so
            raise
        return {"channel": found[0], "ts": found[1]} if found else {}

    def done(self, given: With, context: Context, state: State) -> bool:
        return "ts" in state

    def do(self, given: With, context: Context) -> Outcome:
        made = message(context.incident, context.steps, context.now, again=context.unknown)
        channel, ts = self._wire(context).post(made, context.step)
        return Outcome(True, "posted to Slack", {"channel": channel, "ts": ts, "severity": context.incident["severity"]})

    def update(self, given: With, context: Context) -> Outcome:
        """Edit the message, then tell the thread what is new."""
        wire, outcome, incident = self._wire(context), dict(context.outcome or {}), context.incident
        channel, ts = outcome["channel"], outcome["ts"]
        wire.edit(message(incident, context.steps, context.now), channel, ts)
        prefix = f"{context.step}:"
        told = max(int(outcome.get("told", 0)), self._told(context, prefix, channel, ts) if context.unknown else 0)
        news = [entry for entry in context.timeline if entry["seq"] > told]
        if news:
            # An edit makes no sound: when it got worse, the thread's news goes to the channel as well. So it does when trouble
            # of sentinel's own is over: nobody closes that by hand.
            worse = LEVELS.index(incident["severity"]) > LEVELS.index(outcome.get("severity", incident["severity"]))
            over = incident["story"] == "operational" and any("-> resolved" in entry["text"] for entry in news)
            upto = news[-1]["seq"]
            wire.post(story(news, incident["id"]), f"{prefix}{told}", thread=ts, loud=worse or over, upto=upto)
            told = upto
        return Outcome(True, "brought up to date", {"channel": channel, "ts": ts, "told": told, "severity": incident["severity"]})

    def plan(self, given: With, context: Context) -> list[Call]:
        where = self.settings.channel or "the console"
        return [Call(f"chat.postMessage to {where}: {message(context.incident, context.steps, context.now).text}")]

    def probe(self) -> str:
        return self._open(10).test()

    def _told(self, context: Context, prefix: str, channel: str, ts: str) -> int:
        try:
            return self._wire(context).upto(prefix, channel, ts)
        except Refused as refused:
            if refused.error == "missing_scope":
                return 0
            raise

    def _wire(self, context: Context) -> Web | Console:
        return self._open(context.timeout_seconds)

    def _open(self, timeout_seconds: float) -> Web | Console:
        if self.settings.console is not None:
            return Console(self.settings.console)
        given: dict[str, Any] = {"token": self.settings.token.get_secret_value(), "channel": self.settings.channel,
                                 "base_url": str(self.settings.base_url)}
        return Web(**given, timeout_seconds=timeout_seconds, clock=self.clock)

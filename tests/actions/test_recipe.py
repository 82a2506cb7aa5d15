"""Recipes: each runs the examples in its own file, through the engine that will run it for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from sentinel import actions
from sentinel.actions import _recipe
from sentinel.actions._base import Failed
from sentinel.errors import ConfigError
from sentinel.journal import incidents, runs
from sentinel.journal.database import Journal
from sentinel.playbooks.engine import Engine
from tests import make
from tests.actions.conftest import context

RECIPES = sorted(actions.SHIPPED.glob("*.yaml"))
EXAMPLES = [(kind, example) for file in RECIPES for kind in _recipe.load(file) for example in kind.text.examples]
SECRET = "sk-sentinel-example-secret"


class Replies(httpx.BaseTransport):
    """Answers with what an example says, and holds it to the requests that it expects."""

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self.left, self.seen = list(replies), []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert self.left, f"one request too many: {request.method} {request.url}"
        reply = self.left.pop(0)
        parts = urlsplit(str(request.url))
        self.seen.append(request)
        assert f"{request.method} {parts.path}" + (f"?{parts.query}" if parts.query else "") == reply["expect"]
        if "json_sent" in reply:
            assert json.loads(request.content) == reply["json_sent"]
        return httpx.Response(reply["status"], headers=reply.get("headers"), json=reply.get("json"))


def made(kind: type[_recipe.Recipe], replies: Replies, **settings: Any) -> _recipe.Recipe:
    values = {"url": "http://127.0.0.1:1", "key": SECRET, "token": SECRET, **settings}
    return kind(kind.Service.model_validate({k: v for k, v in values.items() if k in kind.Service.model_fields}), make.Clock(), replies)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=lambda value: value.get("name") if isinstance(value, dict) else value.name)
def test_every_recipe_does_what_its_examples_say(kind: type[_recipe.Recipe], example: dict[str, Any], tmp_path: Path,
                                                 caplog: pytest.LogCaptureFixture) -> None:
    replies, journal, result = Replies(example["replies"]), Journal(tmp_path / "j.db"), example["result"]
    action = made(kind, replies, **example.get("settings", {}))
    with journal.write() as db:
        incidents.put(db, [make.incident()])
        runs.put(db, [make.run(state="running")], [make.step(id="s", uses=kind.name, given={}, with_=example["with"], state="waiting")])
    Engine(journal, {kind.name: action}, make.Clock(), threads=False).turn()
    after = runs.step(journal.read(), "s")
    assert after is not None and after.state == result["state"] and result.get("error", "") in after.error
    for name in ("changed", "before", "outcome"):
        if name in result:
            assert getattr(after, name) == result[name]
    assert replies.left == []
    held = "".join(map(chr, (tmp_path / "j.db").read_bytes())) + caplog.text
    assert SECRET not in held and "key_alias" not in held
    journal.close()


def test_the_manuals_recipe_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text()
    (tmp_path / "gate.yaml").write_text("service:" + manual.partition("```yaml\nservice:")[2].partition("```")[0])
    [kind] = _recipe.load(tmp_path / "gate.yaml")
    test_every_recipe_does_what_its_examples_say(kind, kind.text.examples[0], tmp_path, caplog)


@pytest.mark.parametrize("kind", [kind for file in RECIPES for kind in _recipe.load(file)], ids=lambda kind: kind.name)
def test_every_containing_recipe_can_be_undone_and_says_what_it_needs(kind: type[_recipe.Recipe]) -> None:
    assert kind.__doc__ and kind.needs and kind.scope
    assert not kind.contains or kind.text.target
    assert not kind.reversible or kind.text.undo


KEY = {"key": make.KEY}
INFO = f"GET /key/info?key={make.KEY}"


def block(*replies: dict[str, Any]) -> tuple[_recipe.Recipe, Replies]:
    transport = Replies(list(replies))
    [kind] = [k for k in _recipe.load(actions.SHIPPED / "litellm.yaml") if k.name == "litellm.block_key"]
    return made(kind, transport), transport


def test_undo_opens_what_is_closed() -> None:
    action, replies = block({"expect": INFO, "status": 200, "json": {"info": {"blocked": True}}},
                            {"expect": "POST /key/unblock", "json_sent": KEY, "status": 200, "json": {"blocked": False}},
                            {"expect": INFO, "status": 200, "json": {"info": {"blocked": False}}})
    assert action.undo(action.With(**KEY), context()).changed
    assert replies.seen[1].headers["litellm-changed-by"] == "sentinel/1000000000000001"
    assert replies.seen[1].headers["authorization"] == f"Bearer {SECRET}"


def test_undo_leaves_what_somebody_else_opened() -> None:
    action, _ = block({"expect": INFO, "status": 200, "json": {"info": {"blocked": False}}})
    assert not action.undo(action.With(**KEY), context()).changed


def test_what_does_not_hold_fails_and_is_worth_a_retry() -> None:
    action, _ = block({"expect": INFO, "status": 200, "json": {"info": {"blocked": None}}})
    with pytest.raises(Failed, match="the effect is not there") as caught:
        action.verify(action.With(**KEY), context())
    assert caught.value.retry


@pytest.mark.parametrize("body", [None, [], {"info": []}, {"info": "x"}, "text", 7, {"detail": SECRET}])
def test_a_reply_that_is_not_as_documented_is_no_success_and_is_not_quoted(body: Any) -> None:
    action, _ = block({"expect": INFO, "status": 200, "json": body})
    with pytest.raises(Failed) as caught:
        action.check(action.With(**KEY), context())
    assert SECRET not in str(caught.value)


def test_dry_run_says_the_call_and_not_the_credentials() -> None:
    action, _ = block()
    [call] = action.plan(action.With(**KEY), context())
    assert call.text == f'POST http://127.0.0.1:1/key/block {{"key":"{make.KEY}"}}'


RECIPE = """\
service: gate
description: A gate.
settings:
  url: {type: url, description: where}
actions:
  shut:
    description: Shut it.
    with: {user: {type: string, description: who}, hard: {type: boolean, default: false, description: how}}
    reversible: false
    idempotent: true
    contains: true
    scope: one user
    needs: nothing
    target: {field: user.id, value: "{{ user }}"}
    check:
      request: {method: GET, path: "/users/{{ user }}"}
      ok: {status: [200]}
      keep: {shut: "{{ reply.shut }}"}
    done: state.shut
    do:
      request: {method: PUT, path: "/users/{{ user }}/gate", query: {hard: "{{ hard }}"}, json: {shut: true, by: ["{{ user }}"]}}
      ok: {status: [204]}
    examples: [{}]
"""


def test_a_recipe_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "gate.yaml").write_text(RECIPE)
    found = actions.load({"gate": {"url": "http://127.0.0.1:1/base/"}}, recipes=[tmp_path])
    assert found["gate.shut"].configured and found["gate.shut"].contains
    assert not found["litellm.block_key"].configured


@pytest.mark.parametrize("hostile", ["../../admin", "a/b?c=d", "a b#c", "ä\x00\n", "%2e%2e", "{{ 7*7 }}"])
def test_hostile_values_stay_in_their_place(tmp_path: Path, hostile: str) -> None:
    (tmp_path / "gate.yaml").write_text(RECIPE)
    [kind] = _recipe.load(tmp_path / "gate.yaml")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    action = kind(kind.Service.model_validate({"url": "http://127.0.0.1:1/base/"}), make.Clock(), httpx.MockTransport(answer))
    action.do(action.With.model_validate({"user": hostile}), context())
    segments = seen[0].url.raw_path.decode().partition("?")[0].split("/")
    assert segments[:3] == ["", "base", "users"] and segments[4:] == ["gate"]
    assert httpx.URL(f"http://x/{segments[3]}").path == f"/{hostile}" or hostile in ("..",)
    assert json.loads(seen[0].content) == {"shut": True, "by": [hostile]}
    assert seen[0].url.params["hard"] == "False"


@pytest.mark.parametrize(("change", "mistake"), [
    (("done: state.shut", "done: stat.shut"), "gate.yaml:19: actions.shut.done: unknown name 'stat'; known here: hard, state, user"),
    (("target: {", "tagret: {"), "gate.yaml:14: actions.shut.tagret: unknown key 'tagret'"),
    (("    target: {field: user.id, value: \"{{ user }}\"}\n", ""), "gate.yaml:6: actions.shut: contains: true needs a target"),
    (("reply.shut", "replay.shut"), "gate.yaml:18: actions.shut.check.keep.shut: unknown name 'replay'; known here: reply"),
    (("method: PUT", "method: PUSH"), "gate.yaml:21: actions.shut.do.request.method: input should be 'GET'"),
    (("[{}]", "[]"), "gate.yaml:23: actions.shut.examples: list should have at least 1 item"),
    (("  url: {type: url", "  uri: {type: url"), "gate.yaml:3: settings: key 'url' is missing"),
])
def test_mistakes_in_a_recipe(tmp_path: Path, change: tuple[str, str], mistake: str) -> None:
    (tmp_path / "gate.yaml").write_text(RECIPE.replace(*change))
    with pytest.raises(ConfigError) as caught:
        actions.load({}, recipes=[tmp_path])
    assert str(tmp_path / mistake) in str(caught.value)

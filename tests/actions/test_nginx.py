"""`nginx.deny_ip`: one file, replaced whole; what is not ours stays; what nginx refuses is put back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sentinel import actions
from sentinel.actions._base import Context, Failed
from sentinel.actions.nginx import DenyIp, DenyList, write_whole
from sentinel.errors import ConfigError
from tests import make
from tests.actions.conftest import context

OURS = "# sentinel INC-ABCDEFGHIJ 5e0000000000beef"
OTHERS = "# the operator's own\ndeny 198.51.100.0/24;\nallow all;\n"


class Edge:
    """A deny list, and a `nginx` that can refuse it. ran: its calls, with the list as each saw it."""

    def __init__(self, folder: Path) -> None:
        self.list, self.log, self.refuses = folder / "deny.conf", folder / "log", folder / "refuses"
        code = ("import sys, pathlib as p; l, g, r = map(p.Path, sys.argv[1:4]); w = sys.argv[4]; "
                "g.open('a').write(w + '|' + l.read_text().replace(chr(10), ';;') + chr(10)); "
                "sys.exit('nginx: [emerg] \\x1b[31mbad' if r.exists() and r.read_text() == w else 0)")
        argv = [sys.executable, "-c", code, str(self.list), str(self.log), str(self.refuses)]
        self.action = DenyIp(DenyList(denylist=self.list, test=[*argv, "test"], reload=[*argv, "reload"]), make.Clock())

    @property
    def ran(self) -> list[str]:
        return [line.partition("|")[0] for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def deny(self, address: str = "203.0.113.7", **changed: object) -> str:
        with_, around = self.action.With.model_validate({"address": address}), context(**changed)
        state = self.action.check(with_, around)
        if self.action.done(with_, around, state):
            return "already so"
        note = self.action.do(with_, around).note
        self.action.verify(with_, around)
        return note

    def allow(self, address: str = "203.0.113.7", around: Context | None = None) -> str:
        return self.action.undo(self.action.With.model_validate({"address": address}), around or context()).note


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return Edge(tmp_path)


def test_an_address_is_denied_tested_and_reloaded(edge: Edge) -> None:
    edge.list.write_text(OTHERS)
    assert edge.deny() == "203.0.113.7 denied"
    assert edge.list.read_text() == OTHERS + f"deny 203.0.113.7;  {OURS}\n" and edge.ran == ["test", "reload"]
    assert edge.action.target(edge.action.With.model_validate({"address": "203.0.113.7"})) == ("source.ip", "203.0.113.7")


def test_a_list_that_is_not_there_is_begun(edge: Edge) -> None:
    edge.deny()
    assert edge.list.read_text().startswith("#") and edge.list.read_text().count("deny ") == 1
    assert oct(edge.list.stat().st_mode & 0o777) == "0o644"


def test_undo_takes_our_line_alone(edge: Edge) -> None:
    edge.list.write_text(OTHERS)
    edge.deny()
    edge.deny("2001:DB8::1", step="other")
    assert edge.allow() == "203.0.113.7 allowed again"
    assert edge.list.read_text() == OTHERS + "deny 2001:db8::1;  # sentinel INC-ABCDEFGHIJ other\n"
    assert edge.allow() == "203.0.113.7 is not on the list any more"


def test_what_somebody_else_denied_is_not_ours(edge: Edge) -> None:
    edge.list.write_text("deny 203.0.113.7; # by hand\n")
    assert edge.deny() == "already so" and edge.ran == []
    assert edge.allow() == "203.0.113.7 is not on the list any more"
    assert edge.list.read_text() == "deny 203.0.113.7; # by hand\n"


def test_undo_says_when_another_line_still_denies(edge: Edge) -> None:
    edge.deny()
    edge.list.write_text(edge.list.read_text() + "deny 203.0.113.7;\n")
    assert "still denied" in edge.allow()


@pytest.mark.parametrize("what", ["test", "reload"])
def test_what_nginx_refuses_is_put_back(edge: Edge, what: str) -> None:
    edge.list.write_text(OTHERS)
    edge.refuses.write_text(what)
    with pytest.raises(Failed, match="the old list is back") as caught:
        edge.deny()
    assert edge.list.read_text() == OTHERS and caught.value.retry
    assert ("reload" in edge.ran) is (what == "reload")
    assert "\x1b" not in str(caught.value) and "\\x1b[31mbad" in str(caught.value)
    edge.refuses.unlink()
    edge.deny()
    edge.refuses.write_text(what)
    with pytest.raises(Failed):
        edge.allow()
    assert "203.0.113.7" in edge.list.read_text()


def test_killed_between_write_and_reload_it_is_reloaded(edge: Edge) -> None:
    edge.list.write_text(f"deny 203.0.113.7;  {OURS}\n")
    assert edge.deny(unknown=True) == "203.0.113.7 denied"
    assert edge.ran == ["test", "reload"] and edge.list.read_text().count("deny") == 1


def test_a_command_that_hangs_or_is_not_there(edge: Edge) -> None:
    edge.list.write_text(OTHERS)
    for argv, says in (([sys.executable, "-c", "import time; time.sleep(9)"], "did not end within 0.3 s"), (["/no/such"], "No such file")):
        settings = DenyList(denylist=edge.list, test=argv, reload=[], timeout_seconds=0.3)
        with pytest.raises(Failed, match=says):
            DenyIp(settings, make.Clock()).do(edge.action.With.model_validate({"address": "203.0.113.7"}), context())
        assert edge.list.read_text() == OTHERS


def test_without_commands_the_list_is_all(edge: Edge) -> None:
    action = DenyIp(DenyList(denylist=edge.list, test=[], reload=[]), make.Clock())
    action.do(action.With.model_validate({"address": "203.0.113.7"}), context())
    assert "deny 203.0.113.7;" in edge.list.read_text()
    assert [call.text for call in action.plan(action.With.model_validate({"address": "203.0.113.7"}), context())] == [
        f"add `deny 203.0.113.7;` to {edge.list}"]


def test_a_list_that_loses_the_line_again_is_noticed(edge: Edge) -> None:
    with_ = edge.action.With.model_validate({"address": "203.0.113.7"})
    edge.action.do(with_, context())
    edge.list.write_text("")
    with pytest.raises(Failed, match="lost the line"):
        edge.action.verify(with_, context())


@given(st.text() | st.sampled_from(["203.0.113.7;", "203.0.113.7\ndeny all;", "1.2.3.4/0", "fe80::1%eth0;x", "0x7f.1", "٢٠٣.0.113.7", "::ffff:1.2.3.4"]))
def test_only_an_address_gets_into_the_file(text: str) -> None:
    action = DenyIp(DenyList(denylist=Path("/nowhere")), make.Clock())
    try:
        with_ = action.With.model_validate({"address": text})
    except ValidationError:
        return
    line = action._line(with_)
    assert set(line.removeprefix("deny ").removesuffix(";")) <= set("0123456789abcdef:.") and line.startswith("deny ")


@pytest.mark.parametrize("line", ["deny all;", "deny {address};\nallow all;", "{address} {address}", "deny {address}; # x"])
def test_a_line_that_would_break_the_file_is_refused(line: str) -> None:
    with pytest.raises(ConfigError, match=r"services\.nginx\.line"):
        actions.load({"nginx": {"denylist": "/x", "line": line}})


def test_a_map_instead_of_deny(edge: Edge) -> None:
    action = DenyIp(DenyList(denylist=edge.list, test=[], reload=[], line='"{address}" 1;'), make.Clock())
    action.do(action.With.model_validate({"address": "203.0.113.7"}), context())
    assert '"203.0.113.7" 1;  # sentinel' in edge.list.read_text()


def test_the_file_is_replaced_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    real, link = tmp_path / "real.conf", tmp_path / "link.conf"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    (tmp_path / ".real.conf.sentinel").write_text("left behind by a crash")
    with real.open() as reader:
        write_whole(link, "new")
        assert reader.read() == "old"
    assert real.read_text() == "new" and link.is_symlink()
    assert oct(real.stat().st_mode & 0o777) == "0o640" and sorted(p.name for p in tmp_path.iterdir()) == ["link.conf", "real.conf"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "real.conf"
    real.write_text("old")

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        write_whole(real, "new")
    assert real.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["real.conf"]


def test_bytes_that_are_no_text_survive(edge: Edge) -> None:
    edge.list.write_bytes(b"# caf\xe9\n")
    edge.action = DenyIp(DenyList(denylist=edge.list, test=[], reload=[]), make.Clock())
    edge.deny()
    edge.allow()
    assert edge.list.read_bytes() == b"# caf\xe9\n"


def test_probe(edge: Edge) -> None:
    with pytest.raises(Failed, match="create it empty"):
        edge.action.probe()
    edge.list.touch()
    assert edge.action.probe().endswith("nginx -t passes")
    edge.refuses.write_text("test")
    with pytest.raises(Failed, match="not sound"):
        edge.action.probe()

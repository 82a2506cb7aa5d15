"""Two hundred planted values; afterwards not one of them is in anything that sentinel wrote, shipped or said."""

from __future__ import annotations

import random
import string
import subprocess
from pathlib import Path

from stdnum import iban, luhn

from tests.faults.daemon import ROOT, SENTINEL, Daemon
from tests.integration.servers.slack import running as slack_running
from tests.records_litellm import line


def planted(count: int) -> list[str]:
    """Well-formed personal values and secrets, none of them real."""
    dice = random.Random(23)

    def digits(n: int) -> str:
        return "".join(dice.choices(string.digits, k=n))

    def token(n: int) -> str:
        return "".join(dice.choices(string.ascii_letters + string.digits, k=n))

    def card() -> str:
        body = "4" + digits(14)
        return body + luhn.calc_check_digit(body)

    def account() -> str:
        body = f"DE00{digits(18)}"
        return f"DE{iban.calc_check_digits(body)}{body[4:]}"

    makers = [
        lambda: f"{token(6).lower()}.{token(7).lower()}@{token(8).lower()}.example.org",
        card, account,
        lambda: f"{dice.randrange(100, 666):03d}-{dice.randrange(1, 99):02d}-{dice.randrange(1, 9999):04d}",
        lambda: f"+49 30 {dice.randrange(2, 9)}{digits(6)}",
        lambda: "AKIA" + "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)),
        lambda: f"xoxb-{digits(12)}-{digits(12)}-{token(24)}",
        lambda: f"sk-ant-api03-{token(93)}AA",
        lambda: f"glpat-{token(20)}",
        lambda: f"hf_{''.join(dice.choices(string.ascii_letters, k=34))}",
    ]
    return [makers[i % len(makers)]() for i in range(count)]


SENTENCES = {"prompt": "My details are {} as you asked.", "answer": "On file we have {}, noted last week."}


def test_no_planted_value_is_anywhere(tmp_path: Path) -> None:
    values, rows = planted(200), []
    for number, value in enumerate(values):
        how = number % 6
        label = {0: "e-mail", 1: "card", 2: "account", 3: "SSN", 4: "phone"}.get(number % 10, "key")
        said = f"{label}: {value}"
        if how == 0:
            rows.append(line(number, prompt=SENTENCES["prompt"].format(said)))
        elif how == 1:
            rows.append(line(number, answer=SENTENCES["answer"].format(said)))
        elif how == 2:
            rows.append(line(number, answer=f'{{"rows": [{{"{label}": "{value}"}}, {{"n": 2}}]}}'))
        elif how == 3:
            rows.append(line(number, prompt=[{"type": "text", "text": said}], user_agent=f"agent/1.0 ({said})"))
        elif how == 4:
            rows.append(line(number, prompt="x" * 16_300 + " " + said + " y" * 500))
        else:
            # a line that does not parse: its preview must not give the value away either
            rows.append(line(number, answer=said)[:-30] + b"\n" if number % 4 else said.encode() + b" is no JSON\n")
    with slack_running() as slack:
        one = Daemon(tmp_path / "run", {
            "sources": [{"name": "gateway", "paths": [str(tmp_path / "a.log")], "format": "litellm"}],
            "rules": [str(ROOT / "rules")],
            "playbooks": {"paths": [str(ROOT / "playbooks")], "mode": "act"},
            "services": {"slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url}},
            "metrics": {"port": 9479},
        })
        (tmp_path / "a.log").write_bytes(b"".join(rows))
        one.start()
        one.caught_up(120)
        said = [subprocess.run(["curl", "-s", "http://127.0.0.1:9479/metrics"], capture_output=True, text=True).stdout]
        assert "sentinel_lines_read_total" in said[0]
        one.stop()
        said += [slack.everything(), one.log.read_text()]
    assert len(one.rows("events", "list")) + len(one.rows("deadletters", "list")) == len(values)
    assert len(one.rows("incidents", "list")) > 0
    for command in (["events", "list", "--json"], ["incidents", "list", "--json"], ["deadletters", "list", "--json"],
                    ["actions", "list", "--json"], ["incidents", "list"]):
        said.append(subprocess.run([SENTINEL, *command, "-c", one.config], capture_output=True, text=True).stdout)
    files = {p.name: p.read_bytes() for p in one.folder.rglob("*") if p.is_file()}
    leaks = [(value, where) for value in values for where, data in [
        *files.items(), *((f"output {n}", text.encode()) for n, text in enumerate(said))] if value.encode() in data]
    assert not leaks, f"{len(leaks)} leaks, first: {leaks[:5]}"

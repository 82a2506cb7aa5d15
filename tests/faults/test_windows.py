"""kill -9 while sums and orders are being counted: the same rules fire on the same events, with the same figures."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from sentinel.journal import alerts, events
from sentinel.journal.database import Journal
from tests.faults.daemon import Daemon
from tests.records_litellm import START, line

LINES = 2_000

RULES = """
title: Answered
name: answered
logsource: {category: llm}
detection: {s: {gen_ai.usage.output_tokens|gt: 0}, condition: s}
---
title: Secret asked for
name: asked
logsource: {category: llm}
detection: {s: {gen_ai.prompt|contains: password}, condition: s}
---
title: Long answer
name: long
logsource: {category: llm}
detection: {s: {gen_ai.usage.output_tokens|gte: 90}, condition: s}
---
title: Much written
name: much
correlation: {type: value_sum, rules: [answered], group-by: [sentinel.key.hash], timespan: 20s, condition: {field: gen_ai.usage.output_tokens, gte: 3000}}
---
title: Long answers on the whole
name: typical
correlation: {type: value_median, rules: [answered], group-by: [sentinel.key.hash], timespan: 5s, condition: {field: gen_ai.usage.output_tokens, gt: 97}}
---
title: Asked, then a long answer
name: then
correlation: {type: temporal_ordered, rules: [asked, long], group-by: [sentinel.key.hash], timespan: 10s}
"""


def made() -> list[bytes]:
    """Records of eight keys; one in twenty comes late, some too late."""
    dice = random.Random(17)
    return [line(number, at=START + number / 20 - (dice.uniform(1, 30) if number % 20 == 7 else 0), who=f"k{dice.randrange(8)}",
                 prompt="the password, please" if number % 9 == 0 else "Summarise.", completion_tokens=dice.randrange(1, 100))
            for number in range(LINES)]


def fired(folder: Path, kills: int) -> list[tuple[Any, ...]]:
    """Each alert, after `kills` kills: each with half a line written, as soon as more than before is in the journal."""
    one = Daemon(folder, {"sources": [{"name": "gateway", "paths": [str(folder / "logs" / "a.log")], "format": "litellm"}],
                          "rules": [str(folder / "rules.yml")]})
    (folder / "rules.yml").write_text(RULES)
    (folder / "logs").mkdir()
    log = b"".join(made())
    step = len(log) // (kills + 1)
    one.start()
    journal = Journal(folder / "state" / "journal.db")
    with (folder / "logs" / "a.log").open("ab", buffering=0) as file:
        for number in range(kills):
            before = events.last_seq(journal)
            file.write(log[number * step:(number + 1) * step])
            one.until(lambda known=before: events.last_seq(journal) > known, 60)
            one.kill()
            one.start()
        file.write(log[kills * step:])
    one.caught_up()
    assert one.stop() == 0
    # An event's id is made of its file's identity, which is another one here: its time stands for it.
    told = [(alert.rule, alert.at, alert.count, [one.value for one in alert.reasons if one.field == "counted"])
            for _, _, alert in alerts.listed(journal)]
    journal.close()
    return told


def test_windows_are_exact_after_kills(tmp_path: Path) -> None:
    undisturbed, after_kills = fired(tmp_path / "undisturbed", 0), fired(tmp_path / "killed", 2)
    assert {rule for rule, *_ in undisturbed} == {"much", "typical", "then"}
    assert after_kills == undisturbed

"""How far a correlation came, for a person. In: `Progress`. Out: lines that are safe to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from sentinel.clock import SECOND
from sentinel.config.span import in_words
from sentinel.rules.author.progress import InGroup, Progress
from sentinel.rules.rule import Correlation
from sentinel.text import printable
from sentinel.views import terminal

_MOST_GROUPS, _MOST_MOMENTS = 5, 8
_VALUE = 24
_NONE, _MARGIN = Text(), Text("  ")


def asks(rule: Correlation) -> str:
    """What the correlation asks for, in a line."""
    by = f", per {', '.join(rule.group_by)}" if rule.group_by else ""
    of = f" of {', '.join(rule.fields)}" if rule.fields else ""
    bounds = f" {rule.bounds}" if rule.bounds else ""
    return f"{rule.info.kind}{of}{bounds} over {len(set(rule.rules))} rule(s) within {precise(rule.span)}{by}"


def lines(rule: Correlation, progress: Progress, titles: Mapping[str, str]) -> Iterator[tuple[Text, Text]]:
    """(margin, line) pairs. Args: titles: by rule id."""
    for id_, count in progress.matched.items():
        yield _NONE, terminal.safe(f"{count:,} of {progress.events:,} event(s) match {titles.get(id_) or id_}", "" if count else "bold yellow")
    for name, count in progress.ungrouped.items():
        yield _NONE, terminal.safe(f"{count:,} of these have no {name}, belong to no group and are not counted", "bold yellow")
    begun = [told for told in progress.groups if told.fired or (told.window and told.window.count)]
    for told in begun[:_MOST_GROUPS]:
        yield _NONE, Text()
        yield from _group(rule, told, titles)
    if len(begun) > _MOST_GROUPS:
        yield _NONE, terminal.safe(f"and {len(begun) - _MOST_GROUPS:,} more group(s), which came less far", "dim")
    if idle := len(progress.groups) - len(begun):
        yield _NONE, Text()
        yield _NONE, terminal.safe(f"{idle:,} {'other ' if begun else ''}group(s) in which nothing has begun", "dim")


def _group(rule: Correlation, told: InGroup, titles: Mapping[str, str]) -> Iterator[tuple[Text, Text]]:
    name = ", ".join(f"{field} {printable(value, 80)}" for field, value in told.group) or "all events together"
    yield _NONE, Text.assemble(terminal.safe(name, "bold"), *_outcome(rule, told, titles))
    moments = list(told.moments) if told.moments else list(told.completed)
    gone = {id(one): by for one, by in told.gone}
    if len(moments) > _MOST_MOMENTS:
        yield _MARGIN, terminal.safe(f"… {len(moments) - _MOST_MOMENTS:,} before", "dim")
    for one in moments[-_MOST_MOMENTS:]:
        what = ", ".join(titles.get(id_) or id_ for id_ in one.rules) if len(set(rule.rules)) > 1 else ""
        values = "".join(f"  {_short(value)}" for value in one.values)
        out = Text(f"  out of the window by {precise(gone[id(one)])}", "yellow") if id(one) in gone else Text()
        yield (Text.assemble(_MARGIN, terminal.safe(terminal.exact(one.at), "dim"), "  "),
               terminal.safe(f"{one.label}{values}").append(out).append(terminal.safe(f"  {what}" if what else "", "dim")))


def _outcome(rule: Correlation, told: InGroup, titles: Mapping[str, str]) -> Iterator[Text]:
    if told.fired:
        yield terminal.safe(f": fired {told.fired:,} time(s), last at {told.completed[-1].label}", "green")
    window = told.window
    if window is None or (told.fired and not told.moments):
        return
    counted = f"{'; since then' if told.fired else ':'} {_number(window.count)} counted"
    yield terminal.safe(counted + _missing(rule, window.missing, titles), "" if told.fired else "yellow")
    if told.gone:
        yield terminal.safe(f"; {len(told.gone):,} fell out of the window", "yellow")


def _missing(rule: Correlation, missing: str, titles: Mapping[str, str]) -> str:
    if not missing:
        return ""
    if rule.bounds and not rule.info.kind.startswith("temporal"):
        return f", must be {rule.bounds}"
    for id_ in rule.rules:
        missing = missing.replace(id_, titles.get(id_) or id_)
    return f", {missing}"


def _number(count: float) -> str:
    return f"{count:,}" if isinstance(count, int) else f"{count:.6g}"


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return printable(text if len(text) <= _VALUE else text[:_VALUE - 1] + "…")


def precise(span: int) -> str:
    """A span of time, with fractions where they decide."""
    if span < 60 * SECOND and span % SECOND:
        return f"{span / SECOND:.3f}".rstrip("0").rstrip(".") + " s" if span >= SECOND // 1000 else f"{span:,} ns"
    return in_words(span)

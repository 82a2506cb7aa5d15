"""`sentinel doctor`: what is on this host, what its logs never say, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from sentinel.cli.options import ConfigFile, Json, config_there_is, example

if TYPE_CHECKING:
    from sentinel.doctor.examine import Found, Report
    from sentinel.rules.author.blind import Blind

_MOST = 8


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel doctor", "sentinel doctor -c /etc/sentinel/sentinel.yaml --json"))
    def doctor(config: ConfigFile = None, json: Json = False) -> None:
        """Find gateways, engines, web servers and logs on this host. Say what each source never says, which rules
        cannot fire for want of it, and what to change where. Changes nothing. Exit 1 when there is something to do.
        """
        from sentinel.doctor.examine import examine
        from sentinel.doctor.host import Host
        from sentinel.views import terminal

        # A host without a config is what a doctor is called to first.
        report = examine(config_there_is(config), Host())
        if json:
            terminal.put_json(_document(report))
        else:
            _tell(report)
        raise typer.Exit(report.exit_code)


def _document(report: Report) -> dict[str, Any]:
    import msgspec

    def plain(value: Any) -> Any:
        return sorted(value) if isinstance(value, set | frozenset) else value.model_dump()

    made: dict[str, Any] = msgspec.to_builtins(report, enc_hook=plain)
    for one, look in zip(made["looks"], report.looks, strict=True):
        one["has"] = {category: sorted(fields) for category, fields in look.has.items()}
        one["can"], one["forgeable"], one["never"] = sorted(look.can), sorted(look.forgeable), sorted(look.never)
    return made


def _tell(report: Report) -> None:
    from sentinel.views import terminal

    _tell_host(report)
    _tell_sources(report)
    _tell_rules(report)
    _tell_todo(report)
    for unseen in report.unseen:
        terminal.say(f"not looked at: {unseen}", "dim")
    if not report.exit_code:
        terminal.say("Nothing to do.", "bold green")


def _tell_host(report: Report) -> None:
    from sentinel.views import terminal

    if not report.found:
        terminal.say("No gateway, engine or web server that is known here.")
        terminal.say()
        return
    terminal.put_table(["FOUND", "KIND", "RUNS", "LOG", terminal.Column("READ BY", below=True)], [
        (one.about, one.kind, _runs(one), _logs(one), _read_by(one)) for one in report.found])
    terminal.say()


def _runs(one: Found) -> str:
    ports = f", port {', '.join(map(str, one.ports[:4]))}" if one.ports else ""
    if one.pids:
        return f"pid {one.pids[0]}" + f" +{len(one.pids) - 1}" * (len(one.pids) > 1) + ports
    return f"no ({one.units[0]})" if one.units else "no"


def _logs(one: Found) -> str:
    if not one.logs:
        return "none found" + (f"; its unit's journal: {one.units[0]}" if one.units else "")
    return one.logs[0].path + f" +{len(one.logs) - 1}" * (len(one.logs) > 1) + " (not readable)" * (not one.logs[0].readable)


def _read_by(one: Found) -> str:
    names = dict.fromkeys(name for log in one.logs for name in log.read_by)
    return ", ".join(names) or ("nobody" if one.logs else "")


def _tell_sources(report: Report) -> None:
    from sentinel.views import terminal

    if not report.looks:
        return
    wanted = {name for one in report.blind for name in one.lacks}
    rows = []
    for one in report.looks:
        never = sorted(one.never, key=lambda name: (name not in wanted, name))
        more = f" +{len(never) - _MOST}" if len(never) > _MOST else ""
        seen = one.problem or (f"{one.records:,} records" + f", {one.unreadable:,} unreadable" * bool(one.unreadable) if one.records
                               else "no record yet")
        rows.append((one.source, one.format, seen, f"{len(one.can) - len(one.never)} of {len(one.can)} fields",
                     f"never: {', '.join(never[:_MOST])}{more}" if one.records and never else ""))
    terminal.put_table(["SOURCE" if report.config else "LOG OF", "FORMAT", "LOOKED AT", "HAS", terminal.Column("", below=True, wraps=True)], rows)
    terminal.say()


def _tell_rules(report: Report) -> None:
    from sentinel.views import terminal

    if not report.config:
        terminal.say("No config, so rules are not judged. To read what was found:", "bold")
        terminal.say("sources:")
        for one in report.found:
            if one.logs:
                terminal.say(f"  - {{name: {one.program}, format: {one.format}, paths: [{one.logs[0].path}]}}")
        terminal.say()
        return
    if not report.rules:
        terminal.say("No rules: nothing will be found; write `rules:` into the config.", "bold")
        terminal.say()
        return
    can = report.rules - len(report.blind)
    terminal.say(f"{can} of {report.rules} alerting rules can fire" + (", these cannot:" if report.blind else "."), "bold")
    for lacks, rules in _by_lack(report):
        terminal.say(f"  {lacks}")
        for blind in rules:
            terminal.say_under(terminal.severity(blind.rule.level) + f"  {blind.rule.title}", 6)
    terminal.say()


def _where(one: Found) -> str:
    return f"journald: {{units: [{one.units[0]}]}}" if one.units else "paths: [where it logs]"


def _by_lack(report: Report) -> list[tuple[str, list[Blind]]]:
    """The gravest rule's lack first."""
    from sentinel.records.alert import LEVELS

    found: dict[str, list[Blind]] = {}
    for one in sorted(report.blind, key=lambda one: -LEVELS.index(one.rule.level)):
        lacks = f"no source has events of category {one.rule.category}" if one.none else f"without {', '.join(one.lacks)}"
        found.setdefault(lacks, []).append(one)
    return list(found.items())


def _tell_todo(report: Report) -> None:
    from sentinel.views import terminal

    for one in report.found:
        if report.config and one.unread:
            terminal.say(f"{one.about}: nobody reads {one.unread[0].path}", "bold yellow")
            terminal.say(f"  sources: [{{name: {one.program}, format: {one.format}, paths: [{one.unread[0].path}]}}]")
            terminal.say()
        if one.silent:
            terminal.say(f"{one.about}: runs, and no log of it was found", "bold yellow")
            terminal.say(f"  sources: [{{name: {one.program}, format: {one.format}, {_where(one)}}}]")
            terminal.say()
    for todo in report.todo:
        enables = f" ({len(todo.enables)} rule(s) can fire then)" if todo.enables else ""
        terminal.say(f"{todo.source or todo.program}: {todo.advice.do}{enables}", "bold yellow")
        if todo.advice.put:
            terminal.say(f"  in {todo.advice.put}:" if todo.advice.lines else f"  in {todo.advice.put}", "dim")
        for line in todo.advice.lines.splitlines():
            terminal.say(f"    {line}")
        if todo.advice.docs:
            terminal.say(f"  more: {todo.advice.docs}", "dim")
        terminal.say()

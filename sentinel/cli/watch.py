"""`sentinel watch`: the live view on a terminal, plain lines without one."""

from __future__ import annotations

import sys

import typer

from sentinel.cli.options import ConfigFile, example, find_config


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel watch", "sentinel watch | head    # without a terminal: plain lines"))
    def watch(config: ConfigFile = None) -> None:
        """Show incidents, their story and what was done, live. How sentinel is, too. Press ? for the keys."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            _print(config)
            return
        from sentinel.config.model import journal_of
        from sentinel.views.watch.app import Watch

        view = Watch(journal_of(find_config(config)))
        view.run()
        raise typer.Exit(view.return_code or 0)


def _print(config: ConfigFile) -> None:
    from sentinel.cli.incidents import put_list
    from sentinel.cli.options import open_journal
    from sentinel.clock import SystemClock

    with open_journal(config) as journal:
        put_list(journal, SystemClock().now())

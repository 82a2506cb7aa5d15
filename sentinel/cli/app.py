"""The `sentinel` command. In: arguments. Out: lines for people or NDJSON for scripts, and an exit code.

0 fine, 1 found something wrong, 2 usage or config error. Every error ends here, and none shows a traceback with log text.
What a command needs beyond typer it imports when it runs: `sentinel version` must not wait for hyperscan.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from sentinel.cli import (
    actions,
    capture,
    check,
    corpus,
    deadletters,
    detect,
    doctor,
    events,
    formats,
    hunt,
    incidents,
    playbooks,
    protect,
    redact,
    replay,
    rules,
    run,
    schema,
    status,
    version,
    watch,
)
from sentinel.errors import SentinelError
from sentinel.text import printable

# Plain help: rich's boxes cost 80 ms, and no one can grep them.
app = typer.Typer(
    name="sentinel",
    help="Finds security incidents in the logs of hosts that serve large language models, and acts on them.",
    no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def _whole(version_: Annotated[bool, typer.Option("--version", help="Print which sentinel this is.", is_eager=True, callback=version.asked)] = False) -> None:
    pass


for module in (run, check, doctor, replay, watch, status, incidents, actions, events, deadletters, rules, hunt, detect, redact,
               corpus, protect, formats, capture, playbooks, schema, version):
    module.add_to(app)

_INTERRUPTED, _PIPE_CLOSED = 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns: the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter must not end the command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="sentinel")
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else int(bool(end.code)))
    except SentinelError as error:
        print("\n".join(map(printable, str(error).split("\n"))), file=sys.stderr)
        return _flushed(error.exit_code)
    except BrokenPipeError:
        return _pipe_closed()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        _tell_unexpected(error)
        return 1
    return 0


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    return code


def _pipe_closed() -> int:
    # The reader (`head`) has had enough. Python would complain once more when it closes stdout at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def _tell_unexpected(error: Exception) -> None:
    """Which lines of code, not which values: the message of a foreign exception often quotes what it choked on."""
    print(f"sentinel: unexpected {type(error).__name__}; this is a fault in sentinel, please report it with these lines "
          "(they hold no log text; SENTINEL_DEBUG=1 adds the message)", file=sys.stderr)
    from sentinel.cli.log import frames

    for frame in frames(error):
        print(f"  {frame}", file=sys.stderr)
    if os.environ.get("SENTINEL_DEBUG"):
        print(printable(str(error)), file=sys.stderr)

"""Keep an address out at nginx: a line in one included file, tested and reloaded.

In: an address. Out: the file gains or loses our line; every line that is not ours stays as it is. The file is replaced
whole, so nginx never reads half of it; when nginx refuses it, the old one is put back before anything is reloaded.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pydantic import Field, IPvAnyAddress, field_validator

from sentinel.actions._base import Action, Call, Context, Failed, Outcome, Params, Service, State
from sentinel.text import printable

_HEADER = "# Lines that end in `# sentinel …` are sentinel's own; all others are kept as they are.\n"
_LARGEST = 16 * 1024 * 1024


class DenyList(Service):
    """`services: nginx`.

    Attributes:
        denylist: a file that nginx's config includes. test, reload: command lines, run as they are, without a shell;
            empty: not run. line: how an address is written.
    """

    denylist: Path
    test: list[str] = Field(default=["nginx", "-t", "-q"])
    reload: list[str] = Field(default=["nginx", "-s", "reload"])
    line: str = "deny {address};"
    timeout_seconds: float = Field(default=20, gt=0, le=120)

    @field_validator("line")
    @classmethod
    def _holds_address(cls, line: str) -> str:
        if line.count("{address}") != 1 or "\n" in line or "#" in line:
            raise ValueError("must be one line with {address} once and no '#', as 'deny {address};'")
        return line


class DenyIp(Action):
    """Put an address on nginx's deny list and reload it; its next request is answered with 403."""

    name, service, Service = "nginx.deny_ip", "nginx", DenyList
    reversible, idempotent, contains = True, True, True
    scope, latency_seconds = "one address, whoever is behind it", 1
    needs = "to write the deny list and its folder, and to reload nginx"

    settings: DenyList

    class With(Params):
        address: IPvAnyAddress

    def target(self, given: With) -> tuple[str, str] | None:
        return "source.ip", str(given.address)

    def check(self, given: With, context: Context) -> State:
        lines = self._read().splitlines()
        return {"denied": any(_wanted(line) == self._line(given) for line in lines),
                "ours": any(line == self._marked(given, context) for line in lines)}

    def done(self, given: With, context: Context, state: State) -> bool:
        # Our own line does not say that nginx was reloaded: we may have been killed between the two.
        return bool(state["denied"] and not state["ours"])

    def do(self, given: With, context: Context) -> Outcome:
        before = self._read()
        marked = self._marked(given, context)
        if marked not in before.splitlines():
            start = before if not before or before.endswith("\n") else before + "\n"
            self._replace((start or _HEADER) + marked + "\n", before)
        else:
            self._take_effect(before, before)
        return Outcome(True, f"{given.address} denied", {"denied": True})

    def verify(self, given: With, context: Context) -> None:
        if self._marked(given, context) not in self._read().splitlines():
            raise Failed(f"{self.settings.denylist} lost the line again; another program writes this file", retry=True)

    def undo(self, given: With, context: Context) -> Outcome:
        before, marked = self._read(), self._marked(given, context)
        kept = [line for line in before.splitlines(keepends=True) if line.rstrip("\n") != marked]
        if len(kept) == len(before.splitlines()):
            # It may have been ours to remove, and we were killed before the reload.
            self._take_effect(before, before)
            return Outcome(False, f"{given.address} is not on the list any more")
        self._replace("".join(kept), before)
        still = any(_wanted(line) == self._line(given) for line in kept)
        return Outcome(True, f"{given.address} " + ("is still denied by a line that is not sentinel's" if still else "allowed again"))

    def plan(self, given: With, context: Context) -> list[Call]:
        commands = [" ".join(argv) for argv in (self.settings.test, self.settings.reload) if argv]
        return [Call(text) for text in (f"add `{self._line(given)}` to {self.settings.denylist}", *commands)]

    def probe(self) -> str:
        file = self.settings.denylist
        if not file.exists():
            raise Failed(f"{file} does not exist; create it empty and include it in nginx's config")
        if not os.access(file.resolve().parent, os.W_OK):
            raise Failed(f"{file.resolve().parent} cannot be written by this user")
        if self.settings.test:
            self._run(self.settings.test, "its config is not sound as it is")
        return f"{file} can be written" + (", nginx -t passes" if self.settings.test else ", no test configured")

    def _line(self, given: With) -> str:
        # An address object prints nothing but [0-9a-f:.], whatever the log said; a scope id (%eth0) is not one's own.
        address = str(given.address).partition("%")[0]
        return self.settings.line.replace("{address}", address)

    def _marked(self, given: With, context: Context) -> str:
        return f"{self._line(given)}  # sentinel {context.incident['id']} {context.step}"

    def _read(self) -> str:
        try:
            if self.settings.denylist.stat().st_size > _LARGEST:
                raise Failed(f"{self.settings.denylist} is larger than {_LARGEST} bytes")
            return self.settings.denylist.read_text("utf-8", "surrogateescape")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise Failed(f"{self.settings.denylist} cannot be read: {error.strerror}", retry=True) from error

    def _replace(self, text: str, before: str) -> None:
        try:
            write_whole(self.settings.denylist, text)
        except OSError as error:
            raise Failed(f"{self.settings.denylist} cannot be written: {error.strerror}", retry=True) from error
        self._take_effect(text, before)

    def _take_effect(self, text: str, before: str) -> None:
        """Test and reload; when either fails, `before` is put back. Raises: Failed."""
        try:
            if self.settings.test:
                self._run(self.settings.test, "nginx refuses its config, the old list is back")
            if self.settings.reload:
                self._run(self.settings.reload, "nginx could not be reloaded, the old list is back")
        except Failed:
            if text != before:
                write_whole(self.settings.denylist, before)
            raise

    def _run(self, argv: list[str], otherwise: str) -> None:
        """Raises: Failed; worth a retry, for the fault may be in a file that somebody is just editing."""
        try:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
                                  timeout=self.settings.timeout_seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{otherwise}: {argv[0]} did not end within {self.settings.timeout_seconds:g} s", retry=True) from error
        except OSError as error:
            raise Failed(f"{otherwise}: {argv[0]}: {error.strerror}") from error
        if done.returncode:
            said = printable(done.stdout.decode("utf-8", "replace").strip(), 200)
            raise Failed(f"{otherwise}: {argv[0]} ended with {done.returncode}: {said}", retry=True)


def _wanted(line: str) -> str:
    return line.partition("#")[0].strip()


def write_whole(path: Path, text: str) -> None:
    """Replace a file so that every reader sees the old or the new one, whole, also after a power cut. Raises: OSError."""
    path = path.resolve()
    beside = path.with_name(f".{path.name}.sentinel")
    beside.unlink(missing_ok=True)
    # Its permissions are the old file's: nginx's workers may read it as another user.
    old = path.stat() if path.exists() else None
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    try:
        with open(file, "w", encoding="utf-8", errors="surrogateescape") as out:
            if old is not None:
                os.fchmod(file, old.st_mode & 0o7777)
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    try:
                        os.fchown(file, old.st_uid, old.st_gid)
                    except PermissionError:
                        pass
            out.write(text)
            out.flush()
            os.fsync(file)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

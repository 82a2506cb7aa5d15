"""What runs on this host and where it logs, as far as this user may look.

In: /proc, unit files, the folders of container runtimes. Out: processes, units and container logs; and in `blind` what could
not be looked at. Only reads; starts nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

import msgspec
from msgspec import Struct

_LISTEN = "0A"
# These run what their next argument names.
_LAUNCHER = re.compile(r"python[0-9.]*|pypy[0-9.]*|node|sh|bash|dash|tini|dumb-init")
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_LARGEST = 1 << 20


class Process(Struct, frozen=True):
    """A running process. words: what it may be known by: its program, script or Python module. ports: it listens on."""

    pid: int
    words: frozenset[str]
    ports: tuple[int, ...]


class Container(Struct, frozen=True):
    """A container's log. image: of Docker, else the container's name."""

    name: str
    image: str
    log: str


class Host:
    """Args: root: of the file system to look at.

    Attributes: blind: sentences on what could not be looked at.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self.blind: list[str] = []

    def processes(self) -> list[Process]:
        """Every process that can be seen."""
        listening, hidden, found = self._listening(), 0, []
        for folder in sorted((p for p in self._root.glob("proc/[0-9]*")), key=lambda p: int(p.name)):
            try:
                words = _words((folder / "cmdline").read_bytes(), (folder / "comm").read_text("utf-8", "replace"))
            except OSError:
                continue  # It has ended, or it is hidden.
            ports, seen = _ports(folder, listening)
            hidden += not seen
            found.append(Process(int(folder.name), words, ports))
        if hidden:
            self.blind.append(f"the ports of {hidden} process(es) of other users (run as root to see them)")
        return found

    def units(self) -> dict[str, str]:
        """Name of each service unit -> the command it starts."""
        found = {}
        for folder in ("lib/systemd/system", "usr/lib/systemd/system", "etc/systemd/system", "run/systemd/system"):
            for file in self._root.glob(f"{folder}/*.service"):
                try:
                    text = file.read_text("utf-8", "replace")[:_LARGEST]
                except OSError:
                    continue
                if command := re.search(r"^ExecStart=[-@:+!]*(.*)", text, re.MULTILINE):
                    found[file.name] = command[1]
        return found

    def containers(self) -> list[Container]:
        """Containers whose output lies in files: Docker's json-file, and what Kubernetes links in /var/log/containers."""
        return [*self._docker(), *self._kubernetes()]

    def files(self, pattern: str) -> list[str]:
        """Files of this glob, as the host names them, that can be read or not."""
        folder = self.real(pattern).parent
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            self._hidden(folder)
        return sorted(self._named(one) for one in self._root.glob(pattern.lstrip("/")) if one.is_file())

    def _hidden(self, folder: Path) -> None:
        said = f"{self._named(folder)}: not for this user; run as root, or join the group that may"
        if said not in self.blind:
            self.blind.append(said)

    def real(self, path: str) -> Path:
        """Where a file of the host lies here."""
        return self._root / path.lstrip("/")

    def _named(self, path: Path) -> str:
        return "/" + str(path.relative_to(self._root))

    def _listening(self) -> dict[str, int]:
        """Inode of each listening socket -> its port."""
        found = {}
        for name in ("tcp", "tcp6"):
            try:
                rows = (self._root / "proc/net" / name).read_text().splitlines()[1:]
            except OSError:
                continue
            for row in rows:
                parts = row.split()
                if len(parts) > 9 and parts[3] == _LISTEN:
                    found[parts[9]] = int(parts[1].rpartition(":")[2], 16)
        return found

    def _docker(self) -> Iterator[Container]:
        folder = self._root / "var/lib/docker/containers"
        try:
            folders = sorted(folder.iterdir())
        except FileNotFoundError:
            return
        except OSError:
            self._hidden(folder)
            return
        for one in folders:
            try:
                said = msgspec.json.decode((one / "config.v2.json").read_bytes()[:_LARGEST], type=_Docker)
            except (OSError, msgspec.MsgspecError):
                continue
            log = one / f"{one.name}-json.log"
            if log.exists():
                yield Container(said.Name.lstrip("/"), said.Config.Image, self._named(log))

    def _kubernetes(self) -> Iterator[Container]:
        for log in self.files("/var/log/containers/*.log"):
            # POD_NAMESPACE_CONTAINER-ID.log
            name = PurePath(log).stem.rpartition("-")[0].rpartition("_")[2]
            yield Container(name, name, log)


class _Image(Struct, frozen=True):
    Image: str = ""


class _Docker(Struct):
    """What of `config.v2.json` is looked at."""

    Name: str = ""
    Config: _Image = _Image()


def _words(cmdline: bytes, comm: str) -> frozenset[str]:
    """Of `/venv/bin/python -m vllm.entrypoints.api --x`: python, vllm. What a program is given says nothing of it."""
    arguments = [part.decode("utf-8", "replace") for part in cmdline[:_LARGEST].split(b"\0") if part]
    words = {comm.strip()}
    for index, argument in enumerate(arguments[:4]):
        if argument.startswith("-") and argument != "-m":
            break
        if argument == "-m":
            words.update(module.partition(".")[0] for module in arguments[index + 1 : index + 2])
            break
        # nginx and others write more than their name there: `nginx: master process /usr/sbin/nginx`.
        name = PurePath(argument.split(": ")[0]).name
        words.add(name)
        if not _LAUNCHER.fullmatch(name):
            break
    return frozenset(words)


def _ports(folder: Path, listening: dict[str, int]) -> tuple[tuple[int, ...], bool]:
    """Ports that a process listens on, and whether one may look."""
    try:
        links = list((folder / "fd").iterdir())
    except PermissionError:
        return (), False
    except OSError:
        return (), True
    inodes = (match[1] for link in links if (match := _SOCKET.fullmatch(_target(link))))
    return tuple(sorted({listening[inode] for inode in inodes if inode in listening})), True


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""  # Closed meanwhile.

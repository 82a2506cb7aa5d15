"""Rules for Windows events by the thousand, of the shapes that published ones have, with words of their own making.

Out: YAML documents. Everything is made from a seed. A few words are those of benign events (images, folders), as in real rules:
what tells an attack apart is then another line of the rule.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.windows import tell

_IMAGES = ("cmd.exe", "powershell.exe", "pwsh.exe", "rundll32.exe", "net.exe", "schtasks.exe", "svchost.exe", "node.exe", "python.exe",
           "wmic.exe", "certutil.exe", "mshta.exe", "regsvr32.exe", "bitsadmin.exe", "msbuild.exe", "cscript.exe", "wscript.exe")
_FOLDERS = ("\\AppData\\Local\\Temp\\", "\\Users\\Public\\", "C:\\ProgramData\\", "C:\\Windows\\System32\\", "C:\\Program Files\\", "\\Downloads\\")
_LEVELS = ("low", "medium", "medium", "high", "critical")


class _Author:
    """Makes the detections; `number` is the rule's."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def words(self, number: int, most: int) -> list[str]:
        return [tell(number * 40 + place) for place in range(self.dice.randint(1, most))]

    def image(self) -> list[str]:
        return [f"\\{name}" for name in self.dice.sample(_IMAGES, self.dice.randint(1, 3))]

    def process(self, number: int) -> dict[str, Any]:
        """An image and what its command line says."""
        return {"selection_img": [{"Image|endswith": self.image()}, {"OriginalFileName": [one[1:] for one in self.image()]}],
                "selection_cli": {"CommandLine|contains": [f" --{word}" for word in self.words(number, 12)]},
                "condition": "all of selection_*"}

    def excluded(self, number: int) -> dict[str, Any]:
        return {"selection": {"ParentImage|endswith": self.image(), "CommandLine|contains|all": ["--", *self.words(number, 2)]},
                "filter_main_folder": {"Image|startswith": self.dice.sample(_FOLDERS, 2)},
                "filter_optional_tool": {"CommandLine": None}, "condition": "selection and not 1 of filter_*"}

    def registry(self, number: int) -> dict[str, Any]:
        return {"selection": {"TargetObject|contains": [f"\\{word}\\Run" for word in self.words(number, 25)],
                              "Details|startswith": ["DWORD", "C:\\"]}, "condition": "selection"}

    def file(self, number: int) -> dict[str, Any]:
        return {"selection": {"TargetFilename|endswith": [f"\\{word}.dll" for word in self.words(number, 20)]},
                "filter": {"Image|startswith": "C:\\Windows\\WinSxS\\"}, "condition": "selection and not filter"}

    def network(self, number: int) -> dict[str, Any]:
        return {"selection": {"Initiated": "true", "DestinationHostname|endswith": [f".{word}.example" for word in self.words(number, 8)]},
                "filter": {"DestinationIp|cidr": ["10.0.0.0/8", "127.0.0.0/8"]}, "condition": "selection and not filter"}

    def script(self, number: int) -> dict[str, Any]:
        return {"selection": {"ScriptBlockText|contains": [f"Invoke-{word}" for word in self.words(number, 15)]}, "condition": "selection"}

    def channel(self, number: int) -> dict[str, Any]:
        """An event's number, which many events have, and a value of its own."""
        return {"selection": {"EventID": self.dice.choice((4624, 4625, 4688, 7045)), "ServiceName|contains": self.words(number, 4)},
                "condition": "selection"}

    def pattern(self, number: int) -> dict[str, Any]:
        [word] = self.words(number, 1)
        return {"selection": {"CommandLine|re": f"(?i){word}\\s+-(?:e|enc)[a-z]*\\s+[A-Za-z0-9+/=]{{40,}}"}, "condition": "selection"}

    def user(self, number: int) -> dict[str, Any]:
        return {"selection": {"Image|endswith": [f"\\{word}.exe" for word in self.words(number, 3)], "User|contains": ["AUTHORI", "SERVICE"]},
                "condition": "selection"}


_SHAPES = (_Author.process, _Author.process, _Author.process, _Author.excluded, _Author.excluded, _Author.registry, _Author.file,
           _Author.network, _Author.script, _Author.channel, _Author.user, _Author.pattern)


def write(folder: Path, count: int, seed: int = 7) -> None:
    """`count` rules, a file each, in `folder`."""
    for number, document in enumerate(documents(count, seed)):
        # JSON is YAML; what is read is the same, and an emitter of YAML takes longer than all else here.
        (folder / f"rule_{number:05}.yml").write_text(_block(document))


def documents(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    author = _Author(seed)
    for number in range(count):
        yield {"title": f"Use Of The Tool {tell(number * 40).capitalize()}", "id": str(UUID(int=(4 << 76) | (8 << 60) | number)), "status": "test",
               "description": f"Detects how {tell(number * 40)} is used by attackers who have got a shell on the host", "author": "benchmark",
               "references": [f"https://example.com/{number}"], "date": "2026-01-01", "tags": ["attack.execution", "attack.t1059.001"],
               "logsource": {"category": "process_creation", "product": "windows"}, "falsepositives": ["Unknown"],
               "level": author.dice.choice(_LEVELS), "detection": author.dice.choice(_SHAPES)(author, number)}


def _block(document: dict[str, Any]) -> str:
    """As published rules are laid out: a key a line, lists below their key."""
    return "".join(_lines(document, ""))


def _lines(value: Any, indent: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else (("-", one) for one in value):
        head = f"{indent}- " if key == "-" else f"{indent}{key}: "
        if isinstance(inner, dict) and key == "-":
            lines = list(_lines(inner, indent + "  "))
            yield head + lines[0].lstrip()
            yield from lines[1:]
        elif isinstance(inner, (dict, list)):
            yield f"{head.rstrip()}\n"
            yield from _lines(inner, indent + "    ")
        else:
            yield f"{head}{_scalar(inner)}\n"


def _scalar(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else json.dumps(value)

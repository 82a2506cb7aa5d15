"""Events as a Windows host writes them, and rules of the kinds that are published for such events by the thousand.

Everything is made from a seed: the same numbers give the same bytes. Nearly all events are benign; one in `_RARE` does what
a rule looks for. The rules have the shapes of published ones (an image's end and words of a command line, lists of registry
paths, a few expressions, exclusions), filled with words of their own making.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

_RARE = 200
_SYSTEM = "C:\\Windows\\System32\\"
_USERS = ("CORP\\alice", "CORP\\bob", "CORP\\svc-backup", "NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\NETWORK SERVICE")
# image, description, the forms its command lines take
_PROGRAMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (f"{_SYSTEM}svchost.exe", "Host Process for Windows Services", ("-k netsvcs -p -s {word}", "-k LocalService -s {word}")),
    (f"{_SYSTEM}conhost.exe", "Console Window Host", ("0xffffffff -ForceV1",)),
    (f"{_SYSTEM}cmd.exe", "Windows Command Processor", ("/c dir {folder}", "/c \"echo {word} > {folder}\\{word}.txt\"")),
    (f"{_SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe", "Windows PowerShell",
     ("-NoProfile -File {folder}\\{word}.ps1", "-Command \"Get-Service {word} | Format-List\"")),
    (f"{_SYSTEM}taskhostw.exe", "Host Process for Windows Tasks", ("{word}",)),
    (f"{_SYSTEM}rundll32.exe", "Windows host process (Rundll32)", (f"{_SYSTEM}shell32.dll,OpenAs_RunDLL {{folder}}\\{{word}}.log",)),
    (f"{_SYSTEM}net.exe", "Net Command", ("use Z: \\\\files\\{word}", "start {word}")),
    (f"{_SYSTEM}schtasks.exe", "Task Scheduler", ("/query /tn \\{word}",)),
    ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "Google Chrome",
     ("--type=renderer --lang=en-US --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id={number} --launch-time={number}",)),
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE", "Microsoft Word", ("/n \"{folder}\\{word}.docx\"",)),
    ("C:\\Program Files\\Git\\cmd\\git.exe", "Git for Windows", ("fetch --all --prune", "commit -m \"{word}\"")),
    ("C:\\Python311\\python.exe", "Python", ("{folder}\\{word}.py --input {folder}\\{word}.csv",)),
    ("C:\\Program Files\\nodejs\\node.exe", "Node.js JavaScript Runtime", ("node_modules\\{word}\\bin\\{word}.js build",)),
)
_KEYS = ("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\{word}", "HKU\\S-1-5-21-{number}-1001\\Software\\{word}\\Settings",
         "HKLM\\System\\CurrentControlSet\\Services\\{word}\\Parameters", "HKLM\\SOFTWARE\\{word}\\Version")
_FILES = ("C:\\Users\\alice\\AppData\\Local\\Temp\\{word}.tmp", "C:\\Users\\bob\\Documents\\{word}.xlsx",
          "C:\\ProgramData\\{word}\\cache\\{number}.dat", "C:\\Windows\\Prefetch\\{word}.EXE-{number}.pf", "C:\\Windows\\Temp\\{word}.log")
_SCRIPTS = ("Get-ChildItem -Path {folder} -Recurse | Where-Object {{ $_.Length -gt {number} }} | Sort-Object Name",
            "Import-Module {word}; $result = Get-{word} -Name '{word}'; Write-Output $result.Count",
            "function Test-{word} {{ param([string]$Path) if (Test-Path $Path) {{ Get-Content $Path | Select-Object -First 10 }} }}")
_SYLLABLES = ("ba", "cor", "di", "fen", "gal", "hex", "in", "jo", "kel", "lum", "mon", "nar", "os", "pra", "quil", "rem", "sta", "tor", "ul", "ves")


class _Maker:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def word(self) -> str:
        return "".join(self.dice.choice(_SYLLABLES) for _ in range(self.dice.randint(2, 4))).capitalize()

    def fill(self, form: str) -> str:
        folder = self.dice.choice(("C:\\Users\\alice\\Documents", "C:\\ProgramData\\Build", "D:\\Data\\Reports", "C:\\Temp"))
        return form.format(word=self.word(), folder=folder, number=self.dice.randrange(1000, 9_999_999))

    def program(self) -> tuple[str, str, str]:
        image, description, forms = self.dice.choice(_PROGRAMS)
        return image, description, f'"{image}" {self.fill(self.dice.choice(forms))}'

    def hashes(self) -> str:
        return f"SHA1={self.dice.getrandbits(160):040X},MD5={self.dice.getrandbits(128):032X},IMPHASH={self.dice.getrandbits(128):032X}"


def _process(maker: _Maker) -> dict[str, Any]:
    image, description, line = maker.program()
    parent, _, parent_line = maker.program()
    return {"EventID": 1, "Image": image, "CommandLine": line, "CurrentDirectory": "C:\\Windows\\system32\\", "Description": description,
            "OriginalFileName": image.rpartition("\\")[2], "Company": "Microsoft Corporation", "Product": "Microsoft® Windows® Operating System",
            "IntegrityLevel": maker.dice.choice(("Medium", "High", "System")), "Hashes": maker.hashes(),
            "ParentImage": parent, "ParentCommandLine": parent_line, "User": maker.dice.choice(_USERS)}


def _network(maker: _Maker) -> dict[str, Any]:
    dice = maker.dice
    return {"EventID": 3, "Image": maker.program()[0], "User": dice.choice(_USERS), "Protocol": "tcp", "Initiated": "true",
            "SourceIp": f"10.0.{dice.randrange(256)}.{dice.randrange(256)}", "SourcePort": dice.randrange(49152, 65535),
            "DestinationIp": f"93.184.{dice.randrange(256)}.{dice.randrange(256)}", "DestinationPort": dice.choice((443, 80, 53, 445)),
            "DestinationHostname": f"{maker.word().lower()}.example.com"}


def _registry(maker: _Maker) -> dict[str, Any]:
    return {"EventID": 13, "EventType": "SetValue", "Image": maker.program()[0], "TargetObject": maker.fill(maker.dice.choice(_KEYS)),
            "Details": maker.dice.choice(("DWORD (0x00000001)", "Binary Data", "(Empty)", maker.fill("{folder}\\{word}.dll"))),
            "User": maker.dice.choice(_USERS)}


def _file(maker: _Maker) -> dict[str, Any]:
    return {"EventID": 11, "Image": maker.program()[0], "TargetFilename": maker.fill(maker.dice.choice(_FILES)), "User": maker.dice.choice(_USERS)}


def _image_load(maker: _Maker) -> dict[str, Any]:
    return {"EventID": 7, "Image": maker.program()[0], "ImageLoaded": f"{_SYSTEM}{maker.word().lower()}.dll", "Signed": "true",
            "Signature": "Microsoft Windows", "SignatureStatus": "Valid", "Hashes": maker.hashes(), "OriginalFileName": f"{maker.word()}.dll"}


def _powershell(maker: _Maker) -> dict[str, Any]:
    return {"EventID": 4104, "Channel": "Microsoft-Windows-PowerShell/Operational", "ScriptBlockText": maker.fill(maker.dice.choice(_SCRIPTS)),
            "ScriptBlockId": f"{maker.dice.getrandbits(128):032x}", "MessageNumber": 1, "MessageTotal": 1}


def _logon(maker: _Maker) -> dict[str, Any]:
    return {"EventID": 4624, "Channel": "Security", "TargetUserName": maker.word().lower(), "LogonType": maker.dice.choice((2, 3, 5, 10)),
            "IpAddress": f"10.0.0.{maker.dice.randrange(256)}", "AuthenticationPackageName": "Kerberos", "WorkstationName": maker.word().upper()}


_KINDS: tuple[Callable[[_Maker], dict[str, Any]], ...] = (
    _process, _process, _process, _process, _network, _registry, _registry, _file, _image_load, _powershell, _logon)


def events(count: int, seed: int = 7) -> Iterator[bytes]:
    """JSON lines of 200 to 900 bytes."""
    maker, attacks = _Maker(seed), _Maker(seed + 1)
    for number in range(count):
        event = maker.dice.choice(_KINDS)(maker)
        if number % _RARE == _RARE - 1:
            event = {**event, "CommandLine": f"{event.get('Image', '')} --{tell(attacks.dice.randrange(2_000) * 40)}"}
        when = f"2026-03-02T{number // 36000 % 24:02}:{number // 600 % 60:02}:{number // 10 % 60:02}.{number % 10}00Z"
        yield json.dumps({"@timestamp": when, "Computer": "WS-0142.corp.example", **event}, ensure_ascii=False).encode() + b"\n"


def tell(number: int) -> str:
    """The word by which an attack is known: no benign event has it."""
    dice = random.Random(number)
    return f"{dice.choice(_SYLLABLES)}z{dice.choice(_SYLLABLES)}{dice.choice(_SYLLABLES)}x{number:x}"

"""The programs the doctor knows: `programs.yaml` beside this file. In: YAML. Out: `Program`s by name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sentinel.config import yaml

FILE = Path(__file__).with_name("programs.yaml")


class Advice(BaseModel):
    """What to change.

    Attributes:
        gives: event fields that it adds. when: "private-addresses": told when every address in the log is a private one.
        do: a sentence. put: where. lines: what to write there. docs: where more is said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    gives: list[str]
    when: Literal["", "private-addresses"] = ""
    do: str
    put: str = ""
    lines: str = ""
    docs: str = ""


class Program(BaseModel):
    """A program that serves models, stands in front of them or writes down what they do.

    Attributes:
        processes: names of its program or Python module. images: parts of the names of its container images.
        logs: where its logs usually are. format: how they are read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    kind: Literal["gateway", "engine", "web server", "collector"]
    processes: list[str]
    images: list[str]
    logs: list[str]
    format: str
    advice: list[Advice]


def load(file: Path = FILE) -> dict[str, Program]:
    """By name. Raises: ConfigError, ValidationError: the shipped file is wrong."""
    raw, _ = yaml.load(file)
    return {name: Program.model_validate(value) for name, value in raw.items()}

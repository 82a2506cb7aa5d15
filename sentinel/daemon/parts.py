"""What a config file amounts to: the stages, playbooks and actions it names, all loaded, or every mistake in it.

In: the path of a config file. Out: `Parts`, from which the service makes its pipeline and workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from sentinel import actions, detectors, formats
from sentinel.actions._base import Action
from sentinel.clock import SECOND, Clock
from sentinel.config import model
from sentinel.config.model import Config
from sentinel.elastic.ship import Shipper
from sentinel.errors import ConfigError, Mistake
from sentinel.evidence import keys
from sentinel.evidence.redact import Redactor
from sentinel.formats._base import Format
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Stages
from sentinel.playbooks import load as playbooks
from sentinel.playbooks.engine import Engine
from sentinel.playbooks.guard import Guard
from sentinel.playbooks.load import Playbook
from sentinel.playbooks.plan import Planner
from sentinel.rules import load as rules
from sentinel.rules.ruleset import RuleSet


class Parts(Struct):
    """Everything loaded.

    Attributes:
        formats: by source name. rules: the sound ones. broken: mistakes of rules that are left out.
    """

    config: Config
    formats: Mapping[str, Format]
    rules: Sequence[object]
    broken: list[Mistake]
    actions: dict[str, Action]
    playbooks: list[Playbook]
    guard: Guard

    def stages(self, state: State) -> Stages:
        """The pipeline's stages; their memory is in `state`."""
        key = keys.load_or_create(self.config.journal.parent / "pseudonym.key")
        redactor = Redactor(key)
        return Stages(
            formats=self.formats,
            detectors=detectors.load(redactor.pseudonym),
            rules=RuleSet(self.rules, state.section),
            redactor=redactor,
            planner=Planner(self.playbooks, self.actions, self.config.playbooks.mode, self.guard),
            window=self.config.incidents.window_minutes * 60 * SECOND,
        )

"""What every section of the config file is. In: a mapping. Out: an unchanging object, or every mistake in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A key that is not known is a mistake: a misspelt one must not leave its default in force unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

"""From the lines of a source to whole, decoded records: container prefixes taken off, lines of one record put together,
parts of one event that were logged apart joined. What is unfinished is durable.
"""

from sentinel.formats._lines.choice import AUTO, Auto, Choice, Choosing, choose, opened
from sentinel.formats._lines.piece import Memory, Piece
from sentinel.formats._lines.records import Records, whole

__all__ = ["AUTO", "Auto", "Choice", "Choosing", "Memory", "Piece", "Records", "choose", "opened", "whole"]

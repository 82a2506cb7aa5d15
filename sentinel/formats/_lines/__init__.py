"""From the lines of a source to whole, decoded records: container prefixes taken off, lines of one record put together,
parts of one event that were logged apart joined. What is unfinished is durable.
"""

from sentinel.formats._lines.records import Memory, Piece, Records, whole

__all__ = ["Memory", "Piece", "Records", "whole"]

"""What there is on this host to read, what the sources never say, which rules that blinds, and what to change about it."""

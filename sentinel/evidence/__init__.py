"""What is kept as evidence: never the raw value, always something that equal values have in common."""

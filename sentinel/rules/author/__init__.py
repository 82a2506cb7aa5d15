"""What a rule author works with: cases, warnings, rules over files."""

"""From YAML files to rules: parsing, modifiers, references, filters; every mistake by file, line and key."""

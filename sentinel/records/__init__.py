"""The nouns: one file each, frozen or plain data, no I/O. Their meanings are in docs/glossary.md."""

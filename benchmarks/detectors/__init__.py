"""How well detectors find what leaks: texts made from templates and values, and what is found in them.

A set is a module with `make(dice, held) -> Iterator[Sample]`; templates of `held` differ from those of development.
"""

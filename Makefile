# `make run`: set up and run on the bundled logs. `make test`: set up and test everything. See README.md.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: run test unit check bench venv clean

venv: $(VENV)/.ok
$(VENV)/.ok: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

check: venv
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

unit: venv
	$(BIN)/pytest -q -n 2 tests --ignore tests/integration --ignore tests/faults --ignore tests/acceptance

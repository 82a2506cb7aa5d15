# `make help` says what there is. See README.md.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install -q --disable-pip-version-check
SLOW   := tests/faults tests/acceptance tests/integration

.PHONY: help run test unit check bench matrix venv packages clean

run: $(VENV)/.run  ## set up and run on the bundled logs
	@BIN=$(BIN) examples/run.sh

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

# One pytest, so that its closing line counts everything; tests/conftest.py puts the quick ones first.
test: packages check  ## set up what is missing and test everything, with real servers
	$(BIN)/pytest -q tests

unit: venv  ## the tests that need no servers
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest -q -n 3 tests $(addprefix --ignore=,$(SLOW))

check: venv  ## lint, types, imports
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: venv  ## how fast it is
	$(BIN)/python -m benchmarks

matrix: packages venv  ## what happens to logs, ten times over: half an hour
	SENTINEL_FAULT_ROUNDS=10 $(BIN)/pytest -q tests/faults/matrix

# Two stamps: running needs less than testing, and is what one waits for.
venv: $(VENV)/.ok  ## the virtual environment in .venv
$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/packages.sh python3-venv
	@echo "The first time this installs into $(VENV): about a minute."
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@
$(VENV)/.ok: $(VENV)/.run
	$(PIP) -e '.[dev]'
	@touch $@

packages:  ## system packages that tests need
	@tests/packages.sh

clean:  ## remove what was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis *.egg-info var examples/var

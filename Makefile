# `make run`: set up and run on the bundled logs. `make test`: set up and test everything. See README.md.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install -q --disable-pip-version-check
SLOW   := tests/faults tests/acceptance tests/integration

.PHONY: run test unit check bench matrix venv packages clean

run: $(VENV)/.run
	@BIN=$(BIN) examples/run.sh

# One pytest, so that its closing line counts everything; tests/conftest.py puts the quick ones first.
test: packages check
	$(BIN)/pytest -q tests

unit: venv
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest -q -n 3 tests $(addprefix --ignore=,$(SLOW))

check: venv
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: venv
	$(BIN)/python -m benchmarks

# What happens to logs, ten times over: half an hour.
matrix: packages venv
	SENTINEL_FAULT_ROUNDS=10 $(BIN)/pytest -q tests/faults/matrix

# Two stamps: running needs less than testing, and is what one waits for.
venv: $(VENV)/.ok
$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/packages.sh python3-venv
	@echo "The first time this installs into $(VENV): about a minute."
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@
$(VENV)/.ok: $(VENV)/.run
	$(PIP) -e '.[dev]'
	@touch $@

packages:
	@tests/packages.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis *.egg-info var examples/var

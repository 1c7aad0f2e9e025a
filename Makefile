# `make run` and `make test` do all set-up; both start at once when there is nothing to set up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8501
DAGSTER_PORT ?= 3000
ROOM_KB := 6000000

export DAGSTER_DISABLE_TELEMETRY = 1

.PHONY: run server test install lint types defs tests contracts lock bench clean help

help: ## What can be made.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

run: install ## Build the edition from the embedded figures, then serve the dashboard.
	@$(BIN)/compact run
	@$(BIN)/compact app --port $(PORT)

# The lock holds what the server needs: dagster-postgres and a driver. PostgreSQL itself comes from the system.
server: install ## Serve Dagster on PostgreSQL, as an installation does; all but the data root is gone when it stops.
	@$(BIN)/python deploy/server.py --port $(DAGSTER_PORT)

test: install lint types defs tests ## Everything that must hold before a change lands.

install: $(READY)

# The lock holds hashes and no address: pip asks whichever registry it is set up for.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else \
	    f"This project needs Python 3.11, 3.12 or 3.13; $(PYTHON) is {v[0]}.{v[1]}. Name another: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV) from requirements.lock (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

defs:
	$(BIN)/dg check defs

# A file stays in one process, so that what its tests share is made once; beyond four, processes wait for each other.
# The longest files come first, in the order of tests/conftest.py.
# Tests write much and briefly: where the machine's memory has room for it, they write there.
tests:
	@room=$$(df -Pk /dev/shm 2>/dev/null | awk 'END {print $$4 + 0}'); \
	if [ -w /dev/shm ] && [ "$$room" -gt $(ROOM_KB) ]; then export TMPDIR=/dev/shm; fi; \
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

contracts: install ## Derive DDL, templates, the dictionary, pages of sources and tables of the guide from schemas/.
	$(BIN)/python -m compact_pipelines.contracts.derive

bench: install ## Measure every hot path beside its floor.
	@for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

lock: ## Resolve the ranges of pyproject.toml anew (needs uv).
	uv pip compile pyproject.toml --extra dev --extra server --universal --python-version 3.11 --no-strip-extras --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --output-file requirements.lock

clean: ## Remove the virtual environment and what tools left behind; data/ stays.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage dist

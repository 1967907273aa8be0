PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUNBUFFERED := 1
# Compiled tests are kept: without them each process of a run would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE
PRODUCTION := $(addprefix tests/e2e/test_,compose.py rabbitmq.py restored.py images.py)
# More processes than cores, as half of the time is spent in waiting; and what waits longest comes first.
AT_ONCE := -n 3 --dist loadfile --no-loadscope-reorder
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help run demo test test-full test-again test-production check images bench lock clean

help: ## List what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(BIN)/analyticbot ## Start everything here: ledger, broker, worker, Beat, and a sandbox if BOT_TOKEN is not set
	@exec $(BIN)/python -m apps.cli up

demo: $(BIN)/analyticbot ## Send a handful of messages through faults, watch them move, check how they ended
	@exec $(BIN)/python -m apps.cli demo

test: $(VENV)/.dev ## Tests against a real SQLite, Postgres and Valkey: some seven minutes on two cores
	@exec $(BIN)/python -m pytest $(AT_ONCE) -m "not slow"

test-full: $(VENV)/.dev ## Every test, the long ones too
	@exec $(BIN)/python -m pytest $(AT_ONCE)

test-again: $(VENV)/.dev ## What failed in the last run, by itself: to tell a fault from a machine that was too busy
	@exec $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

test-production: $(VENV)/.dev ## What production is made of: compose, RabbitMQ, restored ledgers, images (as root)
	@exec $(BIN)/python -m pytest -n 2 --dist loadfile -rs -m slow $(PRODUCTION)

check: $(VENV)/.dev ## Format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

images: $(VENV)/.dev ## Build every container image with buildah, and try each in its own root (as root)
	@exec $(BIN)/python -m pytest -s -rs tests/e2e/test_images.py

bench: $(VENV)/.dev ## Benchmarks: each prints a table beside its baseline
	@exec $(BIN)/python -m benchmarks

lock: $(VENV)/.uv ## Resolve the dependencies anew into the two lock files, the same versions in both
	$(COMPILE) --group dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## Remove the virtual environment and caches; ./var stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.run: requirements.lock | $(VENV)/.uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.lock
	@touch $@

$(BIN)/analyticbot: Makefile $(VENV)/.run
	@printf '#!/bin/sh\n# The command, from wherever it is called: its .env and ./var are here.\ncd "%s" && exec $(BIN)/python -m apps.cli "$$@"\n' '$(CURDIR)' > $@
	@chmod +x $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements-dev.lock
	@touch $@

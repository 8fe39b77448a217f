# Everything a person or CI does here. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
OTHERS := .others/.installed
AXE := tests/axe/node_modules/.installed
UV := $(shell command -v uv 2>/dev/null)
# Much of what is tested starts processes; each would compile the program anew where no bytecode may be kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test check cases lab bench lock format lint types layers collect clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(INSTALLED) $(OTHERS) $(AXE) ## make .venv with exactly what requirements.lock names

# The lock is installed with its hashes; the project itself is linked in without a download.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=… names it" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifdef UV
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	@touch $@

# Programs of others that ask our endpoint. They need other releases of what we use, so they are kept apart.
$(OTHERS): tests/others/requirements.lock
	test -x .others/bin/python || $(PYTHON) -m venv .others
ifdef UV
	$(UV) pip install --quiet --compile-bytecode --python .others/bin/python --require-hashes -r tests/others/requirements.lock
else
	.others/bin/python -m pip install --quiet --require-hashes -r tests/others/requirements.lock
endif
	@touch $@

# axe-core, which checks the built pages for accessibility; its lock holds a digest of it.
$(AXE): tests/axe/package-lock.json
	npm ci --prefix tests/axe --no-audit --no-fund --silent
	@touch $@

demo: $(INSTALLED) ## the sample incident, from raw logs to dated reports (open reports/index.html)
	$(BIN)/siem demo

test: $(INSTALLED) $(OTHERS) $(AXE) ## all tests
	$(BIN)/python -m pytest -n 3 --dist loadgroup

# What reads the code goes side by side, each with its own lines together; pytest's closing line comes last.
check: $(INSTALLED) ## what CI runs: format, lint, types, layers, tests
	@$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),-O) types collect format lint layers
	@$(MAKE) --no-print-directory test

format: $(INSTALLED)
	$(BIN)/ruff format --check .

lint: $(INSTALLED)
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

layers: $(INSTALLED)
	$(BIN)/lint-imports

# Each worker of the tests reads them all: what is compiled here, while mypy runs, need not be compiled by each.
collect: $(INSTALLED)
	@told=$$($(BIN)/python -m pytest --collect-only -qqq 2>&1) || { echo "$$told"; exit 1; }

cases: $(INSTALLED) ## rewrite the language cases and the language reference; git diff shows what changed
	$(BIN)/python -m tests.cases.rewrite

lab: $(INSTALLED) ## JupyterLab on the notebooks and the sample incident, on this machine only
	$(BIN)/siem lab

bench: $(INSTALLED) ## speed as ratios, side by side, in one run
	$(BIN)/python bench/run.py

# Universal: one lock for every platform, with a hash for each of its wheels; it names no package index.
lock: ## resolve pyproject.toml anew into requirements.lock (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv on the PATH" >&2; exit 1; }
	$(UV) pip compile pyproject.toml --extra dev --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements.lock
	$(UV) pip compile tests/others/requirements.in --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o tests/others/requirements.lock

clean: ## remove what was built, but never reports/
	rm -rf $(VENV) .others tests/axe/node_modules demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# `make demo` runs the whole loop on a region, `make serve` shows it, `make test` proves it. Everything stands on `make setup`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
ASSETS := src/openler/web/static/vendor/.built
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo serve test test-all check docs bench format lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(STAMP) $(ASSETS)  ## the environment in .venv, locked dependencies, front-end assets

$(STAMP): pyproject.toml requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: openler needs Python 3.11 or newer; $(PYTHON) is older"; echo "hint: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(ASSETS): package-lock.json scripts/build_assets.py | $(STAMP)
	$(BIN)/python scripts/build_assets.py
	@touch $@

demo: setup  ## the whole loop on the bundled sample region, in demo-data
	$(BIN)/openler demo

serve: setup  ## look around in it, at http://localhost:8000
	@test -f demo-data/openler.json || $(BIN)/openler demo
	$(BIN)/openler serve --data demo-data

test: setup  ## all tests but the long ones
	$(BIN)/python -m pytest -n 2 -m "not long"

test-all: setup  ## all tests
	$(BIN)/python -m pytest -n 2

check: setup docs  ## style, types, import rules, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup  ## the documentation as HTML in docs/_build, warnings are errors
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

bench: setup  ## one benchmark as JSON: make bench NAME=jcs (bench/README.md lists them)
	$(BIN)/python -m bench $(NAME) $(if $(SIZE),--size $(SIZE))

format: setup  ## rewrite the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## renew requirements/dev.lock (needs uv on the PATH)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/dev.lock

clean:  ## remove what setup, demo and docs made
	rm -rf $(VENV) node_modules docs/_build demo-data src/openler/web/static/vendor

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: venv lock assets

venv: .venv/.stamp

.venv/.stamp: requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt && touch $@

assets: venv
	@$(BIN)/python -m cp_circles.cli.build

# The lock carries no index address: plain pip takes it from whatever registry the machine is set up with.
lock: venv
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile $(LOCK) --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

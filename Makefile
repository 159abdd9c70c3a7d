SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export FLASK_APP := wsgi
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet
DEMO := APP_ENV=demo DEMO_CLOCK=2026-09-18T09:00+08:00 INSTANCE_DIR=instance/demo
FAST := not slow and not browser and not http and not postgresql and not prove

.PHONY: help venv lock assets machine demo demo-ready demo-reset test check prove bench screenshots format

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: .venv/.stamp ## Make the environment from the locked requirements

.venv/.stamp: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt && touch $@

assets: venv ## Build static files and the Chinese catalogue
	@$(BIN)/python -m cp_circles.cli.build

machine: venv ## Find or install a browser, Chinese fonts and PostgreSQL for the tests
	@$(BIN)/python tools/prepare_machine.py

demo-ready: assets
	@$(DEMO) $(BIN)/flask database upgrade && $(DEMO) $(BIN)/flask demo load --if-empty

demo: demo-ready ## Serve the demo season on 127.0.0.1:8000 (PORT=... for another port)
	@$(DEMO) PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/flask demo serve --port $(PORT)

demo-reset: ## Start the demo over
	@rm -rf instance/demo && $(MAKE) --no-print-directory demo-ready

test: ## Everything: house rules, services on both databases, HTTP, browser
	@SECONDS=0; $(MAKE) --no-print-directory assets machine; echo "set-up took $$SECONDS s; the tests start now"
	@$(BIN)/pytest -q -n 2 --database both -m "not prove"

check: assets ## Lint, types and the fast tests, in a few minutes
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy
	@$(BIN)/pytest -q -n 2 -m "$(FAST)"

prove: assets machine ## The full matrix; writes docs/proof.md
	@$(BIN)/python tools/prove.py

bench: assets ## Measure the promises of speed; writes docs/bench.md
	@$(BIN)/python -m bench --to docs/bench

screenshots: assets machine ## Take the pictures of the README and the tools from a demo of their own
	@$(BIN)/python -m tools.screenshots

format: venv ## Format and mend the imports
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# The lock carries no index address: plain pip takes it from whatever registry the machine is set up with.
lock: venv ## Lock the dependencies of pyproject.toml anew
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile $(LOCK) --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt

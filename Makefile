# Two commands matter: `make demo` and `make test`. Each sets up what it needs by itself.
SHELL := /bin/bash
BIN := .venv/bin
JOBS ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-office check wheel constraints clean

help:  ## Say what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo:  ## Set up, fill a demonstration campaign and serve it (DEMO_LANG=en: one department in English).
	@scripts/setup.sh demo
	@$(BIN)/evalplat demo $(if $(DEMO_LANG),--lang $(DEMO_LANG))

demo-reset:  ## Throw the demonstration away and begin anew.
	@scripts/setup.sh demo
	@$(BIN)/evalplat demo --reset $(if $(DEMO_LANG),--lang $(DEMO_LANG))

test:  ## Set up what tests need and run everything, in parallel.
	@scripts/setup.sh test
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-office:  ## Let LibreOffice open and save the workbooks of the indicator systems (needs soffice).
	@scripts/setup.sh test
	@$(BIN)/python -m pytest -q -m office tests/office

check:  ## The quick look: style, types, pure tests and the rules of the house.
	@scripts/setup.sh check
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q -n $(JOBS) $(wildcard tests/definitions tests/scoring tests/workflow) tests/architecture

wheel:  ## Build a wheel that carries templates, indicators, questionnaires and browser libraries.
	@scripts/setup.sh check
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .

constraints:  ## Resolve every dependency afresh and write the versions down.
	@scripts/constraints.sh

clean:  ## Remove what was built; the demonstration's data in var/ stays.
	rm -rf build dist node_modules evalplat/static/vendor .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

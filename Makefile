# One command each. `make help` lists them. Nothing is assumed but Python >= 3.10, make and the package registries.
PYTHON ?= $(shell command -v python3 || command -v python)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run check test test-all train rows demo fmt

help:  ## what there is
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup:  ## make both Python environments, start nothing
	@$(PYTHON) scripts/bootstrap.py services bot

run: setup  ## set up what is missing and start the whole line (Ctrl-C stops it)
	@exec $(BIN)/denghuo up

check:  ## format, lint, types, import arrows, our own traps, the training data
	@$(PYTHON) scripts/bootstrap.py dev bot
	@$(BIN)/python scripts/check.py

test:  ## set up what is missing and run the tests
	@$(PYTHON) scripts/bootstrap.py dev bot chromium
	@$(BIN)/python scripts/run_tests.py -n $(WORKERS) -m "not slow"

test-all:  ## the same with the slow ones
	@$(PYTHON) scripts/bootstrap.py dev bot chromium
	@$(BIN)/python scripts/run_tests.py -n $(WORKERS)

train: setup  ## train the dialogue model
	@$(BIN)/denghuo train

rows:  ## run the tests that show rows of the seed and write docs/rows.md
	@$(PYTHON) scripts/bootstrap.py dev bot chromium
	@$(BIN)/python scripts/run_tests.py -n $(WORKERS) --rows

demo: setup  ## start the line, let a sample customer report a power cut by chat, stop it
	@$(BIN)/python scripts/demo.py

fmt:  ## format the code
	@$(PYTHON) scripts/bootstrap.py dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .

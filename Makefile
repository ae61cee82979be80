# Two commands: `make demo` and `make test`. Each sets up all that it needs; nothing is installed outside of .venv but the
# browser that the tests drive (Debian's chromium, and only when it is missing and we are root).

VENV := .venv
BIN := $(VENV)/bin
READY_TO_RUN := $(VENV)/.ready-to-run
READY_TO_TEST := $(VENV)/.ready-to-test

# How many tests at once, and what else pytest is told: make test JOBS=4 ARGS='-k listings'
JOBS ?= auto
ARGS ?=

# Compiled code is kept whatever the shell says: hub, site, page and hundreds of test modules start in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test unit bench pictures lint format browser
.DEFAULT_GOAL := help

help:
	@echo "make demo      the hub's stand-in, this site and a sample page that embeds the widget, connected"
	@echo "make test      all tests, those in the browser included"
	@echo "make unit      the part of them that needs no browser, no database, no whole site and no other processes"
	@echo "make bench     all measures, about half an hour; with QUICK=1 some, in less than five minutes"
	@echo "make pictures  the manual's pictures of console and widget, anew"
	@echo "make lint      ruff and mypy --strict"
	@echo "make format    ruff's formatting"

demo: $(READY_TO_RUN)
	@$(BIN)/python -m widget_server.demo $(ARGS)

test: $(READY_TO_TEST) browser
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist worksteal -q $(ARGS)

unit: $(READY_TO_TEST)
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist worksteal -q -m "not browser and not flow and not store and not site" $(ARGS)

bench: $(READY_TO_TEST)
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(ARGS)

pictures: $(READY_TO_TEST) browser
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

lint: $(READY_TO_TEST)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict widget_server tests benchmarks wsgi.py

format: $(READY_TO_TEST)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

browser:
	@scripts/browser

# A stamp is older than the requirements when these change, and gone with the environment: both install anew.
$(READY_TO_RUN): requirements.txt scripts/environment
	@scripts/environment $(VENV) requirements.txt
	@touch $@

$(READY_TO_TEST): requirements.txt requirements-dev.txt scripts/environment
	@scripts/environment $(VENV) requirements-dev.txt
	@touch $@ $(READY_TO_RUN)

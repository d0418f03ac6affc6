# The doors of the project. PYTHON names the interpreter of the set-up: 3.11 or later.
PYTHON ?= python3
RUN := .venv/bin/python
MANAGE := $(RUN) manage.py
PYTEST := $(RUN) -m pytest
# PostgreSQL 15 beside the embedded 18: the oldest that is supported.
OLDEST_POSTGRES := /usr/lib/postgresql/15/bin

.PHONY: setup demo demo-check test check chaos bench screenshots messages
.DEFAULT_GOAL := help
.PHONY: help
help:
	@echo "make setup        install what the checkout needs, into the checkout"
	@echo "make demo         two living tenants; prints addresses and log-ins; Ctrl-C stops everything"
	@echo "make demo-check   the same without a person: walks it over HTTP, prints one JSON summary"
	@echo "make test         the suite, then the isolation suites on PostgreSQL 15"
	@echo "make check        lint, types, floors, dependencies, templates, migrations, translations"
	@echo "make chaos        kill -9 tests, 20 rounds each"
	@echo "make bench        ratios against peers, as JSON"
	@echo "make messages     brings the catalogue of translations up to date"
	@echo "make screenshots  the pictures in docs/screenshots"

setup:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here. Stay needs Python 3.11 or later: install it, or say which to use: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Stay needs Python 3.11 or later, and $(PYTHON) is %d.%d. Say which to use: make setup PYTHON=python3.11" % sys.version_info[:2])'
	@$(PYTHON) tools/set_up.py

demo: setup
	@$(MANAGE) demo

demo-check: setup
	@$(MANAGE) demo_check

test: setup
	$(PYTEST) -n auto
	@if [ -x $(OLDEST_POSTGRES)/postgres ]; then \
	  echo "On PostgreSQL 15:"; \
	  STAY_TEST_PG_BIN=$(OLDEST_POSTGRES) $(PYTEST) -n auto tests/isolation tests/tenants; \
	elif [ "$$CI" = true ]; then echo "PostgreSQL 15 is missing: apt-get install postgresql-15"; exit 1; \
	else echo "PostgreSQL 15 is not here: its isolation suites did not run."; fi

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mypy manage.py tools
	.venv/bin/lint-imports
	.venv/bin/deptry . --config deptry.toml
	.venv/bin/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run
	$(RUN) tools/translations.py --check
	$(RUN) tools/tracked_files.py

chaos: setup
	STAY_CHAOS_ROUNDS=20 $(PYTEST) -n auto tests/chaos

bench: setup
	@$(RUN) -m bench

screenshots: setup
	@$(RUN) tools/screenshots.py

messages: setup
	$(RUN) tools/translations.py

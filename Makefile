# Two commands matter: `make demo` and `make test`. `make help` names the others.
# Needs only make and Python 3.11 or newer; everything else goes into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# The first Python on the path that is new enough; PYTHON=... names another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --constraint constraints.txt

SERVE ?= 1
DEMO := demo
CHECKED := survey scoring exports tests $(wildcard bench) build_translations.py
# As many processes as processors, but not so many that each one's browser eats the memory.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 4 ] && echo 4 || echo $$n)

.PHONY: help
help: ## name the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

# --- what people run --------------------------------------------------------------------------------------

.PHONY: demo
demo: .venv/installed ## carry a round of an invented township through and serve it (SERVE=0: end after the files)
	@$(BIN)/gongping demo --dir $(DEMO) $(if $(filter 0,$(SERVE)),--no-serve)

.PHONY: test
test: .venv/tested browser postgresql lint ## run everything that must pass, setting up what it needs
	@status=0; $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -rs || status=$$?; \
	$(call say_missing); exit $$status

.PHONY: lint
lint: .venv/tested ## style, types and import arrows
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: .venv/tested ## put the code into the house's format
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

.PHONY: translations
translations: .venv/tested ## compile the translation catalogues after a change of a .po file
	$(BIN)/python -c 'from pathlib import Path; from build_translations import compile_catalogues as c; \
	c(Path("survey/translations"))'

.PHONY: docs
docs: .venv/tested ## write what is generated in docs/: the command line and the settings
	$(BIN)/python tests/house/generated.py

# A venv of its own: what is only compared with stays out of the constraints and of what runs the product.
.PHONY: bench
bench: build/bench/installed ## time scoring against plain sums, DuckDB, Polars and pandas
	@build/bench/bin/python -m bench.scoring

# An hour or two: the suite makes the same attacks in a small form.
.PHONY: trust
trust: .venv/tested postgresql ## attack each promise at full size and write docs/trust-report.md
	$(BIN)/python -m tests.trust

.PHONY: pictures
pictures: .venv/tested browser ## take the pictures of the README with a real browser
	GONGPING_PICTURES=1 $(BIN)/python -m pytest -m browser tests/browser
	@$(call say_missing)

.PHONY: constraints
constraints: python ## write constraints.txt anew from what the package index gives today
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install -qq '.[test]'
	build/constraints/bin/python -m pip freeze --exclude gongping > constraints.txt
	rm -rf build/constraints

.PHONY: clean
clean: ## remove what make made: .venv, caches, demo, build products
	rm -rf .venv build dist $(DEMO) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache tests/output
	find survey scoring exports tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find survey/translations -name '*.mo' -exec rm -f {} +

# --- what they stand on -----------------------------------------------------------------------------------

.PHONY: python
python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo 'make: no Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3' >&2; \
	  exit 1; fi

.venv/made: | python
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo 'make: Python has no venv module; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

# Editable, so that the checkout itself runs; the build step compiles the translations.
INGREDIENTS := pyproject.toml constraints.txt build_translations.py $(wildcard survey/translations/*/LC_MESSAGES/*.po)

.venv/installed: .venv/made $(INGREDIENTS)
	@echo 'Installing Gongping into .venv ...'
	@$(PIP) --editable .
	@touch $@

.venv/tested: .venv/made $(INGREDIENTS)
	@echo 'Installing Gongping and what its tests need into .venv ...'
	@$(PIP) --editable '.[test]'
	@touch $@ .venv/installed

build/bench/installed: pyproject.toml constraints.txt | python
	@echo 'Installing what is compared with into build/bench ...'
	@$(PYTHON) -m venv build/bench
	@build/bench/bin/python -m pip install -qq --no-compile --disable-pip-version-check --constraint constraints.txt \
	  --editable '.[bench]'
	@touch $@

# What tests need beside Python. Where it cannot be had, they fail and say so; none is skipped.
define become_root
command -v apt-get >/dev/null && [ -f /etc/debian_version ] || exit 0; \
if [ "$$(id -u)" = 0 ]; then root=; elif sudo -n true 2>/dev/null; then root='sudo -n'; else exit 0; fi; \
install() { $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" > /dev/null; }
endef

.PHONY: browser
browser:
	@if command -v chromium >/dev/null; then exit 0; fi; $(become_root); \
	echo 'Installing chromium for the browser tests ...'; \
	{ $$root apt-get update -qq && install chromium; } || echo 'make: apt-get could not install chromium' >&2

# The package would make a server of its own and start it; the tests make theirs in a temporary folder.
SERVER := $$(ls -d /usr/lib/postgresql/1[5-9]/bin/initdb /usr/lib/postgresql/[2-9]?/bin/initdb 2>/dev/null; command -v initdb)
CREATE := pg_conftool /etc/postgresql-common/createcluster.conf

.PHONY: postgresql
postgresql:
	@if [ -n "$(SERVER)" ]; then exit 0; fi; $(become_root); \
	echo 'Installing postgresql for the database tests ...'; \
	{ $$root apt-get update -qq && install postgresql-common && $$root $(CREATE) set create_main_cluster off && \
	  install postgresql; } || echo 'make: apt-get could not install postgresql' >&2; \
	$$root $(CREATE) remove create_main_cluster 2>/dev/null || true

define say_missing
if ! command -v chromium >/dev/null; then \
  echo; echo 'Missing on this machine: chromium. The browser tests could not run and count as failed.'; \
  echo 'Install it (Debian: apt-get install chromium; elsewhere put it on the PATH) and run make test again.'; status=1; fi; \
if [ -z "$(SERVER)" ]; then \
  echo; echo 'Missing on this machine: PostgreSQL 15 or newer. Half of the database tests could not run and count as failed.'; \
  echo 'Install it (Debian: apt-get install postgresql; elsewhere put initdb on the PATH) and run make test again.'; status=1; fi
endef

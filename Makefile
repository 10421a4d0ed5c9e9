# `make run` and `make test` need nothing but Python 3.11 to 3.13. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The newest interpreter that really runs (a pyenv shim may be on the path and refuse).
PYTHON ?= $(shell for found in python3.13 python3.12 python3.11 python3; do \
	"$$found" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	>/dev/null 2>&1 && { echo "$$found"; break; }; done)
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
JOBS ?= 2
# A file stays on one process: what its tests share (a whole platform, a browser) starts once.
PYTEST = $(BIN)/$(if $(COVERAGE),coverage run -m )pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
USUAL := -m "not exhaustive"

.PHONY: help run stop servers test check exhaustive proof bench backtest-proof pairs replays client schema format lock clean

help:  ## list what can be asked for
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: .venv/.run  ## run the whole platform until Ctrl-C
	@exec $(MANAGE) up

stop: .venv/.run  ## stop the platform that `make run` started
	@$(MANAGE) down

servers: .venv/.run  ## run PostgreSQL and Valkey only, migrated
	@exec $(MANAGE) up --servers

test: .venv/.check  ## run the tests
	$(PYTEST) $(USUAL)

exhaustive: .venv/.check  ## whole real files, faults on a running platform, every page in a browser
	$(PYTEST) -m exhaustive

check: .venv/.check  ## format, lint, types, import contracts, migrations in step, tests; COVERAGE=1 measures
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(PYTEST) $(USUAL)
	$(if $(COVERAGE),$(BIN)/coverage combine -q; $(BIN)/coverage xml -q; $(BIN)/coverage report --skip-covered)

proof: .venv/.check  ## measure the glass box against XGBoost and EBM (needs ASSAY_DATA, takes long)
	$(BIN)/python -W ignore -m tests.proof.glass_box

pairs: .venv/.check  ## ten thousand pairs of one customer's applications at once: none passes the limit
	ASSAY_PAIRS=10000 $(BIN)/pytest -m exhaustive -s tests/underwriting/test_pairs.py

replays: .venv/.check  ## a hundred thousand decisions computed again, without a differing byte
	ASSAY_REPLAYS=100000 $(BIN)/pytest -m exhaustive tests/proof/test_replays.py

bench: .venv/.check  ## how fast it is, against baselines (ONLY=http_decide, BENCH_SIZE=0.1, COMMIT=1)
	$(BIN)/python -W ignore -m tests.benchmarks $(addprefix --only ,$(ONLY)) \
	  $(addprefix --size ,$(BENCH_SIZE)) $(addprefix --rounds ,$(ROUNDS)) $(if $(COMMIT),--commit)

backtest-proof: .venv/.check  ## a million applications, thirty rules: columns against row by row (needs ASSAY_DATA)
	$(BIN)/python -W ignore -m tests.proof.backtest

client: .venv/.check  ## write the OpenAPI document and the Python client's generated half anew
	$(MANAGE) spectacular --fail-on-warn --validate --format openapi-json --file docs/api/openapi.json
	$(BIN)/python clients/python/generate.py

schema: .venv/.check  ## write the published JSON Schema of policies anew (underwriting/policy/schema.json)
	$(BIN)/python -m underwriting.policy.json_schema

format: .venv/.check  ## format, and mend what lint can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/.check  ## pin requirements.in and requirements-dev.in anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header -q requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header -q requirements-dev.in -o requirements-dev.txt

clean:  ## remove the virtual environment and caches; state in .assay stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Assay needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

# uv installs in seconds what pip takes a minute and a half for; where uv has no wheel, pip does it.
.venv/.run: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt"
	@$(call install,requirements.txt)
	@touch $@

.venv/.check: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing requirements-dev.txt"
	@$(call install,requirements-dev.txt)
	@touch $@ .venv/.run

install = if $(BIN)/python -m pip install -q --disable-pip-version-check "uv>=0.5,<1"; \
	then $(BIN)/python -m uv pip install -q --python $(BIN)/python -r $(1) \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check -r $(1); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -r $(1); fi

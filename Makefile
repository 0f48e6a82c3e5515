# clinicflow: "make" lists what there is. Needs Python >= 3.11 with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
SERVERS := kafka or embedded or browser
# Bytecode is kept, whatever the shell says: else every process that is started compiles all sources anew.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help install up test check codegen bench lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "clinicflow needs Python 3.11 or later; say which one: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python -m venv failed; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.runtime  ## install what the product needs into .venv and build the screens
	@$(BIN)/python -m clinicflow.codec.native_build
	@$(BIN)/python -m clinicflow.web.build

up: install  ## start everything with a simulated day of three clinics (make up ARGS="--seed 7 --speed 10")
	@exec $(BIN)/clinicflow up --demo $(ARGS)

check: $(VENV)/.development  ## format, lint, types, imports, schemas, protocols
	$(BIN)/ruff format --check services tests bench
	$(BIN)/ruff check services tests bench
	$(BIN)/mypy services
	$(BIN)/lint-imports
	$(BIN)/python -m clinicflow.codegen --check
	$(BIN)/python -m clinicflow.reference --check
	$(BIN)/python -m clinicflow.codec.lint
	$(BIN)/clinicflow bundle check bundles/demo

# What starts servers waits for them half of its time: two at once, each with servers of its own; all else on every core.
test: $(VENV)/.development install  ## everything that must hold before a change lands (also runs check)
	@$(BIN)/python -m tests.support.machine
	@$(MAKE) --no-print-directory check
ifeq ($(strip $(ARGS)),)
	$(BIN)/pytest -n auto --maxprocesses 8 --dist worksteal -m "not ($(SERVERS))"
	$(BIN)/pytest -n 2 --dist worksteal -m "$(SERVERS)"
else
	$(BIN)/pytest $(ARGS)
endif

codegen: $(VENV)/.development  ## make the event classes and the pages of docs/reference anew
	$(BIN)/python -m clinicflow.codegen
	$(BIN)/python -m clinicflow.reference

bench: $(VENV)/.development install  ## measure throughput, latency, replay and memory beside a plain Faust agent
	$(BIN)/python -m bench $(ARGS)

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra build --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 -q -o requirements-dev.lock

clean:  ## remove what was installed and built (not the data under var/)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis services/clinicflow/web/static/dist services/clinicflow/web/ui/node_modules

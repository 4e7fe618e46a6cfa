# make run   sets up and opens the page          make test   sets up and passes all tests
# make check the linters and type checkers       make bench  the speeds, as ratios to a plain PyTorch loop (5 minutes)
#                                                make bench-quick  the most important of them (1 minute)
# make soak  a crowd that comes and goes (1 hour)  make classroom    30 networks and their pupils (10 minutes)
# make coverage  how much of the backend the tests reach
# make reproduce twelve runs by page, command line and plain PyTorch: do they agree (2 to 4 minutes)
# make audit asks PyPI for known weaknesses of the requirements
# make run ARGS=--smoke  a tiny training, saved and evaluated: is this installation in order

PYTHON := .venv/bin/python
# The first Python of 3.11 or newer there is.
FIND_PYTHON = for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; exit; fi; done
FRONTEND_TESTS = $(PYTHON) -m tests.support.frontend

.PHONY: run test check bench bench-quick soak classroom coverage reproduce audit

run: .venv/runtime-installed
	@$(PYTHON) -m backend $(ARGS)

test: check .venv/browser-found .venv/servers-found
	@$(FRONTEND_TESTS) units
	@$(PYTHON) -m pytest -n logical --maxprocesses 4 --dist loadfile $(ARGS)

check: .venv/types-installed
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy
	@$(FRONTEND_TESTS) types

bench: .venv/tests-installed
	@$(PYTHON) -m tests.bench $(ARGS)

bench-quick: .venv/tests-installed
	@$(PYTHON) -m tests.bench --quick $(ARGS)

soak: .venv/tests-installed
	@$(PYTHON) -m tests.load.soak $(ARGS)

classroom: .venv/tests-installed
	@$(PYTHON) -m tests.load.classroom $(ARGS)

coverage: .venv/tests-installed
	@$(PYTHON) -m tests.support.coverage $(ARGS)

reproduce: .venv/tests-installed
	@$(PYTHON) -m tests.support.reproduce $(ARGS)

audit: .venv/tests-installed
	@$(PYTHON) -m pip_audit --progress-spinner off --local --strict || { \
	echo "Either a weakness is known, or PyPI could not be asked about every package: see above." >&2; exit 1; }

.venv/bin/python:
	@python="$$($(FIND_PYTHON))"; \
	if [ -z "$$python" ]; then echo "Boundary Lab needs Python 3.11 or newer: get it from python.org." >&2; exit 1; fi; \
	echo "Making .venv with $$python …" >&2; \
	$$python -m venv .venv || { rm -rf .venv; echo "That Python cannot make one: on Debian and Ubuntu, install python3-venv." >&2; exit 1; }

.venv/runtime-installed: requirements.txt | .venv/bin/python
	@echo "Installing the requirements, PyTorch among them: the first time this takes some minutes …" >&2
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tests-installed: tests/requirements.txt requirements-export.txt requirements-native.txt .venv/runtime-installed
	@echo "Installing what the tests need …" >&2
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.venv/types-installed: tests/support/tools.py .venv/tests-installed
	@$(PYTHON) -m tests.support.tools types
	@touch $@

.venv/browser-found: tests/support/tools.py .venv/tests-installed
	@$(PYTHON) -m tests.support.tools browser
	@touch $@

.venv/servers-found: tests/support/tools.py .venv/tests-installed
	@$(PYTHON) -m tests.support.tools servers
	@touch $@

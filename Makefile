# make run    the server and the scheduler, with demo data, from a bare checkout
# make test   the tests;  make test-all  with the long ones, and all measurements
# make record records what analytics.js does: after an update of it, or a change of its scenarios
# make mutants  breaks the code in small ways, and prints the changes that no test notices:  ARGS="--seed 2 --count 100"
# make bench  measurements and their budgets;  make screenshots  takes the pictures in docs/ again
# make lint   style and types;  make format  reformats the code
# make lock   pins requirements

PYTHON ?= python3
PORT ?= 8000
export PUBLIC_URL ?= http://127.0.0.1:$(PORT)
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/run.stamp
DEV_STAMP := $(VENV)/dev.stamp
ORACLE := tests/oracle
# Some images set this. Then each of the many processes compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run install test test-all record mutants bench screenshots lint format manage lock clean

run: $(RUN_STAMP)
	@$(BIN)/python -m project.port $(PORT)
	@DEVELOPMENT=1 $(BIN)/python manage.py migrate --verbosity 0
	@DEVELOPMENT=1 $(BIN)/python manage.py seed_demo
	@export DEVELOPMENT=1; $(BIN)/python manage.py run_scheduler --parent $$$$ & \
	exec $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 1 --blocking-threads 4 \
		--workers-kill-timeout 5 --log-level warning project.wsgi:application

install: $(DEV_STAMP) oracle

test: install
	$(BIN)/python -m tests $(ARGS)

# Every generated case, browser and size; everything on PostgreSQL; and what `make bench` measures.
test-all: install
	$(MAKE) bench ARGS=
	$(MAKE) test ARGS="--all $(ARGS)"

record: $(DEV_STAMP) oracle
	DEVELOPMENT=1 $(BIN)/python -m tests.browser.recording

# Segment's and FullStory's packages, for comparisons. Without npm, those tests are skipped with a reason.
.PHONY: oracle
oracle:
	@if command -v npm >/dev/null; then \
		test $(ORACLE)/node_modules/.package-lock.json -nt $(ORACLE)/package-lock.json \
		|| (cd $(ORACLE) && npm ci --no-audit --no-fund --loglevel=error) \
		|| echo "npm failed to install the packages in $(ORACLE). Tests that need them are skipped."; fi

mutants: $(DEV_STAMP) oracle
	$(BIN)/python -m tests.mutants $(ARGS)

bench: $(DEV_STAMP) oracle
	DEVELOPMENT=1 $(BIN)/python -m tests.bench $(ARGS)

# The pictures in the documentation, taken by tests that use those pages.
screenshots: $(DEV_STAMP) oracle
	$(BIN)/python -m pytest -n auto --all tests/browser/admin tests/browser/test_demo_to_admin.py \
		tests/browser/test_debugging.py
	for image in docs/images/*.png; do cp "var/screenshots/$${image##*/}" "$$image"; done

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	DEVELOPMENT=1 $(BIN)/mypy .
	DEVELOPMENT=1 $(BIN)/python manage.py makemigrations --check --dry-run

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Any command of manage.py, with the settings of `make run`: make manage ARGS="issue_token admin"
manage: $(RUN_STAMP)
	@DEVELOPMENT=1 $(BIN)/python manage.py $(ARGS)

lock:
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet pip-tools
	for name in requirements requirements-dev; do $(VENV)/lock/bin/pip-compile --quiet --upgrade --strip-extras \
		--no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--annotation-style=line --output-file $$name.txt $$name.in; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo "$(PYTHON) is older than Python 3.11. Choose another one with PYTHON=..." && false)
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) var $(ORACLE)/node_modules

# Everything starts from nothing: `make demo` to look, `make test` to check.
PYTHON := .venv/bin/python
PORT ?= 8000
WORKERS ?= 2
export PORT

.PHONY: demo demo-reset demo-code setup setup-dev test test-release check check-types check-rest fmt lock
.PHONY: screens doctor bench

demo: setup  ## Serve the demo world until interrupted: http://localhost:$(PORT)
	@exec $(PYTHON) manage.py demo

demo-reset:  ## Forget the demo world; the next `make demo` starts afresh.
	@$(PYTHON) manage.py demo --reset

demo-code:  ## Show the one-time codes of those who need one.
	@$(PYTHON) manage.py demo_code

setup:
	@bin/setup

setup-dev:
	@bin/setup --dev

test: setup-dev  ## The whole suite on a real PostgreSQL, with a real browser.
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup -m "not release" $(ARGS)

test-release: setup-dev  ## The long tier, before a release.
	$(PYTHON) -m pytest -m release $(ARGS)

check: setup-dev  ## The gate; types take as long as all else, and as migrating from nothing.
	$(PYTHON) manage.py check --fail-level WARNING
	@$(MAKE) --no-print-directory -j 2 check-types check-rest

check-types:
	$(PYTHON) -m mypy .

check-rest:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	.venv/bin/djangofmt --check templates
	.venv/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m tests.fresh_database

fmt: setup-dev
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	.venv/bin/djangofmt templates

lock:  ## Compile the pinned, hashed requirements from *.in.
	uv pip compile --upgrade --generate-hashes --python-version 3.11 -o requirements.txt requirements.in
	uv pip compile --upgrade --generate-hashes --python-version 3.11 -o requirements-dev.txt requirements-dev.in

screens: setup-dev  ## Every page, three widths, both themes, under var/screens/.
	$(PYTHON) -m tests.screens $(ROLES)

doctor: setup
	$(PYTHON) manage.py doctor

bench: setup-dev
	$(PYTHON) manage.py bench ledger
	$(PYTHON) manage.py bench week
	$(PYTHON) manage.py bench pdf
	$(PYTHON) manage.py bench pages
	$(PYTHON) manage.py bench export

# Everything a person or a machine does here, one word each. `make` alone prints the list.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run demo test check format day bench pictures lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.installed ## Start the app with the sample district on http://127.0.0.1:8501
	$(BIN)/techrequests run --demo

demo: .venv/.installed ## Write the sample district into a database, without starting the app
	$(BIN)/techrequests demo

test: .venv/.installed-test ## Run all tests; those in a browser need Chromium, those with accounts nginx
	$(BIN)/pytest -n auto --dist loadfile $(ARGS)

check: .venv/.installed-dev ## Check format, style, types, imports and known holes in what we use
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PIP) check
	$(BIN)/python .ci/audit.py

format: .venv/.installed-dev ## Mend what can be mended without a person
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

day: .venv/.installed-test ## Play a school day of forty people against the real thing (minutes)
	cd tests && $(CURDIR)/$(BIN)/python -m day $(ARGS)

bench: .venv/.installed-test ## Measure every page and the steps people wait for (minutes)
	cd tests && $(CURDIR)/$(BIN)/python -m benchmarks $(ARGS)

pictures: .venv/.installed-test ## Take the pictures in docs/ again
	$(BIN)/python docs/take_pictures.py

lock: ## Choose the newest versions that pyproject.toml allows and write constraints.txt
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip --disable-pip-version-check install --quiet -e '.[dev]'
	.venv-lock/bin/pip --disable-pip-version-check freeze --exclude-editable > .venv-lock/versions
	{ sed -n '/^#/p' constraints.txt; cat .venv-lock/versions; } > .venv-lock/constraints
	mv .venv-lock/constraints constraints.txt
	rm -rf .venv-lock

clean: ## Remove the environment and every cache; data stays
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find app.py pages lib tests -name __pycache__ -type d -prune -exec rm -rf {} +

# bin/pip is the last thing venv makes, so an environment that broke off half-way is made again.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv

# Stamps: an environment is installed again only when one of these two files changed.
.venv/.installed: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) -e .
	@touch $@

.venv/.installed-test: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) -e '.[test]'
	@touch $@ .venv/.installed

.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) -e '.[dev]'
	@touch $@ .venv/.installed-test .venv/.installed

# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
MAILBOX_PORT ?= 8025
MAILBOX_SMTP_PORT ?= 8026
VENV = .venv/bin/python
WORKERS ?= 2
export PORT MAILBOX_PORT MAILBOX_SMTP_PORT

.PHONY: help demo demo-reset test test-postgres lint bench docs lock messages install dev

help:
	@echo "make demo            a bilingual demo nonprofit on http://localhost:$(PORT)"
	@echo "make demo-reset      the same, from the beginning"
	@echo "make test            all tests, on SQLite; make test-postgres: on PostgreSQL"
	@echo "make lint            what CI checks besides the tests"
	@echo "make bench           speed, as ratios to a floor measured in the same run"

install:
	@$(PYTHON) site/config/launch/prepare.py

dev:
	@$(PYTHON) site/config/launch/prepare.py dev

demo: install
	@$(VENV) site/config/launch/demo.py

demo-reset: install
	@rm -rf var/demo var/demo.* var/mailbox
	@$(VENV) site/config/launch/demo.py

test: dev
	@$(VENV) site/config/launch/test_tools.py
	@$(VENV) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-postgres: dev
	@$(VENV) site/config/launch/test_tools.py
	@$(VENV) site/config/launch/postgres.py $(VENV) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: dev
	@$(VENV) site/config/launch/lint.py

bench: dev
	@$(VENV) -m tests.bench $(ARGS)

docs: dev
	@$(VENV) -m mkdocs build --strict --site-dir var/docs

messages: dev
	@PYTHONPATH=site:. DJANGO_SETTINGS_MODULE=config.settings.test $(VENV) -m config.launch.messages

lock:
	@$(VENV) -m uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.lock >/dev/null
	@$(VENV) -m uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements-dev.lock >/dev/null

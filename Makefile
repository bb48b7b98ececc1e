# Every target sets up what it needs first; a second run finds it there and starts at once.
#   PYTHON=python3.12   another interpreter (64-bit Python 3.11-3.13)      VENV=.venv-3.12   another environment
PYTHON ?=
VENV ?= .venv
PY = $(VENV)/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock screenshots formats voicepack clean run-ready dev-ready

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run-ready:
	@requirements/system run
	@requirements/python $(VENV) run $(PYTHON)

dev-ready:
	@requirements/system test
	@requirements/python $(VENV) dev $(PYTHON)
	@requirements/python $(VENV) peers

run: run-ready ## the first session of a comeback, sped up to end within 90 seconds
	@mkdir -p out
	@COACH_OUTPUT_FILE=$${COACH_OUTPUT_FILE:-out/seed-start.wav} $(PY) -m coach run seed-start --speed 26 --scratch --start --linger 3 $(ARGS)

# Twice as many as there are cores: a good part of the tests wait for a terminal, a device or a session in real time.
test: dev-ready ## all tests (ARGS="-k name" for some)
	@$(PY) -m pytest -n $$((2 * $$(nproc))) --dist loadfile $(ARGS)

check: ## style, types, layers; locks and links of the papers
	@requirements/python $(VENV) dev $(PYTHON)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m basedpyright --pythonpath $(PY)
	$(VENV)/bin/lint-imports --no-cache
	$(PY) -m pytest tests/test_papers.py

bench: dev-ready ## timing, cost and start-up beside the alternatives, into docs/benchmarks.md (ARGS=--quick)
	@requirements/system bench
	@$(PY) -m tests.bench $(ARGS)

UV_COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(ARGS) --group pyproject.toml:build

lock: ## resolve the versions anew within what the locks allow (ARGS=--upgrade for the newest)
	@requirements/python $(VENV) dev $(PYTHON)
	$(UV_COMPILE) -o requirements/run.txt pyproject.toml
	$(UV_COMPILE) -o requirements/dev.txt -c requirements/run.txt --group pyproject.toml:dev --group pyproject.toml:hearing \
		--extra voice --extra pyttsx3 --extra sounddevice --extra ducking --extra keyring --extra garmin --extra garmin-api pyproject.toml
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(ARGS) --group pyproject.toml:peers -o requirements/peers.txt

screenshots: dev-ready ## the pictures of the screen, into docs/screenshots
	@$(PY) -m tests.screenshots

formats: dev-ready ## one workout in every format, into docs/formats.md
	@$(PY) -m tests.side_by_side

voicepack: dev-ready ## render the shipped voice anew, into sounds
	@$(PY) sounds/make_voicepack.py

clean: ## remove what was made: environments, caches, output
	rm -rf .venv .venv-* out dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

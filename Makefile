# Every command a person types. Each target does its own set-up first; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: nightly-faults nightly-load nightly-exits nightly-sabotage nightly-overhead help pipeline test nightly up down demo example doctor images faults exits sabotage load load-distributed bench-load overhead config unit docs-check report-check fuzz lint types linter-benchmark lock clean environment ready

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# The one Python that lock files are made with: the oldest that is supported needs the most packages.
OLDEST_PYTHON := 3.11
COMPILE := $(PYTHON) -m piptools compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
  --no-emit-find-links --no-header --strip-extras --allow-unsafe pyproject.toml
# Layer 5 breaks a stack of its own for minutes, which would disturb load: it is make faults, and every night.
FAULTS := tests/integration/layer5_faults
# Results of pipeline and test lie in report/, those of any other target in a directory of its own below it, which its page
# shows too. PLUMBLINE_REPORT goes before both: a target alone writes there, and a part of test or nightly below it.
own = PLUMBLINE_REPORT="$${PLUMBLINE_REPORT:-report/$(1)}"
part = PLUMBLINE_REPORT="$${PLUMBLINE_REPORT:-report}/$(1)"
NIGHTLY := test docs-check nightly-faults nightly-load nightly-exits nightly-sabotage nightly-overhead
# ARGS reaches pytest: make pipeline ARGS="-k freshness -x"
ARGS ?=

help: ## list the targets (this is what make alone does)
	@echo "make TARGET, from a fresh machine too (ARGS=… is handed to what a target runs):"
	@awk -F ' ## ' '/^[a-z-]+:.* ## / { sub(/:.*/, "", $$1); printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

pipeline: environment ready ## the main job: start the whole stack, prove it layer by layer, write report/, leave nothing behind
	@$(PYTEST) -m pipeline $(ARGS)

test: environment config lint types unit ready ## layer 0, lint, types, unit, service, layers 0 to 4 with short load, the example (what CI runs)
	@$(PYTEST) tests/service $(ARGS)
	@$(PYTEST) tests/integration --ignore $(FAULTS) tests/load $(ARGS)
	@$(call part,example) $(PYTEST) examples/orders $(ARGS)

nightly: ## what the nightly job runs: make test, the documents' commands, all faults, full load, exits, sabotage, overhead, each whatever became of the others (three hours and more)
	@$(MAKE) --no-print-directory --keep-going $(NIGHTLY)

nightly-faults: environment ready
	@$(call part,faults) $(PYTEST) -m faults
nightly-load: environment ready
	@$(call part,load) $(PYTEST) tests/load -m load --load-profile full
nightly-exits: environment ready
	@$(call part,exits) $(PYTEST) tests/exits
nightly-sabotage: environment ready
	@$(call part,sabotage) $(PYTHON) -m tests.sabotage
nightly-overhead: environment ready
	@$(call part,overhead) $(PYTHON) -m tests.load.overhead

up: environment ready ## start the stack on its usual ports, for people
	@$(PYTHON) -m fixtures.up up

down: environment ## stop what up or demo started
	@$(PYTHON) -m fixtures.up down $(ARGS)

demo: environment ready ## the stack on its usual ports with gentle traffic, and the addresses to look at
	@$(PYTHON) -m fixtures.up demo

doctor: environment ## what is missing on this machine, what that prevents and how to get it
	@$(PYTHON) -m machine doctor

example: environment ready ## prove another, small project with Plumbline's public interface (half a minute)
	@$(call own,example) $(PYTEST) examples/orders $(ARGS)

images: environment ## get or make every image, and say where each came from
	@$(PYTHON) -m machine engine
	@$(PYTHON) -m machine images

faults: environment ready ## break parts of a stack of its own on purpose: what is noticed, and that it recovers
	@$(call own,faults) $(PYTEST) -m faults $(ARGS)

exits: environment ready ## end runs in every way, as processes on the real engine: nothing of them is left (15 min)
	@$(call own,exits) $(PYTEST) tests/exits $(ARGS)

load: environment ready ## load scenarios against the stack (ARGS="--load-profile full" for the nightly durations)
	@$(call own,load) $(PYTEST) tests/load -m load $(ARGS)

load-distributed: environment ready ## the same scenarios by Locust, a master and two workers here, into the same ledger
	@$(call own,load-distributed) $(PYTEST) tests/load -m load --load-engine locust $(ARGS)

bench-load: environment ## the load generator itself: pace, stalls, CPU per request beside Locust (six minutes, on a quiet machine)
	@$(call own,bench-load) $(PYTHON) -m tests.load.bench $(ARGS)

overhead: environment ready ## what observing costs: telemetry off against on, in interleaved pairs (a quarter of an hour, on a quiet machine)
	@$(call own,overhead) $(PYTHON) -m tests.load.overhead $(ARGS)

sabotage: environment ready ## break copies of the project in every way of the catalogue: who notices, and what stays green (40 min)
	@$(call own,sabotage) $(PYTHON) -m tests.sabotage $(ARGS)

config: environment ## layer 0 alone: do the files agree with each other? Seconds, and no Docker
	@$(call part,config) $(PYTEST) tests/integration/layer0_config $(ARGS)

unit: environment ## the tests of our own tools: no Docker
	@$(call part,unit) $(PYTEST) tests/unit -n auto $(ARGS)

docs-check: environment ready ## run the commands of README.md and docs/ that need a stack, and the example whole and broken (12 minutes)
	@$(call part,docs) $(PYTEST) tests/docs tests/examples $(ARGS)

report-check: environment ## look at the report in Chromium: no request, no complaint, all readable; pictures in .build/report-check/
	@$(PYTEST) tests/unit/report/in_browser.py --junit-xml .build/report-check/junit.xml $(ARGS)

fuzz: environment ## spoiled files, metrics and queries to every reader of ours, for FUZZ_SECONDS (90) in all
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-90} $(call own,fuzz) $(PYTEST) tests/unit/fuzz --timeout=0 $(ARGS)

lint: environment ## ruff: rules and format; licences of what is locked, secrets in what is committed
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m machine.scan

types: environment ## mypy, strict
	@$(PYTHON) -m mypy

linter-benchmark: environment ## how fast the exposition checker is
	@$(PYTHON) -m fixtures.exposition.benchmark

lock: environment ## renew locks/ from pyproject.toml (UPGRADE=--upgrade for the newest of everything)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version.split()[0].rpartition(".")[0] != "$(OLDEST_PYTHON)")' || \
	  { echo "error: locks are made with Python $(OLDEST_PYTHON), the oldest supported: PLUMBLINE_PYTHON=python$(OLDEST_PYTHON) make lock" >&2; exit 1; }
	@$(COMPILE) $(UPGRADE) --extra service --output-file locks/service.txt
	@$(COMPILE) $(UPGRADE) --extra service --extra suite --extra dev --output-file locks/suite.txt

clean: ## remove what was made here: environment, caches, report (images and the engine stay)
	@rm -rf .venv .tox .build report .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: ## make .venv from locks/suite.txt where it is missing or old
	@machine/environment.sh

ready: environment ## have the Docker engine running and every image on it
	@$(PYTHON) -m machine ready

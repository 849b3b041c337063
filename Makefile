# Everything runs on a machine with Python >= 3.11 and make; see README.md. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# What is compiled is kept, whatever the shell says: else each process that the tests start compiles all of it again.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
PORT ?= 8000
FRESH ?=
WORKERS ?= 2
COVERAGE ?= 85
TESTS ?= tests
DIR ?= build/audit-log
URL ?= http://localhost:$(PORT)
PARTNER ?=
SUITES ?=
ROLE ?= clinical-system

BIN := .venv/bin
SOURCES := app.py chalicelib local infra bench verifier witness conformance analytics docs tests

.PHONY: help setup portal run conformance audit-export journeys test lint format unit browser coverage faults fuzz removals portal-removals screens bench model package codes docs lock soak clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The mark is written last: an installation that was cut short, or newer requirements, are simply installed again.
.venv/.ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	touch $@

.venv-emulator/.ready: requirements/emulator.txt
	test -x .venv-emulator/bin/python || $(PYTHON) -m venv .venv-emulator
	.venv-emulator/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/emulator.txt
	touch $@

# scikit-learn, for whoever fits a model anew: neither make setup nor make test needs it.
.venv-analytics/.ready: requirements/analytics.txt
	test -x .venv-analytics/bin/python || $(PYTHON) -m venv .venv-analytics
	.venv-analytics/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/analytics.txt
	touch $@

# Verifiers that others wrote, for the tests. The lock names no registry; the npm is the one of Node.js from PyPI.
tests/third_party/node_modules/.ready: tests/third_party/package-lock.json .venv/.ready
	$(BIN)/python -m tests.third_party
	touch $@

setup: .venv/.ready .venv-emulator/.ready tests/third_party/node_modules/.ready  ## Make the environments and the portal (done by itself where needed)
	@$(BIN)/python -m local.portal_build --optional

portal: .venv/.ready  ## Build the web portal into portal/dist (done by make setup when its sources changed)
	$(BIN)/python -m local.portal_build

run: setup  ## Start the whole system on this computer (PORT=8000, FRESH=1 forgets earlier data)
	@exec $(BIN)/python -m local --port $(PORT) $(if $(FRESH),--fresh)

audit-export: setup  ## The audit log of the running system as a folder for the verifier (DIR=build/audit-log)
	$(BIN)/python -m local.audit_export $(DIR)

conformance: setup  ## Run the partner kit (URL=…, PARTNER=file.json, SUITES=fhir,hl7); local: a demo partner (ROLE=pharmacy)
	$(if $(PARTNER),,$(BIN)/python -m local.demo_partner $(URL) build/partner.json $(ROLE))
	$(BIN)/python -m conformance $(URL) --partner $(or $(PARTNER),build/partner.json) --suites "$(SUITES)" --junit build/conformance.xml

journeys: setup  ## Walk every story of docs/journeys/ against the running system (URL=http://localhost:8000)
	for story in $$(ls docs/journeys/*.py | grep -v -e client.py -e timers.py); do echo "--- $$story"; $(BIN)/python $$story $(URL); done

test: lint unit  ## Every check but those in a browser: style, types, layers, tests

lint: setup  ## Style, types and layers
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup  ## Tests alone, without the browser's (TESTS=path, WORKERS=2)
	$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) -m "not browser"

browser: setup portal  ## The portal's pages in Chromium against the running system (TESTS=path, WORKERS=2)
	$(BIN)/python -m pytest $(if $(filter tests,$(TESTS)),tests/portal/browser,$(TESTS)) -n $(WORKERS) -p no:randomly --reruns 2 -r R

coverage: setup  ## All tests with branch coverage, half as long again (COVERAGE=85 percent at least)
	$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) --cov --cov-report=term-missing:skip-covered --cov-fail-under=$(COVERAGE)

format: setup  ## Rewrite the sources in the project's style
	$(BIN)/ruff check --fix-only $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: setup  ## Measure and print the benchmarks
	$(BIN)/python -m bench

model: .venv-analytics/.ready  ## Fit the no-show model, its card and its test vectors anew (ARGS="--history visits.csv"; docs/no-show.md)
	.venv-analytics/bin/python -m analytics $(ARGS)

package: setup  ## Build what is deployed to AWS (needs a Python 3.13 beside)
	$(BIN)/python -m infra.package --smoke

screens: setup portal  ## Picture the portal's pages into docs/screens/, from the running system (URL=http://localhost:8000)
	$(BIN)/python -m docs.screens $(URL)

codes: setup  ## Full code sets from your own sources (ARGS="icd-10 --ru mkb10.csv"; docs/code-sets.md)
	$(BIN)/python -m infra.code_sets $(ARGS)

docs: setup  ## Rebuild the generated pages of docs/
	$(BIN)/python -m docs

lock: setup  ## Pin requirements/*.in anew, hashed and without addresses
	for name in runtime recognition dev emulator; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/$$name.in -o requirements/$$name.txt; done

faults: setup  ## The fault tests of the audit log alone, with the count of faults and lost entries
	$(BIN)/python -m pytest tests/log -n $(WORKERS)

fuzz: setup  ## Changed examples of FHIR and HL7 v2 against the whole edge, another seed each time (FUZZ=1000 of each kind)
	seed=$${FUZZ_SEED:-$$(date +%s)}; echo "seed $$seed"; \
	FUZZ=$${FUZZ:-1000} FUZZ_SEED=$$seed $(BIN)/python -m pytest tests/functional/test_resource_fuzz.py -n0 -s --timeout 3600

removals: setup  ## Take out each safeguard of the audit log and see that the tests notice (ONLY=word; 15 minutes)
	$(BIN)/python -m tests.log.removals $(ONLY)

portal-removals: setup portal  ## Take out each safeguard of the portal and see that the browser's tests notice (ONLY=word; 5 minutes)
	$(BIN)/python -m tests.portal.browser.removals $(ONLY)

soak: setup  ## All examples of all tests, in another order each time, until one fails (ROUNDS=20)
	for round in $$(seq 1 $${ROUNDS:-20}); do echo "round $$round"; EFFORT=full $(BIN)/python -m pytest $(TESTS) -n $(WORKERS) -x; done

clean:  ## Remove environments, caches and builds; data of the local system stays
	rm -rf .venv .venv-emulator .venv-analytics build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

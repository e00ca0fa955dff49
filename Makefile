# Needs Python 3.11 or later and make, and nothing else: Node comes with the virtual environment.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# jsii and the CDK CLI take the first node on the PATH: the one in the virtual environment
# hundreds of programs are started, and each would compile anew what it imports
unexport PYTHONDONTWRITEBYTECODE
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" CDK_DISABLE_CLI_TELEMETRY=true JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=true
# three for a core: most of the tests wait for a process, a job or the CDK CLI; each wants about half a GB
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(3 * os.cpu_count(), 16))')

.DEFAULT_GOAL := help
RINGS := test-pure test-engines test-runs test-synth test-local test-deployed
.PHONY: help setup demo test lint types unit $(RINGS) test-installed test-lowest chaos deadlines clients conformance \
	properties live live-rehearsal gallery recipes docs docs-serve pictures template release bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

setup: $(VENV)/.python $(VENV)/.node $(VENV)/.toolkit ## set up the virtual environment and the CDK CLI, once

$(VENV)/.python: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later was found; install one, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments; install its venv package (on Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/.node: $(VENV)/.python package.json
	$(RUN) npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error
	@touch $@

# the tests hold the embedded AWS's containers against it
$(VENV)/.toolkit: $(VENV)/.python constraints.txt
	$(RUN) python -m tests.local.training_jobs.instance.toolkit >/dev/null
	@touch $@

demo: setup ## train the example on the embedded AWS, interrupted and resumed
	@$(RUN) spot-training local demo

test: lint ## lint, type check and run every test: all of the rings below
	@$(MAKE) --no-print-directory -j2 types unit

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: setup
	$(RUN) mypy

# a file's tests stay together with what they share, and the files begin in the order of tests/conftest.py
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PYTEST := $(RUN) python -m pytest $(SPREAD)

# the same examples each time: new ones are looked for by `make properties`
unit: setup
	$(PYTEST) --hypothesis-seed=0

PURE := tests/training_job tests/workflow
test-pure: setup ## run the tests of training_job/ and workflow/, which need neither CDK nor AWS nor Node
	$(RUN) python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m 'not npm' $(PURE)

test-engines: setup ## hold the same expressions and definitions against npm's JSONata and AWS's checkers, at their largest too
	$(RUN) python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m npm $(PURE)

test-runs: setup ## run the tests of runs/ and of the house: imports, folders, the public list
	$(PYTEST) tests/runs tests/house tests/live/test_lists.py

test-synth: setup ## run the tests of cdk/, of the app and of the pages: facts of what is synthesised
	$(PYTEST) tests/cdk tests/examples/test_app.py tests/examples/pages

test-local: setup ## run the tests of local/: runs to their end on the embedded AWS
	$(PYTEST) tests/local

test-deployed: setup ## run what is deployed as a whole: the examples, every permission, seeded trouble, the live tests
	$(PYTEST) tests/examples tests/permissions tests/chaos tests/live/rehearsal --ignore=tests/examples/pages

test-installed: setup ## install the wheel as a new user would, with each extra alone, and follow the Start pages
	$(BIN)/python -m tools.installed
	$(RUN) python -m tools.start

LOWEST := .venv-lowest
# how many calls a synthesis makes is a figure of the pinned aws-cdk-lib
test-lowest: setup ## run the pure rings and the synth ring on the lowest versions that are declared
	$(PYTHON) -m venv --clear $(LOWEST)
	$(BIN)/python -m tools.lowest > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(LOWEST)/constraints.txt \
		'.[local]' cdk-nag cfn-lint cfripper hypothesis jsonschema 'pytest>=8' pytest-xdist syrupy
	PATH="$(CURDIR)/$(LOWEST)/bin:$$PATH" $(RUN) $(CURDIR)/$(LOWEST)/bin/python -m pytest $(SPREAD) \
		tests/training_job tests/workflow tests/cdk --deselect tests/cdk/analysis/test_kernel_calls.py

SEEDS ?= 100
SWEEPS ?= 10
chaos: setup ## run seeded trouble against the deployed machine: make chaos SEEDS=1000 SWEEPS=100
	$(RUN) python -m tests.chaos --seeds $(SEEDS) --sweeps $(SWEEPS)

TRACES ?=
deadlines: setup ## play runs with a deadline on the machine and in the simulator: make deadlines TRACES=folder
	$(RUN) python -m benchmarks.deadline.deployed $(TRACES)

conformance: setup ## hold the embedded Step Functions against what AWS answered, and print the counts
	$(RUN) python -m tests.local.conformance --stories

EXAMPLES ?= 10000
properties: setup ## try arbitrary inputs and requests: make properties EXAMPLES=10000
	PROPERTY_EXAMPLES=$(EXAMPLES) $(PYTEST) tests/workflow/checks/test_input_properties.py \
		tests/training_job/rules/test_properties.py tests/cdk/permissions/test_bring_your_own.py \
		tests/local/training_jobs/instance/test_toolkit.py

clients: setup ## try the AWS CLI and the SageMaker SDKs, v2 and v3, against the embedded AWS; installs them first
	$(RUN) python -m tests.local.clients

live: setup ## settle on AWS what is assumed: make live LIVE_ACCOUNT=<id>, see docs/about/live.md; it costs money
	@test -n "$(LIVE_ACCOUNT)" || { echo "say which account may be used: make live LIVE_ACCOUNT=<id>; docs/about/live.md"; exit 1; }
	LIVE_ACCOUNT=$(LIVE_ACCOUNT) $(RUN) python -m pytest -m live tests/live

live-rehearsal: setup ## run the live tests against the embedded AWS, both ways, as make test does
	$(RUN) python -m pytest tests/live/rehearsal tests/live/test_lists.py

TIMES ?= 5
gallery: setup ## rehearse every program of the gallery, several times: make gallery TIMES=5
	@for time in $$(seq $(TIMES)); do GALLERY=all $(PYTEST) tests/local/rehearsal || exit 1; done

recipes: setup ## rehearse examples/recipes with real frameworks, which it installs apart: make recipes RECIPES=keras_jax
	$(RUN) python -m tools.recipes $(RECIPES)

docs: setup ## write the generated pages anew, and build the site into site/; a dead link is an error
	$(RUN) python -m tools.docs
	$(RUN) zensical build --clean --strict

docs-serve: setup ## show the site on this machine, and follow changes
	$(RUN) zensical serve

template: setup ## write anew the plain template that the command gives, when what it is made of has changed
	$(RUN) python -m tools.template

RECORD ?=
pictures: setup ## draw the site's pictures anew: make pictures RECORD=record plays anew first
	$(RUN) python -m tools.pictures $(RECORD)

release: setup ## make a version and publish nothing: make release VERSION=0.1.0
	@test -n "$(VERSION)" || { echo "say which version: make release VERSION=0.1.0"; exit 1; }
	$(RUN) python -m tools.release $(VERSION)

bench: setup ## measure the synthesis, memory, drawing, and what orchestration, the expressions and a deadline cost
	@for name in synth orchestration expressions memory drawing deadline; do $(RUN) python -m benchmarks.$$name || exit 1; done

clean: ## remove what make and the tools made
	rm -rf $(VENV) $(LOWEST) .venv-recipes node_modules cdk.out build dist site .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

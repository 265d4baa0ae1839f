# Everything a contributor types. `make` alone says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
# Extra flags for every build: SWIFT_FLAGS='--scratch-path /somewhere'.
SWIFT_FLAGS ?=
BIN = $$($(SWIFT) build $(SWIFT_FLAGS) --show-bin-path)
SOURCES := Package.swift Sources Tests Plugins
export SWIFT SWIFT_FLAGS

.PHONY: help run test test-all test-some test-bench test-chaos test-contract test-fuzz test-secrets check format lint e2e simulate fuzz chaos chaos-stop bench bench-compare bench-micro bench-programs bench-slow clean setup tools

help: ## Show this help.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Build and run the whole stack until Ctrl-C (PORT, BOOTSTRAP_TOKEN, DATABASE_URL, KAFKA_BROKERS).
	$(SWIFT) build $(SWIFT_FLAGS)
	@exec "$(BIN)/millrace" dev up

# One target after the other, so that limits in tests measure the code and not their neighbours; the end-to-end suites,
# which start whole stacks, also one after the other.
UNIT_TESTS := ArchitectureTests MillraceDomainTests MillraceConfigurationTests MillraceTelemetryTests MillraceWorkerTests \
    MillraceAPITests MillraceKafkaTests MillracePostgresTests MillraceDynamoDBTests MillraceCLITests SimulationTests
RUN_TESTS = $(SWIFT) test $(SWIFT_FLAGS) --skip-build --disable-xctest

test: setup tools ## Build and run every test with private servers (FILTER=… for some).
	$(SWIFT) build $(SWIFT_FLAGS) --build-tests
	@# What is shipped is built for release: the optimiser refuses code that a debug build takes.
	@[ -z "$${CI:-}" ] || for product in millrace-api millrace-consumer millrace; do \
	    $(SWIFT) build $(SWIFT_FLAGS) -c release --product $$product || exit 1; \
	done
	@"$(BIN)/millrace" dev exec -- $(MAKE) --no-print-directory $(if $(FILTER),test-some,test-all) < /dev/null

# The two below run inside `millrace dev exec`, which provides their servers.
test-all:
	@failed=; replies=$$(mktemp); trap 'rm -f "$$replies"' EXIT; export RECORDED_REPLIES="$$replies"; \
	for target in $(UNIT_TESTS); do \
	    echo "== $$target"; $(RUN_TESTS) --filter "^$$target\\." || failed="$$failed $$target"; \
	done; \
	echo "== EndToEndTests"; $(RUN_TESTS) --no-parallel --filter '^EndToEndTests\.' || failed="$$failed EndToEndTests"; \
	echo "== Contract"; $(MAKE) --no-print-directory test-contract || failed="$$failed Contract"; \
	echo "== Fuzz"; $(MAKE) --no-print-directory test-fuzz || failed="$$failed Fuzz"; \
	echo "== Secrets"; $(MAKE) --no-print-directory test-secrets || failed="$$failed Secrets"; \
	echo "== Bench"; $(MAKE) --no-print-directory test-bench || failed="$$failed Bench"; \
	echo "== Chaos"; $(MAKE) --no-print-directory test-chaos || failed="$$failed Chaos"; \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

# What the bench reads, reckons and shows. It measures nothing.
test-bench:
	@python3 -m unittest discover --quiet --start-directory Tests/Bench

# What judges the runs against faults, and a short one, with the same faults each time.
test-chaos:
	@python3 -m unittest discover --quiet --start-directory Tests/Chaos
	@python3 Tests/Chaos/chaos.py --binaries "$(BIN)" --seconds 45 --seed 1

# The published document: sound, and kept by every answer that the tests of the API have seen.
PYTHON = $(if $(wildcard .dev/venv/bin/python),.dev/venv/bin/python,python3)
test-contract:
	@$(PYTHON) -m unittest discover --quiet --start-directory Tests/Contract
	@[ -z "$${RECORDED_REPLIES:-}" ] || $(PYTHON) Tests/Contract/replies.py "$$RECORDED_REPLIES"

# A few requests of every sort, the same each time.
test-fuzz:
	@$(PYTHON) -m unittest discover --quiet --start-directory Tests/Fuzz
	@$(PYTHON) Tests/Fuzz/fuzz.py --binaries "$(BIN)" --examples 10 --seed 1

# Secrets planted in the real programs, which must come out nowhere.
test-secrets:
	@python3 -m unittest discover --quiet --start-directory Tests/Secrets
	@python3 Tests/Secrets/canary.py --binaries "$(BIN)"

test-some:
	@$(RUN_TESTS) --no-parallel --filter '$(FILTER)'

check: lint test ## What CI runs: lint, then test.

format: ## Format the sources.
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: ## Check the format without changing anything.
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

e2e: ## Run the end-to-end tests against a deployment (BASE_URL, KAFKA_BROKERS, TOKEN).
	@for name in BASE_URL KAFKA_BROKERS TOKEN; do \
	    [ -n "$${!name:-}" ] || { echo "make e2e: $$name is not set" >&2; exit 2; }; \
	done
	$(SWIFT) build $(SWIFT_FLAGS) --build-tests
	$(SWIFT) test $(SWIFT_FLAGS) --skip-build --filter EverydayTests < /dev/null

# Optimised: the same seeds take a fraction of the time. SEED=… runs one and prints every step of it.
SIMULATED = SEEDS FROM SEED JOBS WITHOUT KEYED PLANT
simulate: setup ## Run the seeded simulation (SEEDS=100000, or SEED=… as a failure tells it).
	$(SWIFT) build $(SWIFT_FLAGS) -c release --product Simulate
	@"$$($(SWIFT) build $(SWIFT_FLAGS) -c release --show-bin-path)/Simulate" \
	    $(foreach word,$(SIMULATED),$(if $($(word)),'$(word)=$($(word))'))

# Within `dev exec`, which has a Postgres for it.
EXAMPLES ?= 100
fuzz: setup tools ## Send requests made from openapi.yaml to the real programs and check every answer (EXAMPLES, SEED).
	$(SWIFT) build $(SWIFT_FLAGS)
	@"$(BIN)/millrace" dev exec -- $(PYTHON) Tests/Fuzz/fuzz.py --binaries "$(BIN)" --examples $(EXAMPLES) \
	    $(if $(SEED),--seed $(SEED))

# SWIFT_FLAGS='-c release' takes release builds; ARGUMENTS are passed on (Tests/Chaos/chaos.py --help).
MINUTES ?= 5
TIMES ?= 100
ARGUMENTS ?=

chaos: setup ## Put the whole stack under faults and check every job (MINUTES, SEED, ARGUMENTS).
	$(SWIFT) build $(SWIFT_FLAGS)
	@python3 Tests/Chaos/chaos.py --binaries "$(BIN)" --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(ARGUMENTS)

chaos-stop: setup ## Let processes leave under load, many times (TIMES).
	$(SWIFT) build $(SWIFT_FLAGS)
	@python3 Tests/Chaos/chaos.py --binaries "$(BIN)" --scenario stop --times $(TIMES) $(ARGUMENTS)

# Within `dev exec`, which has a Postgres for it. CLIENTS of each kind; ARGUMENTS as Tests/Bench/slow_clients.py --help.
CLIENTS ?= 2000
BENCHMARKS_FLAGS ?=
BENCHMARKS = $(SWIFT) build --package-path Benchmarks $(BENCHMARKS_FLAGS) -c release
bench-slow: setup ## Measure how long slow clients stay and what they cost, next to a default server (CLIENTS).
	$(SWIFT) build $(SWIFT_FLAGS)
	$(BENCHMARKS) --product DefaultServer
	@"$(BIN)/millrace" dev exec -- python3 Tests/Bench/slow_clients.py --binaries "$(BIN)" \
	    --default-server "$$($(BENCHMARKS) --show-bin-path)/DefaultServer" --clients $(CLIENTS) $(ARGUMENTS)

# docs/performance.md. SCENARIO is a name, or what several begin with; ROUNDS of SECONDS each; ARGUMENTS as
# Tests/Bench/bench.py --help.
ROUNDS ?= 5
SECONDS ?= 5
RELEASE = $(SWIFT) build $(SWIFT_FLAGS) -c release
MEASURED := millrace-api millrace-consumer millrace
BENCH = python3 Tests/Bench/bench.py --binaries "$$($(RELEASE) --show-bin-path)" --rounds $(ROUNDS) \
    --comparisons "$$($(BENCHMARKS) --show-bin-path)" --seconds $(SECONDS) $(if $(SCENARIO),--scenario $(SCENARIO))

bench: bench-programs ## Measure everything next to what it stands on (SCENARIO, ROUNDS, SECONDS, ARGUMENTS).
	@$(BENCH) $(ARGUMENTS)

BASE_TREE := .dev/bench/base
BASE_BUILD = $(SWIFT) build --package-path $(BASE_TREE) --scratch-path .dev/bench/base-build -c release
bench-compare: bench-programs ## Measure this build and that of another commit in turn (BASE, SCENARIO, ROUNDS).
	@[ -n "$(BASE)" ] || { echo "make bench-compare: BASE=<commit> is not set" >&2; exit 2; }
	@rm -rf $(BASE_TREE) && mkdir -p $(BASE_TREE)
	git archive "$(BASE)" | tar -x -C $(BASE_TREE)
	@for product in $(MEASURED); do $(BASE_BUILD) --product $$product || exit 1; done
	@$(BENCH) --base "$$($(BASE_BUILD) --show-bin-path)" $(ARGUMENTS)

bench-programs:
	@deploy/setup.sh bench
	@for product in $(MEASURED); do $(RELEASE) --product $$product || exit 1; done
	@for product in EchoServer Pacer; do $(BENCHMARKS) --product $$product || exit 1; done

bench-micro: setup ## Measure single steps: reading JSON, tokens, ids (ARGUMENTS as `swift package benchmark`).
	$(SWIFT) package --package-path Benchmarks $(BENCHMARKS_FLAGS) benchmark $(ARGUMENTS)

clean: ## Remove what was built and what development servers kept.
	rm -rf .build .dev

setup: ## Install what is missing (Debian: libpq, librdkafka, Postgres, kcat).
	@deploy/setup.sh

# Python tools that tests use, in a folder of their own; installed anew when other ones are wanted.
tools:
	@cmp --silent Tests/requirements.txt .dev/venv/requirements.txt || { \
	    echo "make: installing Tests/requirements.txt into .dev/venv"; \
	    rm -rf .dev/venv && mkdir -p .dev && python3 -m venv .dev/venv && \
	    .dev/venv/bin/pip install --quiet --disable-pip-version-check -r Tests/requirements.txt && \
	    cp Tests/requirements.txt .dev/venv/; }

# One verb per action; `make` lists them. CI runs these very verbs (.ci/run).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.ONESHELL:

# What the rig provisions, and the tools that are built here. Empty it and everything is fetched anew.
export TAILRACE_CACHE ?= $(CURDIR)/.cache
export CARGO_TERM_COLOR ?= $(if $(CI),never,auto)

CARGO ?= cargo
RELEASE := $(CURDIR)/target/release
RIG := $(RELEASE)/rig
PROGRAMS := capture sink gold clickhouse-front rig
# suites that run at once; each of those in `it` starts components of its own
IT_THREADS ?= 2
SCHEDULES ?= 1000000
SEEDS ?= 20
SIZE ?= ci
SECONDS ?= 60
DENY_VERSION := 0.20.2
DENY := $(TAILRACE_CACHE)/tools/cargo-deny-$(DENY_VERSION)/bin/cargo-deny
FUZZ_VERSION := 0.13.2
FUZZ := $(TAILRACE_CACHE)/tools/cargo-fuzz-$(FUZZ_VERSION)/bin/cargo-fuzz
FUZZ_TARGETS ?= pgoutput copy values settings offsets signals streaming

.PHONY: help
help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: demo
demo: build ## start everything, seed it, show each stage up to the gold table
	$(RIG) demo

.PHONY: test
test: build provision unit it sim manifests ## everything, on a fresh machine too
	@echo
	@echo "tested with these components:"
	@$(RIG) versions
	@uname -srm
	@rustc --version

.PHONY: unit
unit: prerequisites ## tests that need nothing but the compiler
	$(CARGO) test --workspace --locked --lib --bins

.PHONY: it
it: build ## tests on real components: databases, Kafka, Java Connect, the ClickHouse engine
	$(RIG) with -- $(CARGO) test --workspace --locked --test '*' -- --test-threads=$(IT_THREADS)

.PHONY: tidy
tidy: build ## layering, sizes, README and docs: the rules that the compiler cannot check
	$(CARGO) test --workspace --locked --test it -- tidy::

.PHONY: compat
compat: build ## the same workload through Debezium and capture, compared byte for byte
	$(RIG) compat

.PHONY: compat-postgres
compat-postgres: build ## every case of tests/cases/postgres through Debezium and capture, compared in everything
	$(RIG) cases postgres

.PHONY: compat-streaming
compat-streaming: build ## the same cases on PostgreSQL 17, where capture gets each change of a transaction before its commit and keeps it in a file
	$(RIG) cases postgres --server 17 --plant slot.streaming.enabled=true --plant slot.streaming.memory.bytes=500

.PHONY: compat-random
compat-random: build ## schemas and changes chosen from a seed through both; SEED=n SEEDS=n SIZE=ci|nightly
	$(RIG) random postgres $(if $(SEED),--seed $(SEED)) --seeds $(SEEDS) --size $(SIZE)

.PHONY: sim
sim: build ## random schedules of failures through the core; SCHEDULES=n
	$(RIG) sim --schedules $(SCHEDULES)

.PHONY: bench
bench: build ## rates and CPU per row: pg_recvlogical, capture, Debezium
	$(RIG) bench

.PHONY: latency
latency: build ## from commit to Kafka at a fixed rate: capture, Debezium
	$(RIG) latency

.PHONY: chaos
chaos: build ## kill -9 of capture, sink, broker and databases under load
	listed=$$($(CARGO) test --workspace --locked --test it -- --list)
	grep -q '^chaos::' <<<"$$listed" || { echo "there is no test named chaos::* in tests/it" >&2; exit 1; }
	$(CARGO) test --workspace --locked --test it -- chaos:: --nocapture --test-threads=1

.PHONY: chaos-postgres
chaos-postgres: build ## kill -9, cut connections, crashes and outages around the PostgreSQL connector; SEED=n
	$(RIG) chaos postgres $(if $(SEED),--seed $(SEED))

.PHONY: fuzz
fuzz: $(FUZZ) ## bytes, values, settings and offsets from a fuzzer, SECONDS=n for each target; needs a nightly compiler
	for target in $(FUZZ_TARGETS); do
		mkdir -p tests/fuzz/found/$$target
		$(FUZZ) run --fuzz-dir tests/fuzz --sanitizer none $$target tests/fuzz/found/$$target tests/fuzz/corpus/$$target -- \
			-max_total_time=$(SECONDS) -rss_limit_mb=2048 -timeout=10
	done

.PHONY: manifests
manifests: prerequisites ## the manifests in deploy/ against Kubernetes' and the operators' schemas
	python3 deploy/validate.py --self-test
	python3 deploy/validate.py

.PHONY: lint
lint: prerequisites ## clippy over everything, warnings are errors
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

.PHONY: fmt
fmt: ## is everything formatted?
	$(CARGO) fmt --all --check

.PHONY: fmt-fix
fmt-fix: ## format everything
	$(CARGO) fmt --all

.PHONY: deny
deny: $(DENY) ## licences, banned crates and origins of the dependencies
	$(DENY) --workspace --all-features --locked --config .deny.toml check --show-stats bans licenses sources

.PHONY: docs
docs: build ## docs/config.md from the code's own definitions; with CI set, only compare
	$(RIG) docs $(if $(CI),--check)

.PHONY: build
build: prerequisites ## the programs, optimised, in target/release
	$(CARGO) build --release --locked $(addprefix --package ,$(PROGRAMS))

.PHONY: prerequisites
prerequisites: ## what the machine itself must have; installed where we are root on Debian
	@.ci/prerequisites

.PHONY: provision
provision: build ## fetch every component into the cache
	$(RIG) provision all

.PHONY: clean
clean: ## remove what was built; the cache of components stays
	$(CARGO) clean

$(DENY): | prerequisites
	$(CARGO) install --locked --quiet cargo-deny --version $(DENY_VERSION) --root $(TAILRACE_CACHE)/tools/cargo-deny-$(DENY_VERSION)

$(FUZZ): | prerequisites
	$(CARGO) install --locked --quiet cargo-fuzz --version $(FUZZ_VERSION) --root $(TAILRACE_CACHE)/tools/cargo-fuzz-$(FUZZ_VERSION)

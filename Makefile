# The commands of this project; `make help` lists them. Variables of the environment (PORT, DATABASE_URL, …) reach the server.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export PATH := /opt/marque/node/bin:$(PATH)

# As many compilers as there are processors, but no more than memory carries at 1.5 GB each.
JOBS ?= $(shell awk -v cores=$$(nproc) '/^MemAvailable/ { fit = int($$2 / 1500000) } \
	END { jobs = fit < cores ? fit : cores; print jobs < 1 ? 1 : jobs }' /proc/meminfo)
SERVER := build/release/src/app/marque
SOURCES = $$(git ls-files --cached --others --exclude-standard 'src/*.cpp' 'src/*.h' 'bench/*.cpp' 'cmake/*.cpp')
say := @printf '==> %s\n'

# build_with(PRESET, TARGETS): configures once, then builds.
define build_with
	$(say) "building $(1)"
	@[ -e build/$(1)/build.ninja ] || cmake --preset $(1) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }
	@cd build/$(1) && NINJA_STATUS='    [%f/%t, %e s] ' ninja -j $(JOBS) $(2)
endef

# cpp_tests(PRESET) and api_tests(PRESET) run what that preset built; F= narrows both.
define cpp_tests
	$(say) "C++ tests, $(1)"
	@ctest --preset $(1) -j $(JOBS) $(if $(F),-R '$(F)')
endef
define api_tests
	$(say) "API tests, $(1)"
	@MARQUE_BINARY=$(CURDIR)/build/$(1)/src/app/marque npm --prefix tests test -- $(if $(F),--passWithNoTests '$(F)')
endef

.NOTPARALLEL:

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup setup-run setup-test
setup: ## install what is missing on this machine (root or sudo); also done by run and test
	@tools/setup test
setup-run:
	@tools/setup run
setup-test:
	@tools/setup test

.PHONY: build run dev web
web: setup-run ## the web pages: build/web, which the server finds beside itself
	@$(MAKE) -s build/web/.built

build: web ## the server as it is run: build/release/src/app/marque
	$(call build_with,release,marque)

run: build ## build and start the server with its own PostgreSQL and the demo shop (PORT=…, DATABASE_URL=…)
	$(say) "starting the server"
	@exec $(SERVER) serve --migrate --seed

dev: build ## the same, built and started again whenever a source changes
	@exec tools/dev $(SERVER) $(MAKE) -s build

.PHONY: migrate makemigration seed migrate_and_seed db-reset openapi
migrate: build ## apply the migrations that are missing
	@exec $(SERVER) migrate
makemigration: build ## start a new migration: make makemigration m="orders: gift notes"
	@[ -n "$${m-}" ] || { echo 'say what it is about: make makemigration m="…"' >&2; exit 1; }
	@exec $(SERVER) makemigration -m "$$m"
seed: build ## fill the database with the demo shop
	@exec $(SERVER) seed
migrate_and_seed: build ## both
	@exec $(SERVER) migrate_and_seed
db-reset: build ## throw the development database away
	@exec $(SERVER) db-reset
openapi: build ## write docs/api/openapi.json from the route tables
	@mkdir -p docs/api build
	@$(SERVER) openapi >build/openapi.json
	@mv build/openapi.json docs/api/openapi.json
	$(say) "docs/api/openapi.json"

.PHONY: test check
test: setup-test ## all tests: C++ (with tidy), the API and the pages in a browser; F=orders runs those whose name matches
	$(call build_with,dev,)
	$(call cpp_tests,dev)
	@$(MAKE) -s tests/node_modules/.installed build/web/.built
	$(call api_tests,dev)

check: setup-test fmt-check test ## everything a change must pass: fmt, tidy, test, and test under sanitizers
	$(call build_with,asan,)
	$(call cpp_tests,asan)
	$(call api_tests,asan)
	$(call build_with,tsan,)
	$(call cpp_tests,tsan)
	$(say) "all is well"

# Built again when a source, a package or the API's document has changed; a failed type check leaves no stamp.
WEB_SOURCES = $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/generated/*')
build/web/.built: $(WEB_SOURCES) docs/api/openapi.json web/node_modules/.installed
	$(say) "building the web pages"
	@npm --prefix web run --silent build
	@touch $@
web/node_modules/.installed: web/package-lock.json web/package.json $(wildcard web/*/package.json)
	$(say) "npm ci in web/"
	@npm --prefix web ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

tests/node_modules/.installed: tests/package-lock.json tests/package.json
	$(say) "npm ci in tests/"
	@npm --prefix tests ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: screens
screens: setup-test ## take pictures of every page of the shop into build/screens, some into docs/screens
	$(call build_with,dev,marque)
	@$(MAKE) -s tests/node_modules/.installed build/web/.built
	@npm --prefix tests run --silent screens

# New inputs that reach new code gather in build/fuzz/corpus; those of tests/fuzz/corpus are where each run starts.
FUZZ_SECONDS ?= 10
.PHONY: fuzz
fuzz: setup-test ## run each libFuzzer target for 10 seconds (FUZZ_SECONDS=…; F=json runs that one)
	$(call build_with,fuzz,fuzz)
	@for target in $(or $(F),$(basename $(notdir $(wildcard tests/fuzz/*.cpp)))); do \
		echo "==> fuzzing $$target for $(FUZZ_SECONDS) s"; mkdir -p build/fuzz/corpus/$$target; \
		build/fuzz/tests/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -timeout=1 -rss_limit_mb=1024 \
			-verbosity=0 -print_final_stats=1 -artifact_prefix=build/fuzz/$$target- \
			build/fuzz/corpus/$$target tests/fuzz/corpus/$$target 2>&1 | tail -n 30; \
	done

.PHONY: fmt fmt-check tidy
fmt: ## format the C++ sources
	@clang-format-19 -i $(SOURCES)
fmt-check:
	$(say) "fmt"
	@clang-format-19 --dry-run -Werror $(SOURCES)
tidy: ## check layers, sizes and shapes (also part of test)
	@python3 tools/tidy.py .

# A version of the commit's own time, so that newer ones are higher.
VERSION ?= 0~$(shell TZ=UTC git log -1 --format=%cd.%h --date=format-local:%Y%m%d%H%M)
.PHONY: package
package: build ## a Debian package of it: build/package/marque_….deb (VERSION=…)
	$(say) "making a Debian package"
	@packaging/build-deb $(SERVER) build/web '$(VERSION)' build/package

.PHONY: bench clean
bench: build ## measure the server on this machine
	@tools/setup bench
	$(call build_with,release,marque_bench marque_quote_bench)
	@exec bench/run
clean: ## remove everything built; the development database stays
	rm -rf build tests/node_modules web/node_modules

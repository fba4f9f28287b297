# A thin door over the CMake presets. `make demo` and `make test` do everything, set-up included.
JOBS ?= 2
# Most of them wait for a time limit or a peer most of the time.
TEST_JOBS ?= 4
CLANG_FORMAT ?= clang-format
CLANG_TIDY ?= $(or $(shell command -v clang-tidy-19), clang-tidy)

.PHONY: all configure demo simulate test test-postgres sanitize bench plain-libcurl compat compilers windows ports fuzz load docs coverage mutate package \
  page-test \
  lint format deps clean

all: configure
	cmake --build --preset dev -j $(JOBS)

configure: deps
	cmake --preset dev

demo: configure
	cmake --build --preset dev -j $(JOBS) --target demo
	@echo
	@build/bin/demo

# Plays the service, with a page to look at, until Ctrl-C.
simulate: configure
	cmake --build --preset dev -j $(JOBS) --target dropcowboy_tool
	@build/bin/dropcowboy simulate

test: all
	ctest --preset dev -j $(TEST_JOBS) -LE postgres

# The outbox on PostgreSQL, at servers of its own that are gone afterwards.
test-postgres: deps
	@cmake/install-deps.sh postgres
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target outbox_postgres_tests outbox_postgres_crash_tests outbox_postgres_soak
	ctest --preset dev -j $(JOBS) -L postgres

sanitize: deps
	for preset in asan tsan; do \
	  cmake --preset $$preset && cmake --build --preset $$preset -j $(JOBS) \
	    && ctest --preset $$preset -j $(TEST_JOBS) || exit 1; \
	done

# BENCH_OPTIONS: see tests/benchmark/run.py --help
# The vendor's SDK is measured beside the others once `make compat` has installed it.
VENDOR_SDK ?= $(wildcard build/compat/node_modules)
bench:
	@cmake/install-deps.sh bench
	cmake --preset bench
	cmake --build --preset bench -j $(JOBS)
	tests/benchmark/run.py --bin build/bench/bin --include include \
	  --include build/bench/generated/include --out build/bench/results $(if $(VENDOR_SDK),--vendor $(VENDOR_SDK)) \
	  $(BENCH_OPTIONS)

# What plain libcurl does in the places of docs/reliability.md.
plain-libcurl: deps
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target plain_libcurl_tests
	build/bin/plain_libcurl_tests

# The vendor's npm package and this library, call by call, at the simulator. Needs the npm registry.
compat:
	@cmake/install-deps.sh compat
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target compat
	npm install --prefix build/compat --no-save --no-package-lock --ignore-scripts --no-audit \
	  --no-fund --loglevel=error dropcowboy@1.0.2
	build/bin/compat tests/compat build/compat/node_modules

# Everything but the tests' own code with every compiler that is promised.
COMPILERS ?= g++ clang++-14 clang++-16 clang++-19 clang++-19:libc++
compilers:
	@cmake/install-deps.sh compilers
	tests/compilers.sh $(COMPILERS)

# For 64-bit Windows, cross-compiled and run under Wine. WINDOWS_PREFIX: where the dependencies are that
# the distribution does not have for it, see docs/windows.md; made from its source packages if it is not there.
WINDOWS_PREFIX ?= build/windows-prefix
windows: deps
	@cmake/install-deps.sh windows
	cmake/windows-prefix.sh "$(WINDOWS_PREFIX)"
	WINDOWS_PREFIX="$(abspath $(WINDOWS_PREFIX))" cmake --preset windows
	cmake --build --preset windows -j $(JOBS)
	tests/windows.py build/windows $(TEST_JOBS)

# For 32-bit x86 and arm64, on Debian 12: built by cross compilers, run there and under qemu.
PORTS ?= i386 arm64
ports:
	@cmake/install-deps.sh ports
	for port in $(PORTS); do \
	  cmake/port-root.sh $$port build/port-roots/$$port && cmake --preset port-$$port \
	    && tests/ports.py $$port build/port-$$port $(TEST_JOBS) || exit 1; \
	done

# Each parser for FUZZ_SECONDS; what is found lands in build/fuzz.
FUZZ_SECONDS ?= 60
fuzz:
	@cmake/install-deps.sh fuzz
	cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS)
	for corpus in tests/fuzz/corpus/*; do \
	  name=$$(basename $$corpus) && mkdir -p build/fuzz/corpus/$$name \
	    && build/fuzz/bin/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
	      -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$name $$corpus || exit 1; \
	done

# The example receiver under a minute of callbacks.
load:
	@cmake/install-deps.sh load
	cmake --preset release -DDROPCOWBOY_BUILD_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target receive_callbacks tagged_ids
	tests/load/run.sh build/release/bin

# The pages of the simulator and of `listen` in a real browser. PAGE_SCREENSHOTS: a directory for
# pictures of them.
PAGE_SCREENSHOTS ?=
page-test: deps
	@cmake/install-deps.sh page
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target dropcowboy_tool
	PAGE_SCREENSHOTS="$(PAGE_SCREENSHOTS)" tests/page/page_test.py build/bin/dropcowboy

# The documentation as a site in build/docs/html; fails on a public symbol without a word about it.
DOXYGEN_AWESOME ?= /usr/share/doxygen-awesome-css
docs: export DOXYGEN_AWESOME := $(DOXYGEN_AWESOME)
docs: export DROPCOWBOY_VERSION = $(shell sed -n 's/^ *VERSION \([0-9.]*\)$$/\1/p' CMakeLists.txt)
docs:
	@cmake/install-deps.sh docs
	mkdir -p build/docs
	doxygen docs/Doxyfile
	@echo "build/docs/html/index.html"

# What of src/ the tests have not run: build/coverage/report/index.html
coverage:
	@cmake/install-deps.sh coverage
	cmake --preset coverage
	cmake --build --preset coverage -j $(JOBS)
	find build/coverage -name '*.gcda' -delete
	ctest --preset coverage -j $(JOBS)
	mkdir -p build/coverage/report
	gcovr --config tests/gcovr.cfg --object-directory build/coverage

# Breaks lines of src/ one at a time, and says which of them no test notices.
mutate: deps
	tests/mutation/run.py $(MUTATE_OPTIONS)

# Debian packages in build/package
package: deps
	cmake --preset package
	cmake --build --preset package -j $(JOBS)
	cpack --config build/package/CPackConfig.cmake -B build/package

format:
	git ls-files '*.cpp' '*.hpp' | xargs $(CLANG_FORMAT) -i

lint:
	@cmake/install-deps.sh lint
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target header_tests samples
	git ls-files '*.cpp' '*.hpp' | xargs $(CLANG_FORMAT) --dry-run -Werror
	cppcheck --quiet --std=c++17 --language=c++ --error-exitcode=1 --inline-suppr -j $(JOBS) \
	  --enable=warning,performance,portability --suppress=missingInclude --suppress=unknownMacro \
	  --suppress=cppcheckError --suppress=accessMoved --suppress=passedByValue \
	  -I include -I src -D__cpp_exceptions=199711 -DDROPCOWBOY_API= src include
	git ls-files 'src/*.cpp' ':!src/platform/windows.cpp' ':!src/outbox/sqlite/files_windows.cpp' | xargs -P $(JOBS) -n 1 $(CLANG_TIDY) --quiet -p build

deps:
	@cmake/install-deps.sh

clean:
	rm -rf build

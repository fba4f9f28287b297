# A thin door over the CMake presets. `make demo` and `make test` do everything, set-up included.
JOBS ?= 2

.PHONY: all demo test sanitize lint format deps clean

all: deps
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)

demo: all
	build/bin/demo

test: all
	ctest --preset dev -j $(JOBS)

sanitize: deps
	for preset in asan tsan; do \
	  cmake --preset $$preset && cmake --build --preset $$preset -j $(JOBS) \
	    && ctest --preset $$preset -j $(JOBS) || exit 1; \
	done

format:
	git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

lint: all
	git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror
	git ls-files 'src/*.cpp' | xargs -P $(JOBS) -n 1 clang-tidy --quiet -p build

deps:
	@cmake/install-deps.sh

clean:
	rm -rf build

#!/bin/sh
# Builds the library, the receiver, the simulator, the header tests and the samples with every
# compiler that is named and installed, warnings being errors; and, with libc++, the library and the
# smallest consumer, which it runs. (Debian's GoogleTest and cpp-httplib are made for libstdc++.)
# With the first compiler it builds the library, the receiver and a consumer of each once more as some
# projects do, and runs the consumers: with the library's own checks (-D_GLIBCXX_ASSERTIONS), without
# RTTI, with link-time optimisation, in a unity build; and the consumer of the receiver, which needs no
# libcurl, as a static executable. (Debian's libcurl cannot be in one: it needs Kerberos and LDAP.)
#   tests/compilers.sh g++ clang++-14 clang++-19 clang++-19:libc++
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

# consume <directory> <compiler> <option of cmake>...: builds the consumers and runs them.
consume() {
  work="$root/build/compilers/$1"
  compiler_of_it=$2
  shift 2
  cmake -S "$root/tests/package/consumer" -B "$work" -G Ninja -DCMAKE_CXX_COMPILER="$compiler_of_it" \
    -DHOW=add_subdirectory -DDROPCOWBOY_SOURCE="$root" -DDROPCOWBOY_WARNINGS_AS_ERRORS=ON "$@" >/dev/null
  cmake --build "$work" -j 2
  "$work/consumer"
  [ ! -e "$work/consumer_receiver" ] || "$work/consumer_receiver"
}

build() {
  echo "== $1 $2: $($1 --version | head -n 1)"
  if [ "$2" = libc++ ]; then
    consume "$1$2" "$1" -DCMAKE_CXX_FLAGS=-stdlib=libc++
  else
    work="$root/build/compilers/$1$2"
    cmake -S "$root" -B "$work" -G Ninja -DCMAKE_CXX_COMPILER="$1" \
      -DDROPCOWBOY_WARNINGS_AS_ERRORS=ON >/dev/null
    cmake --build "$work" -j 2 --target dropcowboy dropcowboy_receiver dropcowboy_testing \
      dropcowboy_tool header_tests header_tests_20 header_tests_23 samples
  fi
}

build_otherwise() {
  echo "== $1, checked, without RTTI, optimised at link time"
  consume "$1-otherwise" "$1" -DCMAKE_CXX_FLAGS="-O1 -D_GLIBCXX_ASSERTIONS -fno-rtti" \
    -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DCMAKE_UNITY_BUILD=ON \
    -DDROPCOWBOY_BUILD_RECEIVER=ON -DWITH_RECEIVER=ON
  echo "== $1, static"
  built="$root/build/compilers/$1-otherwise"
  "$1" -static -O1 -fno-rtti -flto -std=c++17 -I "$root/include" \
    "$root/tests/package/consumer/receiving.cpp" \
    "$built/dropcowboy/src/receiver/libdropcowboy_receiver.a" "$built/dropcowboy/src/libdropcowboy.a" \
    -lcrypto -o "$built/static_receiver"
  "$built/static_receiver"
  file "$built/static_receiver" | grep -q 'statically linked'
}

missing=
for wanted in "$@"; do
  compiler=${wanted%:*}
  library=
  [ "$compiler" = "$wanted" ] || library=${wanted#*:}
  if command -v "$compiler" >/dev/null; then
    build "$compiler" "$library"
  else
    missing="$missing $compiler"
  fi
done
[ -z "$missing" ] || { echo "not installed:$missing" >&2; exit 1; }
build_otherwise "${1%:*}"

#!/bin/sh
# Installs what the project is built and tested with; does nothing where all of it is there.
# `install-deps.sh bench`, `compat`, `compilers`, `coverage`, `docs`, `fuzz`, `lint`, `load`, `page`, `ports`, `postgres` or `windows`
# installs what `make` of that name needs besides.
# Does nothing at all with DROPCOWBOY_INSTALL_DEPS=0.
set -eu
purpose=${1:-test}
[ "${DROPCOWBOY_INSTALL_DEPS:-1}" != 0 ] || exit 0

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

has_driver() {
  [ -n "${CHROMEDRIVER:-}" ] || command -v chromedriver >/dev/null || command -v chromium.chromedriver >/dev/null
}

if command -v apt-get >/dev/null; then
  packages="g++ cmake ninja-build pkg-config libcurl4-openssl-dev nlohmann-json3-dev
    libcpp-httplib-dev libcli11-dev libgtest-dev libgmock-dev libssl-dev libsqlite3-dev libpq-dev openssl ca-certificates
    dpkg-dev file python3"
  [ "$purpose" != bench ] || packages="$packages nginx-light libbenchmark-dev valgrind"
  # Another package of Node.js, with npm in it, may be there already.
  [ "$purpose" != compat ] || command -v npm >/dev/null || packages="$packages nodejs npm"
  [ "$purpose" != compilers ] ||
    packages="$packages clang-14 clang-16 clang-19 libc++-19-dev libc++abi-19-dev"
  [ "$purpose" != coverage ] || packages="$packages gcovr"
  [ "$purpose" != docs ] || packages="$packages doxygen doxygen-awesome-css"
  [ "$purpose" != lint ] || packages="$packages clang-format clang-tidy-19 cppcheck"
  [ "$purpose" != fuzz ] || packages="$packages clang-19 libclang-rt-19-dev"
  [ "$purpose" != windows ] ||
    packages="$packages g++-mingw-w64-x86-64-posix libz-mingw-w64-dev wine64 wine tcl"
  [ "$purpose" != ports ] ||
    packages="$packages g++-i686-linux-gnu g++-aarch64-linux-gnu qemu-user-static mmdebstrap"
  [ "$purpose" != load ] || packages="$packages wrk curl"
  [ "$purpose" != postgres ] || packages="$packages postgresql"
  # Whatever is in the path will do. Ubuntu has Chromium as a snap only, which brings its driver along.
  if [ "$purpose" = page ] && ! has_driver; then
    if ! grep -qi ubuntu /etc/os-release; then
      packages="$packages chromium chromium-driver"
    elif command -v snap >/dev/null; then
      as_root snap install chromium
    else
      echo "install-deps: Ubuntu has Chromium as a snap, and snapd is not here: install Chrome and its" \
        "chromedriver by hand, and name them in CHROME and CHROMEDRIVER if they are not in the path" >&2
      exit 1
    fi
  fi
  missing=
  for package in $packages; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || exit 0
  echo "installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -q
  # shellcheck disable=SC2086 # a list of words
  as_root apt-get install -y -q --no-install-recommends $missing
elif command -v dnf >/dev/null; then
  as_root dnf install -y -q gcc-c++ cmake ninja-build pkgconf-pkg-config libcurl-devel json-devel \
    cpp-httplib-devel cli11-devel gtest-devel gmock-devel openssl-devel sqlite-devel libpq-devel openssl
  [ "$purpose" != bench ] || as_root dnf install -y -q nginx google-benchmark-devel valgrind python3
  [ "$purpose" != compat ] || as_root dnf install -y -q nodejs npm
elif command -v brew >/dev/null; then
  brew install --quiet cmake ninja pkg-config curl nlohmann-json cpp-httplib cli11 googletest openssl sqlite libpq
  [ "$purpose" != bench ] || brew install --quiet nginx google-benchmark python3
  [ "$purpose" != compat ] || brew install --quiet node
else
  echo "install-deps: neither apt-get, dnf nor brew is here; install by hand: a C++17 compiler," \
    "CMake 3.24, Ninja, pkg-config, libcurl 7.80, nlohmann-json, cpp-httplib, CLI11, GoogleTest, OpenSSL, SQLite" >&2
  exit 1
fi

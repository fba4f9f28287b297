#!/bin/sh
# Builds for 64-bit Windows what the project needs and Debian 12 has not built for it, out of Debian's
# own source packages. Leaves a directory alone that is there already, but for one that it did not get
# to the end of. Nobody has to be root.
#   cmake/windows-prefix.sh build/windows-prefix
set -eu
if [ -d "$1" ]; then
  [ -d "$1.build" ] && [ ! -e "$1.build/complete" ] || exit 0
fi
rm -rf "$1" "$1.build"
mkdir -p "$1.build"
prefix=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$prefix.build
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$prefix/share/cmake"

apt() {
  command=$1
  shift
  "$command" -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
}

# fetch <package>: unpacks it into a directory of this name. A mirror may be behind with the newest
# version: then the one before.
fetch() {
  for version in $(apt apt-cache showsrc "$1" | sed -n 's/^Version: //p' | sort -Vru); do
    rm -rf "$1" "$1"_*
    if apt apt-get source --download-only "$1=$version"; then
      dpkg-source --no-check -x "$1"_*.dsc "$1"
      return
    fi
  done
  echo "windows-prefix: no source of $1" >&2
  return 1
}

# install <source> <option of cmake>...
install() {
  source=$1
  shift
  cmake -S "$source" -B "$source/mingw" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DCMAKE_INSTALL_PREFIX="$prefix" "$@"
  cmake --build "$source/mingw" -j 2
  cmake --install "$source/mingw"
}

toolchain=$(cd "$(dirname "$0")" && pwd)/mingw-w64.cmake
export WINDOWS_PREFIX="$prefix"
cd "$work"
# shellcheck disable=SC2016 # for apt-get to fill in
apt-get indextargets 'Identifier: Packages' 'Origin: Debian' --format \
  'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) main' >sources.list
[ -s sources.list ] || { echo "windows-prefix: apt knows no mirror of Debian: run apt-get update" >&2; exit 1; }
apt apt-get update
for package in openssl curl sqlite3 googletest cpp-httplib; do fetch "$package"; done

(cd openssl && ./Configure mingw64 no-shared no-tests --cross-compile-prefix=x86_64-w64-mingw32- CC=gcc-posix \
  --prefix="$prefix" --libdir=lib && make -j 2 build_libs && make install_dev)
# HTTP is all of it that is needed, by Windows' own TLS.
install curl -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DHTTP_ONLY=ON \
  -DCURL_USE_SCHANNEL=ON -DCURL_ZLIB=ON -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF
install googletest
install cpp-httplib -DHTTPLIB_USE_OPENSSL_IF_AVAILABLE=OFF -DHTTPLIB_USE_ZLIB_IF_AVAILABLE=OFF \
  -DHTTPLIB_USE_BROTLI_IF_AVAILABLE=OFF -DHTTPLIB_COMPILE=OFF
(cd sqlite3 && mkdir -p one && cd one && ../configure --disable-tcl && make sqlite3.c \
  && x86_64-w64-mingw32-gcc-posix -O2 -c sqlite3.c && x86_64-w64-mingw32-ar rcs "$prefix/lib/libsqlite3.a" sqlite3.o \
  && cp sqlite3.h "$prefix/include")
# These two are headers only.
cp -r /usr/include/nlohmann /usr/include/CLI "$prefix/include"
cp -r /usr/share/cmake/nlohmann_json /usr/share/cmake/CLI11 "$prefix/share/cmake"
touch complete

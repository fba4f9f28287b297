#!/bin/sh
# Unpacks into a directory what of Debian 12 the project is built and tested with on another
# processor: headers and libraries. Nothing in it is run, so nobody has to be root. Does nothing
# where it is there already.
#   cmake/port-root.sh i386 build/port-roots/i386
set -eu
architecture=$1
root=$2
[ ! -e "$root/complete" ] || exit 0
rm -rf "$root"
mkdir -p "$(dirname "$root")"
mmdebstrap --quiet --variant=extract --architectures="$architecture" \
  --include=libc6-dev,libstdc++-12-dev,libcurl4-openssl-dev,nlohmann-json3-dev,libcpp-httplib-dev \
  --include=libgtest-dev,libgmock-dev,libssl-dev,libsqlite3-dev \
  bookworm "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} # else the mirror that mmdebstrap knows
# Links that are meant from the root of a file system lead into this one.
absolute=$(cd "$root" && pwd)
find "$absolute/lib" "$absolute/usr" -lname '/*' | while read -r link; do
  ln -snf "$absolute$(readlink "$link")" "$link"
done
touch "$root/complete"

#!/bin/bash
# Debian roots for the docker and apt groups: roots.sh DIR [suite…]
# A root is made once; DIR/<suite>.tar is what docker import takes.
# The mirror is debootstrap's own default unless MIRROR names one. Needs root, debootstrap and a network.
set -eu
dir=$1
shift
mkdir -p "$dir"

# What an interpreter built elsewhere needs to start in the root, besides apt's essentials.
shared_libraries() {
  case $1 in
    bullseye) echo libssl1.1,libffi7,libreadline8,libsqlite3-0 ;;
    trixie) echo libssl3t64,libffi8,libreadline8t64,libsqlite3-0 ;;
    *) echo libssl3,libffi8,libreadline8,libsqlite3-0 ;;
  esac
}

for suite in "${@:-bookworm}"; do
  [ -f "$dir/$suite.tar" ] && continue
  rm -rf "${dir:?}/$suite"
  debootstrap --variant=minbase --include="ca-certificates,$(shared_libraries "$suite")" \
    "$suite" "$dir/$suite" ${MIRROR:+"$MIRROR"} >"$dir/$suite.log" 2>&1
  rm -rf "$dir/$suite"/var/lib/apt/lists/* "$dir/$suite"/var/cache/apt/archives/*.deb "$dir/$suite"/usr/share/doc/* "$dir/$suite"/usr/share/locale/*
  tar -C "$dir/$suite" -cf "$dir/$suite.tar" .
done

#!/bin/bash
# Base images for the docker group, under the names that Dockerfiles use: images.sh ROOTS PYTHONS PORT
# ROOTS holds <suite> and <suite>.tar (roots.sh), PYTHONS the interpreters; PORT is where the docker group's index listens.
# DOCKER_HOST says which daemon. Interpreters lie in /usr/local, as in the official images.
set -eu
roots=$1 pythons=$2 port=$3

plain() { # suite, tag…
  local suite=$1 tag
  shift
  for tag; do
    docker image inspect "$tag" >/dev/null 2>&1 || docker import -c 'CMD ["bash"]' "$roots/$suite.tar" "$tag" >/dev/null
  done
}

python_image() { # version, suite, tag…
  local version=$1 suite=$2 context home tag
  shift 2
  docker image inspect "$1" >/dev/null 2>&1 && return
  home=$(ls -d "$pythons/$version".* | tail -1)
  context=$(mktemp -d)
  mkdir -p "$context/usr/local" "$context/etc"
  cp -a "$home/bin" "$home/lib" "$home/include" "$context/usr/local/"
  rm -rf "$context"/usr/local/lib/python*/{test,config-*,idlelib,tkinter,turtledemo} "$context"/usr/local/lib/*.a
  find "$context"/usr/local/lib/python*/site-packages -mindepth 1 -maxdepth 1 \
    ! -name 'pip*' ! -name 'setuptools*' ! -name pkg_resources ! -name '_distutils_hack' ! -name '*.pth' -exec rm -rf {} +
  find "$context/usr/local" -name __pycache__ -prune -exec rm -rf {} +
  sed -i '1s|^#!.*/bin/python.*|#!/usr/local/bin/python|' "$context"/usr/local/bin/pip*
  printf '[global]\nindex-url = http://127.0.0.1:%s/simple/\n' "$port" >"$context/etc/pip.conf"
  tar -C "$roots/$suite" --exclude=./usr/local -cf "$context/root.tar" .
  tar -C "$context" -rf "$context/root.tar" ./usr/local ./etc/pip.conf
  docker import -c 'ENV LD_LIBRARY_PATH=/usr/local/lib' -c 'CMD ["python3"]' "$context/root.tar" "$1" >/dev/null
  for tag; do docker tag "$1" "$tag"; done
  rm -rf "$context"
}

plain bookworm debian:bookworm-slim debian:12
plain bullseye debian:bullseye-slim debian:11
plain trixie debian:trixie-slim
python_image 3.11 bookworm python:3.11-slim python:3.11-slim-bookworm
python_image 3.12 trixie python:3.12-slim
python_image 3.8 bookworm python:3.8 mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest

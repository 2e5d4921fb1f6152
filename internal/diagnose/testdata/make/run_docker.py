"""Runs the docker group: run_docker.py WORK OUT ENGINES [name-regexp].

ENGINES is a file of tab-separated rows: tool name (docker-<version>-classic or -buildkit), path of the client,
DOCKER_HOST, DOCKER_CONFIG. The images of images.sh must be there, made for PORT.
"""

import re
import sys
from pathlib import Path

import docker_faults
from lab import Lab
from packages import Release
from pythons import Pythons
from run_pip import build_index, guarded

PORT = 8765
GROUPS = [docker_faults.files, docker_faults.syntax, docker_faults.bases, docker_faults.steps, docker_faults.pip, docker_faults.apt, docker_faults.passing]


def engines(path):
    rows = [line.split("\t") for line in Path(path).read_text().splitlines() if line]
    return [(tool, Path(client), host, config) for tool, client, host, config in rows]


def variables(tool, host, config):
    kit = "1" if tool.endswith("-buildkit") else "0"
    return {"DOCKER_HOST": host, "DOCKER_CONFIG": config, "DOCKER_BUILDKIT": kit, "BUILDKIT_PROGRESS": "plain", "DOCKER_SCAN_SUGGEST": "false"}


def folder(work, tool, client):
    """A PATH entry where docker is this client."""
    target = work / "clients" / tool
    target.mkdir(parents=True, exist_ok=True)
    if not (target / "docker").exists():
        (target / "docker").symlink_to(client)
    return target


def main(work, out, table, only=""):
    work = Path(work)
    lab = Lab(work, out)
    index = build_index(Pythons(work))
    index.add("hugewheel", "hugewheel-1.0-py3-none-any.whl", Release("hugewheel", "1.0", size=80_000_000).data())
    index.faults["/v2/"] = "registry"
    index.serve(port=PORT)
    lab.mask(rf"http://127\.0\.0\.1:{PORT}\b", "https://pypi.example")
    lab.mask(r"/[^\s:]+(?=/tmp/buildkit-mount)", "/var/lib/docker")
    lab.mask(rf"127\.0\.0\.1:{PORT}\b", "registry.example")
    faults = [f for g in GROUPS for f in g() if re.search(only, f.name)]

    def job(j):
        fault, tool, client, host, config = j
        return lab.run(fault, tool, f"{folder(work, tool, client)}:/usr/bin:/bin", variables(tool, host, config))

    run = guarded(job)
    for tool, client, host, config in engines(table):
        for fault in faults:
            if fault.fits(tool):
                case, code = run((fault, tool, client, host, config))
                print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

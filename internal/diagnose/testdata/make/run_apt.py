"""Runs the apt group in Debian roots: run_apt.py WORK OUT ROOTS [name-regexp]."""

import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import apt_faults
from lab import Lab
from pythons import Pythons
from run_pip import build_index, guarded

SUITES = ["bullseye", "bookworm", "trixie"]
GROUPS = [apt_faults.missing, apt_faults.indexes, apt_faults.installing]


def in_root(fault, root, suite, url):
    """The fault's commands, moved into a throw-away layer over the root."""
    def text(s):
        return s.replace("{suite}", suite).replace("{index}", url)

    mounts = f"""
      mkdir -p "$CASE/up" "$CASE/wk" "$CASE/root"
      mount -t overlay overlay -o "lowerdir={root},upperdir=$CASE/up,workdir=$CASE/wk" "$CASE/root"
      mount --bind /proc "$CASE/root/proc"; mount --bind /dev "$CASE/root/dev"
      cp /etc/resolv.conf "$CASE/root/etc/resolv.conf"
      mkdir -p /opt/root; mount --rbind "$CASE/root" /opt/root
      chroot /opt/root sh -c {shlex.quote(text(fault.setup))} || true
    """
    files = {n: text(b) for n, b in fault.files.items()}
    return replace(fault, mounts=mounts, setup="", command="exec chroot /opt/root sh -c " + shlex.quote(text(fault.command)), files=files)


def apt_version(root):
    p = subprocess.run(["chroot", str(root), "apt-get", "--version"], capture_output=True, text=True, check=True)
    return p.stdout.split()[1]


def main(work, out, roots, only=""):
    work = Path(work)
    lab = Lab(work, out)
    port = build_index(Pythons(work)).serve()
    lab.mask(rf"127\.0\.0\.1:{port}\b", "packages.example")
    faults = [f for g in GROUPS for f in g() if re.search(only, f.name)]
    for suite in SUITES:
        root = Path(roots) / suite
        tool = f"apt-{apt_version(root)}-{suite}"
        run = guarded(lambda j: lab.run(in_root(j[0], root, suite, f"http://127.0.0.1:{port}"), j[1], "/usr/sbin:/usr/bin:/sbin:/bin"))
        for fault in faults:
            if fault.fits(tool):
                case, code = run((fault, tool))
                print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

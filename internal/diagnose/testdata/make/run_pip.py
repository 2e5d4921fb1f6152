"""Runs the pip groups: run_pip.py WORK OUT [--all] [name-regexp]."""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import build_faults
import passing_faults
import pip_faults
import pip_world
import universe
from index import Index
from lab import Lab
from packages import Release
from pythons import PIPS, SEED, Pythons

GROUPS = [pip_faults.finding, pip_faults.conflicts, pip_faults.hashes, pip_faults.lines, pip_world.network, pip_world.sources,
          pip_world.installed, build_faults.native, build_faults.python, build_faults.backends, passing_faults.passing]
BACKENDS = [("setuptools", v, p) for v, p in (("44.1.1", "2.7"), ("49.6.0", "3.8"), ("59.6.0", "3.6"), ("68.0.0", "3.7"), ("69.5.1", "3.11"), ("75.3.2", "3.8"), ("80.9.0", "3.9"), ("82.0.1", "3.11"))]
BACKENDS += [("wheel", v, p) for v, p in (("0.37.1", "2.7"), ("0.42.0", "3.11"), ("0.45.1", "3.11"))]
NEEDS = {"44.1.1": "", "49.6.0": ">=3.5", "59.6.0": ">=3.6", "68.0.0": ">=3.7", "69.5.1": ">=3.8", "75.3.2": ">=3.8", "80.9.0": ">=3.9", "82.0.1": ">=3.10", "0.42.0": ">=3.7", "0.45.1": ">=3.8"}


def build_index(pythons):
    """The made-up projects, those with faulty files, and the real setuptools and wheel that builds need."""
    faulty = [Release(n, "1.0", size=400_000) for n in pip_faults.FAULTY_FILES]
    index = Index(universe.releases() + faulty, pip_faults.FAULTS)
    for name, version, python in BACKENDS:
        wheel = pythons.wheel(name, version, python)
        index.add(name, wheel.name, wheel.read_bytes(), NEEDS.get(version, ""))
    return index


def certificate(work):
    """A self-signed certificate for the index over TLS."""
    target = work / "self.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(work / "key.pem"), "-out", str(work / "cert.pem")], check=True, capture_output=True)
    target.write_bytes((work / "key.pem").read_bytes() + (work / "cert.pem").read_bytes())
    return target


def without(work, hidden):
    """A folder of links to every command of the system but the hidden ones."""
    folder = work / "bin" / ("-".join(hidden) or "all")
    if not folder.exists():
        folder.mkdir(parents=True)
        for p in Path("/usr/bin").iterdir():
            if not any(p.name == h or p.name.startswith((h + "-", "x86_64-linux-gnu-" + h)) for h in hidden):
                (folder / p.name).symlink_to(p)
    return folder


def fill_in(fault, index, urls):
    """Replace {index}, {tls}, {plain-as-tls} and {hash:FILE} in files and command."""
    def text(s):
        for key, url in urls.items():
            s = s.replace("{" + key + "}", url)
        return re.sub(r"\{hash:([^}]+)\}", lambda m: hashlib.sha256(index.files[m[1]]).hexdigest(), s)

    files = {n: text(b) if isinstance(b, str) else b for n, b in fault.files.items()}
    return replace(fault, files=files, command=text(fault.command))


def chosen(number, fault, every):
    """Eight of the pips, spread over their ages, others for the next fault; all with --all."""
    fitting = [(p, y) for p, y in PIPS if fault.fits(f"pip-{p}-py{y}")]
    step = 1 if every or len(fitting) <= 8 else 3
    return fitting[number % step :: step]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("only", nargs="?", default="")
    args.add_argument("--all", action="store_true")
    args = args.parse_args()
    pythons, lab = Pythons(args.work), Lab(args.work, args.out)
    index = build_index(pythons)
    port, tls = index.serve(), index.serve(certificate(args.work))
    urls = {"index": f"http://127.0.0.1:{port}", "tls": f"https://localhost:{tls}", "plain-as-tls": f"https://localhost:{port}"}
    masks(lab, pythons, port, tls, args.work)
    faults = [f for g in GROUPS for f in g()]
    jobs = [(fill_in(f, index, urls), p, y) for i, f in enumerate(faults) if re.search(args.only, f.name) for p, y in chosen(i, f, args.all)]
    for pip, python in {(p, y) for _, p, y in jobs}:
        pythons.venv(python, pip)
    for fault, _, _ in jobs:
        without(args.work, fault.hide)
    env = {"PIP_INDEX_URL": urls["index"] + "/simple/", "NO_PROXY": "", "no_proxy": ""}

    def job(j):
        fault, pip, python = j
        venv = pythons.venv(python, pip)
        include = " ".join(str(p) for p in (pythons.home(python) / "include").glob("python*"))
        path = f"/opt/venv/bin:{without(args.work, fault.hide)}"
        return lab.run(fault, f"pip-{pip}-py{python}", path, {**env, "LAB_INCLUDES": include}, venv)

    with ThreadPoolExecutor(int(os.environ.get("LAB_JOBS", "2"))) as pool:
        for case, code in pool.map(guarded(job), jobs):
            print(code, case, flush=True)


def guarded(job):
    """One case that cannot be prepared must not end the others."""
    def run(j):
        try:
            return job(j)
        except Exception as e:  # noqa: BLE001 — said, and the run goes on
            return f"{j[0].name}--{j[1]}: {e}", "FAILED"
    return run


def masks(lab, pythons, port, tls, work):
    lab.mask(rf"http://127\.0\.0\.1:{port}\b", "https://pypi.example")
    lab.mask(rf"127\.0\.0\.1:({port}|{tls})\b", "pypi.example")
    lab.mask(rf"HTTPConnectionPool\(host='127\.0\.0\.1', port={port}\)", "HTTPSConnectionPool(host='pypi.example', port=443)")
    lab.mask(rf"\blocalhost:({port}|{tls})\b", "pypi.example")
    lab.mask(rf"host='localhost', port=({port}|{tls})", "host='pypi.example', port=443")
    lab.mask(r"host='127\.0\.0\.1', port=\d+", "host='pypi.example', port=443")
    lab.mask(r"127\.0\.0\.1\b(?!:9)", "pypi.example")
    lab.mask(re.escape(str(pythons.root)) + r"/[\d.]+", "/usr/local")
    lab.mask(re.escape(str(work)) + r"/bin/[^/:]*", "/usr/bin")


if __name__ == "__main__":
    sys.exit(main())

"""Runs the poetry group: run_poetry.py WORK OUT [name-regexp]."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import poetry_faults
from lab import Lab
from pythons import Pythons
from run_pip import build_index, fill_in, guarded, masks, without

POETRIES = [("1.1.15", "3.8"), ("1.4.2", "3.9"), ("1.8.5", "3.11"), ("2.1.4", "3.12"), ("2.5.1", "3.13")]
GROUPS = [poetry_faults.solving, poetry_faults.locks, poetry_faults.builds, poetry_faults.settings, poetry_faults.network]
# How a source is made the only one: the key changed with 1.5.
KINDS = {"1.1.15": "default = true", "1.4.2": "default = true", "1.8.5": 'priority = "primary"', "2.1.4": 'priority = "primary"', "2.5.1": 'priority = "primary"'}


def tool(pythons, version, python):
    """An environment of its own for this poetry."""
    folder = pythons.work / "poetry" / version
    if not (folder / "ready").exists():
        subprocess.run([str(pythons.home(python) / "bin/python"), "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(folder / "bin/pip"), "install", "-q", f"poetry=={version}"], check=True)
        (folder / "ready").touch()
    return folder


def main(work, out, only=""):
    work = Path(work)
    pythons, lab = Pythons(work), Lab(work, out)
    index = build_index(pythons)
    port = index.serve()
    masks(lab, pythons, port, 0, work)
    lab.mask(re.escape(str(work)) + r"/poetry/[\d.]+", "/opt/poetry")
    faults = [f for g in GROUPS for f in g() if re.search(only, f.name)]
    jobs = []
    for version, python in POETRIES:
        tool(pythons, version, python), pythons.venv(python, "24.0")
        urls = {"index": f"http://127.0.0.1:{port}", "kind": KINDS[version]}
        jobs += [(fill_in(f, index, urls), "poetry-" + version, version, python) for f in faults if f.fits("poetry-" + version)]

    def job(j):
        fault, name, version, python = j
        if version < "1.8":
            text = fault.files["pyproject.toml"].replace("package-mode = false\n", "")
            fault = replace(fault, files={**fault.files, "pyproject.toml": text}, blame=[(f, n - 1) for f, n in fault.blame])
        path = f"/opt/venv/bin:{work}/poetry/{version}/only:{without(work, fault.hide)}"
        return lab.run(fault, name, path, {"VIRTUAL_ENV": "/opt/venv", "POETRY_NO_INTERACTION": "1", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, pythons.venv(python, "24.0"))

    for version, _ in POETRIES:
        only_bin = work / "poetry" / version / "only"
        only_bin.mkdir(exist_ok=True)
        if not (only_bin / "poetry").exists():
            (only_bin / "poetry").symlink_to(work / "poetry" / version / "bin" / "poetry")
    without(work, [])
    with ThreadPoolExecutor(2) as pool:
        for case, code in pool.map(guarded(job), jobs):
            print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

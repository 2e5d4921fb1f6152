"""Runs the native group against the public index: run_native.py WORK OUT [name-regexp]."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import native_faults
from lab import Lab
from pythons import Pythons
from run_pip import guarded, masks, without


def main(work, out, only=""):
    work = Path(work)
    pythons, lab = Pythons(work), Lab(work, out)
    masks(lab, pythons, 0, 0, work)
    jobs = [j for j in native_faults.faults() if re.search(only, j[0].name)]
    for fault, pip, python in jobs:
        pythons.venv(python, pip)
        without(work, fault.hide)

    def job(j):
        fault, pip, python = j
        return lab.run(fault, f"pip-{pip}-py{python}", f"/opt/venv/bin:{without(work, fault.hide)}", {"PIP_PROGRESS_BAR": "off"}, pythons.venv(python, pip))

    with ThreadPoolExecutor(2) as pool:
        for case, code in pool.map(guarded(job), jobs):
            print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Runs the uv group: run_uv.py WORK OUT [name-regexp]."""

import re
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uv_faults
from lab import Lab
from pythons import Pythons
from run_pip import build_index, certificate, fill_in, guarded, masks, without

UVS = [("0.1.45", "3.11"), ("0.2.37", "3.12"), ("0.4.30", "3.12"), ("0.5.31", "3.11"), ("0.7.22", "3.13"), ("0.9.30", "3.12"), ("0.13.9", "3.13")]
GROUPS = [uv_faults.solving, uv_faults.inputs, uv_faults.places, uv_faults.network, uv_faults.builds]


def tool(pythons, version):
    """A folder that holds this uv alone."""
    folder = pythons.work / "uv" / version
    if not folder.exists():
        wheel = pythons.wheel("uv", version)
        folder.mkdir(parents=True)
        with zipfile.ZipFile(wheel) as z:
            (folder / "uv").write_bytes(z.read(next(n for n in z.namelist() if n.endswith("/scripts/uv"))))
        (folder / "uv").chmod(0o755)
    return folder


def main(work, out, only=""):
    work = Path(work)
    pythons, lab = Pythons(work), Lab(work, out)
    index = build_index(pythons)
    port, tls = index.serve(), index.serve(certificate(work))
    urls = {"index": f"http://127.0.0.1:{port}", "tls": f"https://127.0.0.1:{tls}"}
    masks(lab, pythons, port, tls, work)
    faults = [fill_in(f, index, urls) for g in GROUPS for f in g()]
    jobs = [(f, "uv-" + v, v, p) for i, f in enumerate(faults) if re.search(only, f.name)
            for k, (v, p) in enumerate(UVS) if f.fits("uv-" + v) and (k % 2 == i % 2 or k == len(UVS) - 1)]
    for fault, _, version, python in jobs:
        tool(pythons, version), pythons.venv(python, "24.0", seed=False), without(work, fault.hide)
    index_url = urls["index"] + "/simple"

    def job(j):
        fault, name, version, python = j
        env = {"VIRTUAL_ENV": "/opt/venv", "UV_INDEX_URL": index_url, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1", "UV_HTTP_RETRIES": "1"}
        path = f"/opt/venv/bin:{tool(pythons, version)}:{without(work, fault.hide)}"
        return lab.run(fault, name, path, env, pythons.venv(python, "24.0", seed=False))

    with ThreadPoolExecutor(2) as pool:
        for case, code in pool.map(guarded(job), jobs):
            print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

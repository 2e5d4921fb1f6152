"""Runs the conda group: run_conda.py WORK OUT [name-regexp]."""

import bz2
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import conda_faults
from lab import Lab
from pythons import Pythons
from run_pip import build_index, certificate, fill_in, guarded, masks, without

VERSION = "4.3.16"
# The made-up python and pip lead to the real ones of /opt/venv; conda's pip step calls python with the path of pip.
COMMANDS = {
    "python": {"bin/python": "#!/bin/sh\nexec /opt/venv/bin/python \"$@\"\n"},
    "pip": {"bin/pip": "import sys\nfrom pip._internal import main\nsys.exit(main())\n"},
}


def package(name, version, depends):
    """A conda package of the old format, and its row in the channel's index."""
    about = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": depends, "arch": "x86_64", "platform": "linux", "subdir": "linux-64"}
    files = {"info/index.json": json.dumps(about), f"share/{name}.txt": version + "\n", **COMMANDS.get(name, {})}
    files["info/files"] = "".join(f + "\n" for f in files if not f.startswith("info/"))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:bz2") as t:
        for path, body in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(body), 0o755
            t.addfile(member, io.BytesIO(body.encode()))
    data = buffer.getvalue()
    digest = "0" * 32 if name == "badsum" else hashlib.md5(data).hexdigest()
    return f"{name}-{version}-0.tar.bz2", data, {**about, "md5": digest, "size": len(data)}


def publish(index):
    """The channel's files, as paths that the index answers with."""
    rows = {}
    for row in conda_faults.PACKAGES:
        filename, data, about = package(*row)
        rows[filename] = about
        if about["name"] != "gonefile":
            index.pages["/channel/linux-64/" + filename] = data
    for subdir, found in (("linux-64", rows), ("noarch", {})):
        text = json.dumps({"info": {"subdir": subdir}, "packages": found}).encode()
        index.pages[f"/channel/{subdir}/repodata.json"] = text
        index.pages[f"/channel/{subdir}/repodata.json.bz2"] = bz2.compress(text)


def tool(pythons):
    """conda in an environment of its own, with commands as the installer would make them."""
    folder = pythons.work / "conda" / VERSION
    if (folder / "ready").exists():
        return folder
    subprocess.run([str(pythons.home("3.6") / "bin/python"), "-m", "venv", "--clear", str(folder)], check=True)
    subprocess.run([str(folder / "bin/pip"), "install", "-q", f"conda=={VERSION}", "ruamel.yaml<0.17", "pyyaml", "requests", "pycosat"], check=True, capture_output=True)
    (folder / "only").mkdir(exist_ok=True)
    for command, start in (("conda", "-m conda"), ("conda-env", "-c 'from conda_env.cli.main import main; import sys; sys.exit(main())'")):
        path = folder / ("only" if command == "conda" else "bin") / command
        path.write_text(f'#!/bin/sh\nexec /opt/conda/bin/python {start} "$@"\n')
        path.chmod(0o755)
    (folder / "conda-meta").mkdir(exist_ok=True)
    (folder / "ready").touch()
    return folder


def main(work, out, only=""):
    work = Path(work)
    pythons, lab = Pythons(work), Lab(work, out)
    index = build_index(pythons)
    publish(index)
    port, tls = index.serve(), index.serve(certificate(work))
    urls = {"index": f"http://127.0.0.1:{port}", "tls": f"https://127.0.0.1:{tls}"}
    lab.mask(rf"https?://127\.0\.0\.1:(?:{port}|{tls})/(channel|nothing|private/channel|down/channel)\b", r"https://conda.example/\1")
    masks(lab, pythons, port, tls, work)
    conda, venv = tool(pythons), pythons.venv("3.6", "18.1")
    env = {"PIP_INDEX_URL": urls["index"] + "/simple/", "CONDA_REMOTE_MAX_RETRIES": "1", "PYTHONWARNINGS": "ignore"}
    layer = 'mkdir -p /opt/conda "$CASE/cup" "$CASE/cwk"; mount -t overlay overlay -o "lowerdir=%s,upperdir=$CASE/cup,workdir=$CASE/cwk" /opt/conda; ' % conda

    def job(fault):
        path = f"/opt/conda/only:{without(work, fault.hide)}"
        fault.mounts = layer + fault.mounts
        fault.setup = f"printf 'default_channels:\\n  - {urls['index']}/channel\\n' > $HOME/.condarc"
        return lab.run(fill_in(fault, index, urls), "conda-" + VERSION, path, env, venv)

    for group in (conda_faults.specs, conda_faults.files, conda_faults.channels, conda_faults.pips):
        for fault in group():
            if re.search(only, fault.name) and fault.fits("conda-" + VERSION):
                case, code = guarded(lambda j: job(j[0]))((fault, VERSION))
                print(code, case, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

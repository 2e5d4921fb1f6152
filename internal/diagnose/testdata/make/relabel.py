"""Writes the labels of logs that lie there again, after the tables of faults were corrected: relabel.py OUT.

Runs nothing: the exit status is kept from the old label. Case folders whose fault no longer exists are named.
"""

import json
import sys
from pathlib import Path

import apt_faults
import build_faults
import conda_faults
import docker_faults
import native_faults
import passing_faults
import pip_faults
import pip_world
import poetry_faults
import uv_faults
from lab import make_label, tool_of

MODULES = {
    "pip": [pip_faults, pip_world, build_faults, passing_faults], "conda": [conda_faults], "uv": [uv_faults], "poetry": [poetry_faults],
    "docker": [docker_faults], "apt": [apt_faults],
}


def faults():
    """Every fault by its tool and name. A module's functions without parameters are its groups."""
    found = {("pip", f.name): f for f, _, _ in native_faults.faults()}
    for tool, modules in MODULES.items():
        for module in modules:
            for group in vars(module).values():
                if callable(group) and getattr(group, "__module__", "") == module.__name__ and not group.__code__.co_argcount:
                    found.update({(tool, f.name): f for f in group()})
    return found


def main(out):
    known, rows = faults(), []
    for path in sorted(Path(out).glob("*--*/label.json")):
        old = json.loads(path.read_text())
        case = path.parent.name
        name, _, tool = case.partition("--")
        key = (tool.split("-")[0], name)
        if key not in known:
            if "wrapped" not in old:
                print("no such fault:", case)
            rows.append((case, old))
            continue
        text = (path.parent / "build.log").read_bytes().decode("utf-8", "surrogateescape")
        label = make_label(case, known[key], tool, old["exit_code"], text)
        label["definition_files"], label["command"] = old["definition_files"], old["command"]
        if tool.startswith("poetry-1.") and tool < "poetry-1.8":
            label["blame"] = old["blame"]
        path.write_text(json.dumps(label, indent=1) + "\n")
        rows.append((case, label))
    with open(Path(out) / "INDEX.tsv", "w", encoding="utf-8") as index:
        for case, label in rows:
            tool, version = tool_of(label["slug"])
            index.write("\t".join([case, ",".join(label["rules"]) or "-", tool, version, str(label["exit_code"]), str(label["root_cause_line"])]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

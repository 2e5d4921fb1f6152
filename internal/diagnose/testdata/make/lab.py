"""One failing build: its files, its command, what is expected of it, and the masked log that is left."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# A host name below .example belongs to nobody (RFC 2606).
HOSTS = [
    (re.compile(r"\bfiles\.py(?:pi|thonhosted)\.org\b"), "files.example"),
    (re.compile(r"\b(?:test\.|www\.)?pypi(?:\.python)?\.org\b"), "pypi.example"),
    (re.compile(r"\b(?:deb|ftp|security|snapshot|archive)\.debian\.org\b"), "deb.example"),
    (re.compile(r"\bregistry\.npmjs\.org\b"), "npm.example"),
    (re.compile(r"\b(?:registry-1|auth|index)\.docker\.io\b"), "registry.example"),
    (re.compile(r"\[IP: 127\.0\.0\.1 \d+\]"), "[IP: 10.0.0.4 80]"),
    (re.compile(r"(?<= on )\d+\.\d+\.\d+\.\d+:53\b"), "10.0.0.2:53"),
]


@dataclass
class Fault:
    """What goes wrong on purpose, and what the log and the files should be said to show."""

    name: str
    rules: list  # accepted ids of the taxonomy, the best first
    command: str  # what the user's build runs, in the folder of files
    root: list  # regexps; the first that matches a line gives the root cause line
    files: dict = field(default_factory=dict)
    blame: list = field(default_factory=list)  # (file, line)
    near: list = field(default_factory=list)
    overrides: list = field(default_factory=list)  # (regexp, rules): what the log of some versions shows instead
    env: dict = field(default_factory=dict)
    tools: list = field(default_factory=list)  # regexps on "pip-9.0.3-py2.7"; all where empty
    setup: str = ""  # shell, run unseen before the command
    hide: list = field(default_factory=list)  # commands that the image does not have
    outcome: str = "failure"
    fix: str = ""  # kind of fix, where somebody judged it
    advice: str = ""
    mounts: str = ""  # shell, run as root in the case's own mount namespace before the command
    limit: int = 120  # seconds after which the command is ended, as a build's deadline would
    note: str = ""

    def fits(self, tool):
        return not self.tools or any(re.search(t, tool) for t in self.tools)


class Lab:
    """Where the cases are run, and where their logs go."""

    def __init__(self, work, out):
        self.work, self.out = Path(work), Path(out)
        self.masks = []
        for d in (self.work, self.out):
            d.mkdir(parents=True, exist_ok=True)

    def mask(self, pattern, text):
        """Replace what matches in every log and definition file from now on."""
        self.masks.append((re.compile(pattern), text))

    def clean(self, text):
        for pattern, replacement in self.masks + HOSTS:
            text = pattern.sub(replacement, text)
        return text

    def run(self, fault, tool, path, env=None, venv=None):
        """Run one fault with one tool and write its case. path is the PATH of the build, venv what it sees as /opt/venv."""
        case = f"{fault.name}--{tool}"
        home = self.work / "cases" / case
        shutil.rmtree(home, ignore_errors=True)
        app = home / "app"
        app.mkdir(parents=True)
        fill(app, fault.files)
        variables = self.environment(home, path, fault, env)
        code, raw = execute(fault, home, variables, venv)
        text = self.clean(raw.decode("utf-8", "surrogateescape").replace(str(home / "home"), "/root"))
        self.write(case, fault, tool, code, text)
        subprocess.run(["chmod", "-R", "u+w", str(home)], check=False)
        shutil.rmtree(home, ignore_errors=True)
        return case, code

    def environment(self, home, path, fault, env):
        """A build's environment: nothing of the machine's own settings but its certificates."""
        (home / "home").mkdir()
        keep = {k: os.environ[k] for k in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT") if k in os.environ}
        return {
            "PATH": path, "HOME": str(home / "home"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "GIT_TERMINAL_PROMPT": "0",
            **keep, **(env or {}), **fault.env,
        }

    def write(self, case, fault, tool, code, text):
        folder = self.out / case
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, body in fault.files.items():
            if isinstance(body, bytes):
                put(folder / name, body)
            elif body is not None:
                put(folder / name, self.clean(body).encode())
        put(folder / "build.log", text.encode("utf-8", "surrogateescape"))
        label = make_label(case, fault, tool, code, text)
        label["command"] = self.clean(label["command"])
        put(folder / "label.json", (json.dumps(label, indent=1) + "\n").encode())
        with open(self.out / "INDEX.tsv", "a", encoding="utf-8") as f:
            rules = ",".join(label["rules"]) or "-"
            f.write("\t".join([case, rules, *tool_of(tool), str(code), str(label["root_cause_line"])]) + "\n")


def tool_of(tool):
    name, _, version = tool.partition("-")
    return name, version


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def fill(app, files):
    for name, body in files.items():
        if body is not None:
            put(app / name, body if isinstance(body, bytes) else body.encode())


# Every case has a mount namespace: its files lie in /app, a throw-away layer over the environment in /opt/venv.
BOX = r"""
set -e
exec 3>&1 >"$CASE/setup.log" 2>&1
trap 'exit 97' ERR
mkdir -p /app /opt/venv
mount --bind "$CASE/app" /app
if [ -n "$VENV" ]; then
  mkdir -p "$CASE/upper" "$CASE/layer"
  mount -t overlay overlay -o "lowerdir=$VENV,upperdir=$CASE/upper,workdir=$CASE/layer" /opt/venv
fi
eval "$MOUNTS"
cd /app
eval "$SETUP"
exec >&3 2>&3 3>&-
limit=$LIMIT command=$COMMAND
unset CASE VENV MOUNTS SETUP LIMIT COMMAND OLDPWD
exec timeout --kill-after=5 "$limit" bash -c "$command"
"""


def execute(fault, home, variables, venv):
    """Both streams in one pipe, as an image builder reads them; stdin is empty."""
    box = {"CASE": str(home), "VENV": str(venv or ""), "MOUNTS": fault.mounts, "SETUP": fault.setup, "LIMIT": str(fault.limit), "COMMAND": fault.command}
    p = subprocess.run(["unshare", "-m", "bash", "-c", BOX], env={**variables, **box},
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if p.returncode == 97:
        raise RuntimeError(f"preparing {fault.name}: {(home / 'setup.log').read_text()[-600:]}")
    return p.returncode, p.stdout


def lines_of(patterns, text):
    """Line numbers of every match: first those of the first pattern that matches at all."""
    lines, found = text.split("\n"), []
    for pattern in patterns:
        r = re.compile(pattern)
        found += [i for i, line in enumerate(lines, 1) if r.search(line) and i not in found]
    return found


def outcome(fault, code, found):
    """success whatever was intended, where the build ended well; "unexpected" asks a person to look."""
    if code == 0:
        return "success"
    cut = code == 124 and not found  # the deadline came before the fault
    return "unexpected" if cut or fault.outcome == "success" else fault.outcome


# pip 20.3 to 21.1 says no "(from versions: …)": whether the name or the version is wrong cannot be told.
NO_LIST = re.compile(r"Could not find a version that satisfies the requirement (?!.*\(from versions)")
VAGUE = ["pip-package-not-found", "pip-version-not-found", "pip-no-wheel-for-platform"]


def make_label(case, fault, tool, code, text):
    """The label as the corpus has it; a build that ended well has no cause, whatever was intended."""
    failed = fault.outcome == "failure" and code != 0
    rules = next((r for pattern, r in fault.overrides if re.search(pattern, text)), fault.rules)
    found = lines_of(fault.root, text) if failed else []
    vague = VAGUE if NO_LIST.search(text) else []
    return {
        "id": case, "slug": tool, "provenance": "lab", "log_format": log_format(tool),
        "outcome": outcome(fault, code, found),
        "rules": rules if failed else [], "near": [n for n in fault.near + vague if n not in rules] if failed else [],
        "root_cause_line": found[0] if found else 0, "also_lines": found[1:9],
        "definition_files": sorted(n for n, b in fault.files.items() if b is not None),
        "blame": [{"file": f, "line": n} for f, n in fault.blame] if failed else [],
        "fix_kind": fault.fix if failed else "none", "fix_automatable": "",
        "advice": fault.advice if failed else ",".join(fault.rules),
        "exit_code": code, "command": fault.command,
        "source": f"{tool}, fault made on purpose: {fault.name}", "notes": fault.note,
    }


def log_format(tool):
    for ending, name in (("-classic", "classic-docker"), ("-buildkit", "buildkit")):
        if tool.endswith(ending):
            return name
    return "plain-" + tool.split("-")[0]

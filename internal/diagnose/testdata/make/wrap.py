"""Logs as the hosts keep them: wrap.py OUT [every]. Each every-th plain case is written again as <case>@<host>.

The tool's lines stay byte for byte; what the host puts before and around them is added. The label's lines move along.
"""

import json
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

from lab import put

START = datetime(2025, 3, 4, 9, 12, 41, 183_000)
GITHUB_HEAD = ["##[group]Run {command}", "\x1b[36;1m{command}\x1b[0m", "shell: /usr/bin/bash -e {{0}}", "##[endgroup]"]
AZURE_HEAD = ["##[section]Starting: Build image", "=" * 78, "Task         : Command line", "Description  : Run a command line script using Bash on Linux and macOS and cmd.exe on Windows",
              "Version      : 2.250.1", "Author       : Microsoft Corporation", "=" * 78, "Generating script.", "Script contents:", "{command}",
              "========================== Starting Command Output ===========================", "[command]/usr/bin/bash --noprofile --norc /home/vsts/work/_temp/6f1c.sh"]


def github(lines, command, code):
    """Every line has a time of seven digits; the run ends with the exit status."""
    head = [h.format(command=command) for h in GITHUB_HEAD]
    tail = [f"##[error]Process completed with exit code {code}."] if code else ["Post job cleanup."]
    return stamped(head, lines, tail, "%Y-%m-%dT%H:%M:%S.{0:06d}7Z ")


def azure(lines, command, code):
    head = [h.format(command=command) for h in AZURE_HEAD]
    tail = ["##[error]Bash exited with code '%d'." % code] if code else []
    return stamped(head, lines, tail + ["##[section]Finishing: Build image"], "%Y-%m-%dT%H:%M:%S.{0:06d}1Z ")


def acr(lines, _, code):
    """An ACR task: its own lines have a time, those of the build have none."""
    head = ["2025/03/04 09:12:40 Downloading source code...", "2025/03/04 09:12:41 Finished downloading source code", "2025/03/04 09:12:41 Using acb_vol_2c1e as the home volume",
            "2025/03/04 09:12:41 Setting up Docker configuration...", "2025/03/04 09:12:42 Successfully set up Docker configuration", "2025/03/04 09:12:42 Logging in to registry: contosoacr.azurecr.example",
            "2025/03/04 09:12:42 Successfully logged into contosoacr.azurecr.example", "2025/03/04 09:12:42 Executing step ID: acb_step_0. Timeout(sec): 5400, Working directory: '', Network: 'acb_default_network'", "2025/03/04 09:12:42 Scanning for dependencies...",
            "2025/03/04 09:12:43 Successfully scanned dependencies", "2025/03/04 09:12:43 Launching container with name: acb_step_0"]
    tail = ["2025/03/04 09:13:30 Container failed during run: acb_step_0. No retries remaining.", f"failed to run step ID: acb_step_0: exit status {code}", "",
            f"Run ID: ca7 failed after 51s. Error: failed during run, err: exit status {code}"]
    return head + lines + (tail if code else ["Run ID: ca7 was successful after 51s"]), len(head)


def aml(lines, _, code):
    """Azure ML's own build on a compute: its times before every line."""
    head = ["Running: ['docker', 'build', '-f', 'azureml-environment-setup/Dockerfile', '-t', 'azureml/azureml_0b1f', '.']"]
    tail = [f"CalledProcessError({code}, ['docker', 'build', '-f', 'azureml-environment-setup/Dockerfile', '-t', 'azureml/azureml_0b1f', '.'])", f"Building docker image failed with exit code: {code}"]
    return stamped(head, lines, tail if code else [], "%Y-%m-%dT%H:%M:%S: ")


def stamped(head, lines, tail, form):
    out = []
    for i, line in enumerate(head + lines + tail):
        at = START + timedelta(milliseconds=137 * i)
        out.append(at.strftime(form).format(at.microsecond) + line)
    return out, len(head)


PLAIN = [("github", github, "github-actions"), ("azure", azure, "azure-pipelines")]
CLASSIC = PLAIN + [("acr", acr, "acr"), ("aml", aml, "aml-classic")]


def wrap(folder, host, function, kind):
    label = json.loads((folder / "label.json").read_text())
    text = (folder / "build.log").read_bytes().decode("utf-8", "surrogateescape")
    lines, before = function(text.rstrip("\n").split("\n"), label["command"].split("\n")[0], label["exit_code"])
    target = folder.with_name(f"{folder.name}@{host}")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    put(target / "build.log", ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
    label.update(id=target.name, log_format=kind, wrapped=True, also_lines=[n + before for n in label["also_lines"]])
    label["root_cause_line"] += before if label["root_cause_line"] else 0
    put(target / "label.json", (json.dumps(label, indent=1) + "\n").encode())


def main(out, every="6"):
    cases = [p for p in sorted(Path(out).glob("*--*")) if "@" not in p.name and (p / "label.json").exists()]
    for number, folder in enumerate(cases[:: int(every)]):
        hosts = CLASSIC if folder.name.endswith("-classic") else PLAIN
        wrap(folder, *hosts[number % len(hosts)])


if __name__ == "__main__":
    main(*sys.argv[1:])

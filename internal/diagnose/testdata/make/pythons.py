"""Virtual environments that hold one release of pip each, on the Pythons of this machine."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PIPS = [
    ("9.0.3", "2.7"), ("9.0.3", "3.6"), ("10.0.1", "3.6"), ("18.1", "3.7"), ("19.0.3", "2.7"), ("19.3.1", "3.7"),
    ("20.0.2", "3.8"), ("20.3.4", "3.8"), ("20.3.4", "2.7"), ("21.0.1", "3.9"), ("21.2.4", "3.9"), ("22.0.4", "3.9"),
    ("22.3.1", "3.10"), ("23.0.1", "3.10"), ("23.1.2", "3.11"), ("24.0", "3.11"), ("24.1.2", "3.12"), ("24.2", "3.12"),
    ("24.3.1", "3.13"), ("25.0.1", "3.11"), ("25.1.1", "3.12"), ("25.2", "3.13"), ("26.0.1", "3.13"), ("26.3", "3.11"),
]

# The setuptools and wheel that images with these Pythons usually carry.
SEED = {
    "2.7": ("44.1.1", "0.37.1"), "3.6": ("40.6.2", "0.37.1"), "3.7": ("57.5.0", "0.37.1"), "3.8": ("57.5.0", "0.38.4"),
    "3.9": ("58.1.0", "0.38.4"), "3.10": ("65.5.1", "0.40.0"), "3.11": ("65.5.1", "0.42.0"),
}


class Pythons:
    """root holds the interpreters as pyenv lays them out: <root>/<version>/bin/python."""

    def __init__(self, work, root=None):
        self.work = Path(work)
        self.root = Path(root or os.environ.get("LAB_PYTHONS") or Path.home() / ".pyenv/versions")
        self.wheels = self.work / "wheels"
        self.wheels.mkdir(parents=True, exist_ok=True)

    def home(self, version):
        found = sorted(self.root.glob(version + ".*"))
        return found[-1] if found else None

    def has(self, version):
        return self.home(version) is not None

    def wheel(self, name, version, python="3.11"):
        """The wheel of a tool, from the machine's own index."""
        stem = f"{name}-{version}-"
        for p in self.wheels.glob(stem + "*.whl"):
            return p
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:",
             "--python-version", python.replace(".", ""), "-d", str(self.wheels), f"{name}=={version}"],
            check=True, capture_output=True)
        return next(self.wheels.glob(stem + "*.whl"))

    def venv(self, python, pip, seed=True):
        """An environment with this pip, to be mounted at /opt/venv; the pip is unpacked from its wheel: no other pip takes part."""
        target = self.work / "venvs" / f"py{python}-pip{pip}{'' if seed else '-bare'}"
        if (target / "ready").exists():
            return target
        shutil.rmtree(target, ignore_errors=True)
        self.create(python, target)
        site = next(target.glob("lib/python*/site-packages"))
        wheels = [self.wheel("pip", pip, python)]
        if seed and python in SEED:
            wheels += [self.wheel("setuptools", SEED[python][0], python), self.wheel("wheel", SEED[python][1], python)]
        for w in wheels:
            zipfile.ZipFile(w).extractall(site)
        write_script(target / "bin" / "pip")
        (target / "ready").touch()
        return target

    def create(self, python, target):
        interpreter = self.home(python) / "bin" / "python"
        if python != "2.7":
            subprocess.run([str(interpreter), "-m", "venv", "--without-pip", str(target)], check=True, capture_output=True)
            return
        tool = self.work / "virtualenv"
        if not tool.exists():
            subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(tool), "virtualenv==20.15.1"],
                           check=True, capture_output=True)
        subprocess.run([sys.executable, "-m", "virtualenv", "-q", "--no-download", "--no-pip", "--no-setuptools", "--no-wheel",
                        "-p", str(interpreter), str(target)], check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(tool)})


def write_script(path):
    """bin/pip without pkg_resources, so that a missing setuptools does not hide the fault under test."""
    path.write_text(
        "#!/opt/venv/bin/python\nimport sys\ntry:\n    from pip._internal.cli.main import main\nexcept ImportError:\n"
        "    try:\n        from pip._internal.main import main\n    except ImportError:\n        try:\n"
        "            from pip._internal import main\n        except ImportError:\n            from pip import main\nsys.exit(main())\n")
    path.chmod(0o755)
    shutil.copy(path, path.with_name("pip3"))

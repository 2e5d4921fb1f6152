"""What uv can be made to say. The environment in /opt/venv has no pip; {index} is the loopback index."""

from lab import Fault
from pip_faults import REQ

INSTALL = "uv pip install -r requirements.txt"
LOST = ["uv-package-or-version-not-found"]
UNSOLVED = [r"No solution found when resolving", r"we can conclude that|Because "]
PROJECTS = [r"-0\.([4-9]|1\d)\."]  # uv sync and uv lock are stable since 0.3
PROJECT = '[project]\nname = "train"\nversion = "0.1.0"\nrequires-python = "{python}"\ndependencies = [{deps}]\n'


def req(name, text, line, rules, root, command=INSTALL, **more):
    return Fault("uv-" + name, rules, command, root, files={REQ: text, **more.pop("files", {})}, blame=[(REQ, line)] if line else [], **more)


def project(name, deps, rules, root, command, python=">=3.9", line=5, **more):
    files = {"pyproject.toml": PROJECT.format(python=python, deps=deps), **more.pop("files", {})}
    more.setdefault("tools", PROJECTS)
    return Fault("uv-" + name, rules, command, root, files=files, blame=[("pyproject.toml", line)] if line else [], **more)


def solving():
    conflict = ["uv-no-solution-conflict"]
    yield req("not-found", "six\nscikit-lern==1.0.2\n", 2, LOST, UNSOLVED)
    yield req("version", "numpy\npandas==1.2.9\n", 2, LOST, UNSOLVED)
    yield req("nested-name", "mlflow-lite==2.3.0\n", 1, LOST, UNSOLVED, near=conflict)
    yield req("nested-version", "azureml-dataset-runtime==1.48.0\n", 1, LOST + conflict, UNSOLVED)
    yield req("conflict-pair", "azureml-core==1.48.0\nmsrest==1.0.0\n", 2, conflict, UNSOLVED)
    yield req("conflict-three", "transformers==4.30.2\ntokenizers>=0.15\ndatasets\n", 2, conflict, UNSOLVED)
    yield req("conflict-chain", "six\nsetfit-lite==1.0.3\n", 2, conflict, UNSOLVED)
    yield req("conflict-constraint", "requests==2.25.1\n", 1, conflict, UNSOLVED, INSTALL + " -c constraints.txt", files={"constraints.txt": "urllib3==2.2.1\n"})
    yield req("duplicate-pin", "pandas==1.1.5\nsix\npandas==1.5.3\n", 3, conflict, UNSOLVED)
    yield req("prerelease", "deepchem>=2.7\n", 1, LOST + conflict, UNSOLVED + ["hint: "])
    yield req("python-lower", "tidepool>=2.2\n", 1, ["uv-python-incompatible"], UNSOLVED + ["current Python version"])
    yield req("python-upper", "wrapt\nnumba==0.53.1\n", 2, ["uv-python-incompatible"], UNSOLVED + ["current Python version"])
    yield req("platform", "pywin-audio==0.2.2\n", 1, ["uv-no-compatible-wheel"], UNSOLVED + ["wheels? with|no wheels"])
    yield req("only-binary", "quickhash==1.0.4\n", 1, ["uv-no-compatible-wheel"], UNSOLVED, INSTALL + " --only-binary :all:")
    yield req("backtracking", "botolike\ns3like\n", 0, conflict, UNSOLVED)
    yield req("cuda", "torch==1.13.1+cu117\n", 1, LOST + ["pip-cuda-local-version-index-missing"], UNSOLVED)
    yield project("lock-conflict", '"flask==1.1.4", "werkzeug>=2"', conflict, UNSOLVED, "uv lock")
    yield project("lock-python", '"tidepool>=2.2"', ["uv-python-incompatible"], UNSOLVED, "uv lock", line=4)
    yield project("sync-not-found", '"scikit-lern"', LOST, UNSOLVED, "uv sync")


def inputs():
    lock = ["uv-lock-or-input-problem"]
    yield req("single-equals", "six\npandas=1.1.5\n", 2, lock, ["Couldn't parse|no such comparison operator"])
    yield req("space", "scikit learn==1.0\n", 1, lock, ["Couldn't parse|Expected one of"])
    yield req("file-missing", "six\n", 0, lock, ["File not found|failed to read|Failed to read|No such file|failed to open"], "uv pip install -r requirments.txt", fix="build-command")
    yield req("nested-missing", "-r base.txt\nsix\n", 1, lock, ["Error parsing included file|File not found|failed to read|No such file|failed to open"])
    yield req("option", "six --install-options=x\n", 1, lock, ["Couldn't parse|Unexpected|[Uu]nsupported|unknown|Expected .--hash"])
    yield req("hash", "six==1.16.0 --hash=sha256:" + "ab" * 32 + "\n", 1, lock, ["Hash mismatch", "Expected:", "Computed:"])
    yield req("hash-missing", "six==1.16.0\n", 1, lock, ["In `--require-hashes` mode|hashes"], INSTALL + " --require-hashes")
    yield project("lock-outdated", '"six"', lock, ["needs to be updated|out of date|outdated"], "uv sync --locked", setup="uv lock && sed -i 's/\"six\"/\"six\", \"wrapt\"/' pyproject.toml")
    yield project("frozen-no-lock", '"six"', lock, ["[Uu]nable to find lockfile"], "uv sync --frozen", line=0)
    yield project("toml", '"six",, "wrapt"', lock, ["TOML parse error|Failed to parse"], "uv sync")
    yield project("bad-dependency", '"six=>1.0"', lock, ["must be pep508|Failed to parse|no such comparison|Couldn't parse", "Failed to build"], "uv sync", near=["uv-build-failed", "native-setup-check-failed"])
    yield Fault("uv-no-project", lock, "uv sync", ["No `pyproject.toml` found"], tools=PROJECTS, fix="build-command")
    yield Fault("uv-literal", lock + LOST, "uv pip install requirements.txt", ["requirements.txt|No solution"], files={REQ: "six\n"}, fix="build-command")


def places():
    target = ["uv-environment-target"]
    yield req("no-venv", "six\n", 0, target, ["No virtual environment found|Failed to locate a virtualenv"], "unset VIRTUAL_ENV; PATH=${PATH#*:}; uv pip install -r requirements.txt", fix="build-command")
    yield req("external", "six\n", 0, target, ["externally managed"], "unset VIRTUAL_ENV; PATH=${PATH#*:}; uv pip install --system -r requirements.txt", fix="build-command")
    yield req("no-python", "six\n", 0, ["uv-python-incompatible"], ["No interpreter found|No Python .* (found|in `PATH`)|not found"], "uv venv -p 3.14 /tmp/v", env={"UV_PYTHON_DOWNLOADS": "never"}, fix="build-command")
    yield project("project-python", '"six"', ["uv-python-incompatible"], ["incompatible|No interpreter found|requires-python"], "uv sync", python=">=3.15", line=4, env={"UV_PYTHON_DOWNLOADS": "never"})
    yield req("venv-broken", "six\n", 0, target, ["not a valid|Broken|does not exist|No virtual|not found"], "VIRTUAL_ENV=/opt/nothing uv pip install -r requirements.txt", fix="build-command")


def network():
    net = ["uv-network"]
    auth = ["uv-hint-index-auth"]
    yield req("dns", "six\n", 0, net, ["dns error|failed to lookup"], INSTALL + " --index-url https://pypi.corp.example/simple", fix="infra")
    yield req("refused", "six\n", 0, net, ["Connection refused|tcp connect error|error trying to connect"], INSTALL + " --index-url http://127.0.0.1:9/simple", fix="infra")
    yield req("tls", "six\n", 0, net, ["certificate"], INSTALL + " --index-url {tls}/simple", fix="infra")
    yield req("401", "six\n", 0, auth, ["401"] + UNSOLVED, INSTALL + " --index-url {index}/private/simple", fix="infra", near=LOST)
    yield req("403", "forbidden\n", 0, auth + LOST, ["403"] + UNSOLVED, fix="infra", near=net)
    yield req("extra-401", "six\ncontoso-etl\n", 0, auth + LOST, ["401"] + UNSOLVED, INSTALL + " --extra-index-url {index}/private/simple", fix="infra")
    yield req("500", "broken500\n", 0, net, ["500"], fix="retry")
    yield req("file-404", "gone==1.0\n", 0, net, ["404"], fix="infra")
    yield req("file-cut", "cutfile==1.0\n", 0, net, ["Failed to read from zip|invalid package format|error sending|unexpected end|end of file|EOF|error decoding|incomplete|broken|body|error reading|stream"], fix="retry", near=["uv-lock-or-input-problem", "uv-no-solution-conflict"])
    yield req("slow", "slowpage\n", 0, net, ["timed out|timeout|UV_HTTP_TIMEOUT"], fix="retry", env={"UV_HTTP_TIMEOUT": "3"})
    yield req("url-404", "{index}/releases/detlib-1.0-py3-none-any.whl\n", 1, net, ["404"])
    yield req("git-missing", "git+https://git.corp.example/contoso/etl.git\n", 1, net + ["pip-vcs-failed"], ["Git executable not found|[Gg]it operation failed|failed to fetch|Failed to download|Could not resolve host"], hide=["git"])
    yield req("git-not-found", "git+{index}/contoso/etl.git\n", 1, net + ["pip-vcs-failed"], ["[Gg]it operation failed|fatal:|failed to (clone|fetch)"])
    yield req("no-space", "bigmodel\n", 0, ["docker-no-space"], ["No space left on device|failed to write to file", "space left on device"], env={"UV_CACHE_DIR": "/opt/cache"}, mounts="mkdir -p /opt/cache; mount -t tmpfs -o size=3m tmpfs /opt/cache", fix="infra")


def builds():
    env = ["uv-build-failed"]
    for package, rules, root, hide in (
        ("fastmatch==0.3.1", ["native-header-missing"], "fatal error: turbojpeg.h", []),
        ("quickhash==1.0.4", ["native-compiler-missing"], "gcc' failed|unable to execute|No such file.*gcc", ["gcc", "cc", "clang"]),
        ("numfort==0.8", ["native-build-module-missing"], "No module named 'numpy'", []),
        ("torchscan==2.0.9", ["native-build-module-missing"], "No module named 'torch'", []),
        ("oldprint==0.2", ["native-python2-code"], "SyntaxError|Missing parentheses", []),
        ("convert2==0.5", ["native-use-2to3"], "use_2to3", []),
        ("distold==0.1.7", ["native-distutils-removed"], "No module named 'distutils", []),
        ("pkgres==1.2.3", ["native-pkg-resources-removed"], "No module named 'pkg_resources|DistributionNotFound", []),
        ("wantslib==0.4.2", ["native-setup-check-failed"], "libfrob >= 3 not found", []),
        ("refuses==4.0.1", ["native-setup-rejects-python"], "refuses needs Python", []),
        ("needshatch==1.3.0", ["pip-build-deps-failed"] + LOST, "hatchling-lite", []),
        ("nobackend==2.0", ["pip-backend-unavailable"], "No module named '?poetry|ModuleNotFoundError", []),
        ("linkless==0.9.2", ["native-linker-library-missing"], "cannot find -lsnappy_c", []),
    ):
        name = "build-" + package.split("=")[0] + ("-no-gcc" if hide else "")
        overrides = [("DistributionNotFound", ["native-setup-check-failed", "native-build-module-missing", "uv-build-failed"])]
        yield req(name, f"six\n{package}\n", 2, rules, [root, "Failed to (build|download and build)"], near=env, hide=hide, overrides=overrides)
    yield req("ok", "six\nrequests==2.25.1\n", 0, [], ["error"], outcome="success")
    yield req("ok-note", "sphinx-lite==4.3.0\npep517ok==1.0\n", 0, [], ["error"], outcome="success")

"""What poetry can be made to say. The active environment is /opt/venv; {index} is the loopback index."""

from lab import Fault

PROJECT = """[tool.poetry]
name = "train"
version = "0.1.0"
description = ""
authors = ["a <a@b.example>"]
package-mode = false

[tool.poetry.dependencies]
python = "{python}"
{deps}

[[tool.poetry.source]]
name = "pypi-mirror"
url = "{index}/simple/"
{kind}
"""
BUILDERS = [r"poetry-(1\.1|1\.8|2)"]  # 1.4 waits for the public index, which the box may not reach
SOLVING = [r"Because .*depends on|version solving failed", "SolverProblemError|version solving failed"]


def project(name, deps, line, rules, root, command="poetry install --no-interaction --no-root", python=">=3.6", **more):
    """A fault of pyproject.toml; line counts from the first dependency."""
    files = {"pyproject.toml": PROJECT.replace("{python}", python).replace("{deps}", deps), **more.pop("files", {})}
    return Fault("poetry-" + name, rules, command, root, files=files, blame=[("pyproject.toml", 9 + line)] if line else [], limit=100, **more)


def solving():
    failed = ["poetry-solving-failed"]
    yield project("not-found", 'six = "*"\nscikit-lern = "1.0.2"', 2, failed, SOLVING)
    yield project("version", 'pandas = "1.2.9"', 1, failed, SOLVING)
    yield project("conflict", 'flask = "1.1.4"\nwerkzeug = ">=2.0"', 1, failed, SOLVING)
    yield project("conflict-three", 'transformers = "4.30.2"\ntokenizers = ">=0.15"', 2, failed, SOLVING)
    yield project("conflict-chain", 'setfit-lite = "1.0.3"\nhuggingface-hub = ">=0.20"', 1, failed, SOLVING)
    yield project("nested", 'mlflow-lite = "2.3.0"', 1, failed, SOLVING)
    yield project("nested-version", 'azureml-dataset-runtime = "1.48.0"', 1, failed, SOLVING)
    yield project("python-range", 'tidepool = ">=2.2"', 1, failed, SOLVING + ["Python requirement"])
    yield project("python-upper", 'six = "*"\nnumba = "0.53.1"', 2, failed, SOLVING + ["Python requirement"])
    yield project("prerelease", 'deepchem = "^2.8"', 1, failed, SOLVING)
    yield project("add", 'six = "*"', 0, failed, SOLVING + ["Could not find a matching version"], "poetry add --no-interaction pandas@1.2.9")
    yield project("add-unknown", 'six = "*"', 0, failed, SOLVING + ["Could not find a matching version"], "poetry add --no-interaction scikit-lern")


def locks():
    old = ["poetry-lock-outdated"]
    change = "poetry lock --no-interaction && sed -i 's/^six = .*/six = \"1.16.0\"\\nwrapt = \"*\"/' pyproject.toml"
    root = ["pyproject.toml changed significantly|poetry.lock is not up to date|not compatible with"]
    yield project("lock-outdated", 'six = "*"', 0, old + ["poetry-solving-failed"], root + ["not up to date|not consistent|version solving failed"], setup=change)
    yield project("lock-check", 'six = "*"', 0, old, root + ["poetry.lock|option does not exist"], "poetry check --lock", setup=change, overrides=[("option does not exist|.--lock. does not exist", ["poetry-config-key-removed"])])
    yield project("lock-no-wheel", 'pywin-audio = "*"\nsix = "*"', 1, ["poetry-no-installation-candidates"], ["Unable to find installation candidates"])
    yield project("lock-hash", 'six = "*"', 0, ["pip-hash-mismatch", "poetry-no-installation-candidates"], ["Unable to find installation candidates|Retrieved digest for", "[Hh]ash(es)? for .* (don't|do not|not) match|Invalid hashes|Hash for"], setup="poetry lock --no-interaction && sed -i 's/sha256:......../sha256:deadbeef/' poetry.lock")
    yield project("lock-broken", 'six = "*"', 0, old, ["[Uu]nable to read the lock file|Invalid TOML|TOMLDecodeError|parse|Unexpected"], setup="poetry lock --no-interaction && printf '<<<<<<< HEAD\\n' >> poetry.lock")


def builds():
    env = ["poetry-build-failed"]
    for package, rules, root in (
        ('fastmatch = "0.3.1"', ["native-header-missing"], "fatal error: turbojpeg.h"), ('oldprint = "0.2"', ["native-python2-code"], "SyntaxError|Missing parentheses"),
        ('numfort = "0.8"', ["native-build-module-missing"], "No module named 'numpy'"), ('wantslib = "0.4.2"', ["native-setup-check-failed"], "libfrob >= 3 not found"),
        ('distold = "0.1.7"', ["native-distutils-removed"], "No module named 'distutils"), ('convert2 = "0.5"', ["native-use-2to3"], "use_2to3"),
    ):
        yield project("build-" + package.split()[0], package, 1, rules, [root, "ChefBuildError|EnvCommandError|Unable to determine package info"], near=env, tools=BUILDERS)


def settings():
    key = ["poetry-config-key-removed"]
    yield project("config-key", 'six = "*"', 0, key, ["does not exist|Invalid|There is no"], "poetry config virtualenvs.creates false && poetry install --no-root", fix="build-command")
    yield project("no-dev", 'six = "*"', 0, key, ['option does not exist|The "--no-dev"'], "poetry install --no-dev --no-root --no-interaction", fix="build-command")
    yield project("export", 'six = "*"', 0, key, ["does not exist|The command|not found|no commands"], "poetry export -f requirements.txt -o requirements.txt", fix="build-command")
    yield project("shell", 'six = "*"', 0, key, ["does not exist|The command|not found|looks like"], "poetry instal", fix="build-command")
    yield project("no-update", 'six = "*"', 0, key, ["option does not exist"], "poetry lock --no-update --no-interaction", fix="build-command")
    yield project("installer", 'six = "*"', 0, key, ["does not exist|There is no"], "poetry config experimental.new-installer false", fix="build-command")
    yield project("python-env", 'six = "*"', 0, ["poetry-solving-failed", "pip-requires-different-python"], ["Current Python version|is not (allowed|supported)"], python=">=3.15", near=["uv-python-incompatible"])
    yield project("root-missing", 'six = "*"', 0, ["pip-local-path-not-installable"], ["No file/folder found|does not (exist|contain)"], "poetry install --no-interaction", tools=["poetry-1"])


def network():
    yield project("dns", 'six = "*"', 0, ["pip-connection-failed", "network-dns-failure"], ["Name or service not known|resolve|NameResolution|ConnectionError|Connection to|All attempts"], setup="sed -i 's#url = .*#url = \"https://pypi.corp.example/simple/\"#' pyproject.toml", fix="infra")
    yield project("refused", 'six = "*"', 0, ["pip-connection-failed"], ["Connection refused|ConnectionError|All attempts"], setup="sed -i 's#url = .*#url = \"http://127.0.0.1:9/simple/\"#' pyproject.toml", fix="infra")
    yield project("401", 'six = "*"', 0, ["pip-index-interactive-auth", "poetry-solving-failed"], ["401|Authorization error|credentials"], setup="sed -i 's#/simple/#/private/simple/#' pyproject.toml", fix="infra")
    yield project("file-404", 'gone = "1.0"', 0, ["pip-download-http-error"], ["404"], fix="infra")
    yield project("500", 'broken500 = "1.0"', 0, ["pip-index-error-silent", "pip-connection-failed", "poetry-solving-failed"], ["500"], fix="retry")
    yield project("ok", 'six = "*"\nrequests = "2.25.1"', 0, [], ["error"], outcome="success")

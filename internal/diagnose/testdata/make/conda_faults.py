"""What conda 4.3 can be made to say, the last release on the public index; its channel is made up."""

from lab import Fault

ENV = "environment.yml"
CREATE = "conda env create -f environment.yml"
HEAD = "name: train\nchannels:\n  - {index}/channel\n"

# name, version, requirements
PACKAGES = [
    ("python", "3.6.8", []), ("python", "3.7.4", []), ("pip", "19.1", ["python"]), ("numpy", "1.16.4", ["python >=3.6"]), ("numpy", "1.17.2", ["python >=3.7,<3.8"]),
    ("pandas", "0.24.2", ["numpy >=1.11", "python >=3.6"]), ("scipy", "1.3.1", ["numpy >=1.17", "python"]), ("tensorflow", "1.14.0", ["numpy <1.17", "python 3.6.*"]),
    ("cudatoolkit", "10.0.130", []), ("pytorch", "1.2.0", ["cudatoolkit >=10.0", "mkl >=2018", "python"]), ("badsum", "1.0", []), ("gonefile", "1.0", []), ("tool", "1.0", []),
]


def env(name, dependencies, line, rules, root, command=CREATE, head=HEAD, **more):
    """A fault of one line of environment.yml; line counts from the first dependency."""
    text = head + "dependencies:\n" + dependencies
    return Fault("conda-" + name, rules, command, root, files={ENV: text}, blame=[(ENV, line + 4)] if line else more.pop("blame", []), **more)


def specs():
    lost = ["conda-package-not-found", "conda-packages-not-found-in-channels"]
    missing = ["NoPackagesFoundError|PackageNotFoundError|PackagesNotFoundError|ResolvePackageNotFound", "  - |not found"]
    clash = ["conda-unsatisfiable-classic"]
    hint = ["UnsatisfiableError|conflict", "  - "]
    yield env("typo", "  - python=3.6\n  - numppy\n", 2, lost, missing)
    yield env("version", "  - python=3.6\n  - numpy=1.18.9\n", 2, lost, missing)
    yield env("build", "  - python=3.6.8=h0371630_0\n  - vs2015_runtime=14.16=hfbe908c_2\n", 1, ["conda-exported-build-strings"] + lost, missing)
    yield env("pypi-name", "  - python=3.6\n  - azureml-defaults=1.0.65\n", 2, ["conda-pypi-only-name-in-conda-list"] + lost, missing)
    yield env("nested", "  - python=3.6\n  - pytorch=1.2\n", 2, ["conda-missing-transitive-dependency"] + lost, missing)
    yield env("conflict", "  - python=3.7\n  - scipy=1.3\n  - numpy=1.16\n", 3, clash, hint)
    yield env("python", "  - python=3.7\n  - tensorflow=1.14\n", 2, ["conda-python-version-incompatible"] + clash, hint)
    yield env("install-typo", "  - python\n", 0, lost, missing, "conda install -y -c {index}/channel --override-channels scikit-lern")
    yield env("create-conflict", "  - python\n", 0, clash, hint, "conda create -y -n t -c {index}/channel --override-channels scipy numpy=1.16")
    yield env("bad-spec", "  - python==>3.6\n", 1, ["conda-invalid-match-spec"], ["Invalid|invalid|Error"])
    yield env("redirect", "  - python\n", 0, ["conda-bare-redirection"], ["No such file|cannot open"], "conda install -y numpy>=1.16<2 pandas", near=["conda-package-not-found"])


def files():
    yield env("yaml-tab", "\t- python=3.6\n", 1, ["conda-yaml-syntax"], ["ScannerError|found character|ParserError"])
    yield env("yaml-indent", "  - python=3.6\n - numpy\n", 2, ["conda-yaml-syntax"], ["ParserError|ScannerError|did not find|expected"])
    yield Fault("conda-file-missing", ["conda-env-file-not-found"], "conda env create -f env.yaml", ["not found|does not exist|No such file"], files={ENV: "name: t\n"}, fix="build-command")
    yield Fault("conda-no-name", ["conda-prefix-exists", "conda-yaml-invalid-schema"], CREATE, ["prefix already exists"], files={ENV: "dependencies:\n  - python\n"}, blame=[(ENV, 1)])
    yield Fault("conda-wrong-subcommand", ["conda-wrong-subcommand"], "conda create -f environment.yml", ["error|Error|unrecognized|too few"], files={ENV: "name: t\n"}, fix="build-command")
    yield env("latin1", "  - python  # \u00e9\n", 1, ["conda-yaml-encoding"], ["codec|UnicodeDecodeError"], tools=["never"])


def channels():
    for name, url, rules, root in (
        ("404", "{index}/nothing", ["conda-channel-unavailable"], "404|HTTP"), ("401", "{index}/private/channel", ["conda-channel-auth"], "401|UNAUTHORIZED|token"),
        ("500", "{index}/down/channel", ["conda-http-server-error"], "502|HTTP"), ("dns", "https://conda.corp.example/main", ["conda-http-connection-failed"], "CondaHTTPError|CONNECTION|HTTP 000|Connection"),
        ("refused", "http://127.0.0.1:9/channel", ["conda-http-connection-failed"], "CondaHTTPError|CONNECTION|HTTP 000|Connection"), ("tls", "{tls}/channel", ["conda-ssl-error"], "SSL|CondaHTTPError"),
    ):
        yield env("channel-" + name, "  - python=3.6\n", 0, rules, [root], head=HEAD.replace("{index}/channel", url), blame=[(ENV, 3)])
    yield env("md5", "  - badsum\n", 0, ["conda-checksum-mismatch"], ["MD5|md5|checksum|Checksum"], fix="retry")
    yield env("file-404", "  - gonefile\n", 0, ["conda-package-url-404"], ["404"], fix="infra")
    yield env("read-only", "  - tool\n", 0, ["conda-not-writable"], ["Permission|Read-only|writ"], mounts="mkdir -p /opt/ro; mount -t tmpfs -o ro tmpfs /opt/ro", command="conda env create -p /opt/ro/env -f environment.yml", fix="build-command")
    yield env("ok", "  - tool\n", 0, [], ["Error"], outcome="success")


def pips():
    for name, line, rules, root in (
        ("not-found", "scikit-lern==1.0", ["pip-package-not-found"], "Could not find a version"), ("version", "pandas==1.2.9", ["pip-version-not-found"], "Could not find a version"),
        ("compiler", "fastmatch==0.3.1", ["native-header-missing"], "fatal error: turbojpeg.h"), ("invalid", "pandas=1.1.5", ["pip-invalid-requirement"], "Invalid requirement"),
    ):
        yield env("pip-" + name, f"  - python=3.6\n  - pip=19.1\n  - pip:\n    - six\n    - {line}\n", 5, rules, [root], near=["conda-pip-failed"])

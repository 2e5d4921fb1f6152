"""What pip can be made to say, one Fault each. The index is faulty where FAULTS says so."""

from lab import Fault

# Path prefix of the index → fault (index.py).
FAULTS = {
    "/simple/locked": 401, "/simple/forbidden": 403, "/simple/flaky": 503, "/simple/broken500": 500, "/simple/ratelimited": 429,
    "/simple/slowpage": "slow", "/simple/resetpage": "reset", "/simple/dropped": "drop", "/simple/portal": "portal", "/simple/asjson": "json",
    "/packages/gone-": 404, "/packages/secret-": 403, "/packages/resetfile-": "reset", "/packages/cutfile-": "cut",
    "/packages/stallfile-": "stall", "/packages/swapped-": "swapped", "/packages/hiccup-": "once", "/login/": "portal", "/private/": 401, "/down/": 502,
}
FAULTY_FILES = ["gone", "secret", "resetfile", "cutfile", "stallfile", "swapped", "hiccup"]

REQ = "requirements.txt"
INSTALL = "pip install -r requirements.txt"
NOT_FOUND = [r"Could not find a version that satisfies", r"No matching distribution found for"]
CONFLICT = [r"Cannot install .* because these package versions have conflicting", r"ResolutionImpossible", r"^    .* depends on |user requested"]
# pip 20.3 and 21.0 do not say that it was a constraint that excluded the version.
UNTOLD = [("No matching distribution", ["pip-resolution-impossible", "pip-version-not-found", "pip-nested-dependency-not-found"])]
TAKEN = [("No matching distribution", ["pip-no-wheel-for-platform", "pip-package-not-found"])]  # pip 9 knows the option
GONE_WRONG = [r"[A-Za-z]*Error:", r"^ERROR:", r"error:"]
OLD = [r"-(9|10|18|19|20\.0)\."]  # before the resolver of 20.3
ISOLATED = [r"-(19|2\d)\."]  # PEP 517
CACHED = {"PIP_NO_CACHE_DIR": "off"}


def req(name, text, line, rules, root, command=INSTALL, **more):
    """A fault of one line of requirements.txt."""
    return Fault(name, rules, command, root, files={REQ: text, **more.pop("files", {})}, blame=[(REQ, line)] if line else [], **more)


def finding():
    near = ["pip-index-error-silent"]
    wide = ["pip-package-not-found", "pip-version-not-found", "pip-requires-python-excluded"]
    yield req("not-found-typo", "numpy>=1.16\nscikit-lern==1.0.2\npandas\n", 2, ["pip-package-not-found"], NOT_FOUND, near=near)
    yield req("not-found-private", "# ours\nrequests==2.25.1\ncontoso-featurestore~=3.1\n", 3, ["pip-package-not-found"], NOT_FOUND, near=near)
    yield req("version-not-found", "numpy==1.19.5\npandas==1.2.9\nsix\n", 2, ["pip-version-not-found"], NOT_FOUND)
    yield req("version-too-new", "six==1.16.0\nazureml-core>=1.99,<2\n", 2, ["pip-version-not-found"], NOT_FOUND)
    yield req("cuda-local", "torch==1.13.1+cu117\ntorchvision==0.1.6\n", 1, ["pip-cuda-local-version-index-missing"], NOT_FOUND, near=["pip-version-not-found"])
    yield req("nested-version", "six\nazureml-dataset-runtime==1.48.0\n", 2, ["pip-nested-dependency-not-found"], NOT_FOUND, near=["pip-version-not-found"])
    yield req("nested-name", "numpy\nmlflow-lite==2.3.0\n", 2, ["pip-nested-dependency-not-found"], NOT_FOUND, near=["pip-package-not-found"])
    yield req("requires-python-lower", "tidepool>=2.2\nsix\n", 1, ["pip-requires-python-excluded", "pip-version-not-found"], NOT_FOUND + ["Requires-Python|require a different python"], near=wide)
    yield req("requires-python-upper", "wrapt\nnumba==0.53.1\n", 2, ["pip-requires-python-excluded", "pip-version-not-found", "pip-package-not-found"], NOT_FOUND + ["Requires-Python|require a different python"], near=wide)
    yield req("other-platform", "six\npywin-audio==0.2.2\n", 2, ["pip-no-wheel-for-platform"], NOT_FOUND, near=wide)
    yield req("other-platform-mac", "intel-accel\n", 1, ["pip-no-wheel-for-platform"], NOT_FOUND, near=wide)
    yield req("only-binary", "quickhash==1.0.4\n", 1, ["pip-no-wheel-for-platform"], NOT_FOUND, "pip install --only-binary=:all: -r requirements.txt", near=wide)
    yield req("no-binary", "six==1.16.0\n", 1, ["pip-no-wheel-for-platform"], NOT_FOUND, "pip install --no-binary=six -r requirements.txt", near=wide)
    yield req("prerelease-only", "deepchem>=2.7\n", 1, ["pip-prerelease-only"], NOT_FOUND, near=["pip-version-not-found"])
    yield req("yanked", "sphinx-lite==4.3.0\n", 1, ["pip-yanked-release"], NOT_FOUND, outcome="success")
    yield req("rejects-python", "rejects==1.0\n", 1, ["pip-requires-different-python"], ["requires a different Python|requires Python '"], near=["pip-requires-python-excluded"])


def conflicts():
    r = ["pip-resolution-impossible"]
    note = ["pip-incompatible-installed-report"]
    yield req("conflict-pair", "azureml-core==1.48.0\nmsrest==1.0.0\n", 2, r, CONFLICT, advice=note[0])
    yield req("conflict-flask", "flask==1.1.4\nwerkzeug>=2.0\n", 2, r, CONFLICT)
    yield req("conflict-three", "transformers==4.30.2\ntokenizers>=0.15\ndatasets\n", 2, r, CONFLICT)
    yield req("conflict-chain", "six\nsetfit-lite==1.0.3\n", 2, r, CONFLICT)
    yield req("conflict-tf-onnx", "tensorflow==2.3.4\nonnx==1.15.0\nnumpy==1.19.5\n", 2, r, CONFLICT)
    yield req("conflict-constraint", "requests==2.25.1\n", 1, r, CONFLICT + NOT_FOUND, "pip install -r requirements.txt -c constraints.txt", files={"constraints.txt": "urllib3==2.2.1\n"}, overrides=UNTOLD)
    yield req("constraint-pin", "pandas==1.5.3\n", 1, r, CONFLICT + NOT_FOUND, "pip install -r requirements.txt -c constraints.txt", files={"constraints.txt": "pandas==1.1.5\n"}, overrides=UNTOLD)
    yield req("duplicate-pin", "pandas==1.1.5\nsix\npandas==1.5.3\n", 3, ["pip-duplicate-requirement", "pip-resolution-impossible"], ["Double requirement given"] + CONFLICT)
    yield req("duplicate-two-files", "-r base.txt\npandas==1.5.3\n", 2, ["pip-duplicate-requirement", "pip-resolution-impossible"], ["Double requirement given"] + CONFLICT, files={"base.txt": "pandas==1.1.5\n"})
    yield req("backtracking", "botolike\ns3like\n", 0, ["pip-endless-backtracking", "pip-resolution-impossible", "pip-resolution-too-deep"], CONFLICT + ["This could take a while", "resolution-too-deep"], limit=60, overrides=[("ResolutionImpossible", r), ("ResolutionTooDeep|resolution-too-deep", ["pip-resolution-too-deep"])])


def hashes():
    good = "sha256:" + "ab" * 32
    mode = ["pip-hash-mode-incomplete"]
    yield req("hash-mismatch", f"six==1.16.0 \\\n    --hash={good}\n", 1, ["pip-hash-mismatch"], ["THESE PACKAGES DO NOT MATCH", "Expected sha256", "Got  "])
    yield req("hash-mode-missing", f"six==1.16.0 --hash={good}\nwrapt==1.16.0\n", 2, mode + ["pip-hash-mismatch"], ["Hashes are required", "DO NOT MATCH", "wrapt==1.16.0 --hash", "Expected sha256", "Got  "], overrides=[("(?s)Hashes are required.*DO NOT MATCH", mode + ["pip-hash-mismatch"]), ("DO NOT MATCH", ["pip-hash-mismatch"])])
    yield req("hash-mode-unpinned", f"six>=1.10 --hash={good}\n", 1, mode, ["In --require-hashes mode, all requirements must have", "    six>=1.10"])
    yield req("hash-mode-flag", "six==1.16.0\n", 1, mode, ["Hashes are required", "six==1.16.0 --hash"], "pip install --require-hashes -r requirements.txt")
    yield req("hash-mode-nested", "requests==2.31.0 --hash=sha256:{hash:requests-2.31.0-py2.py3-none-any.whl}\n", 1, mode, ["In --require-hashes mode, all requirements must have", "^ {4}(urllib3|idna)"])
    yield req("index-swapped-file", "swapped==1.0\n", 1, ["pip-hash-mismatch"], ["THESE PACKAGES DO NOT MATCH|Hash digest does not match", "Expected sha256", "Got  "], fix="infra")


def lines():
    bad = ["pip-invalid-requirement"]
    yield req("single-equals", "numpy==1.19.5\npandas=1.1.5\n", 2, bad, ["Invalid requirement"])
    yield req("space-in-name", "numpy\nscikit learn==1.0.2\n", 2, bad, ["Invalid requirement"])
    yield req("trailing-comma", "pandas>=1.0,\n", 1, bad, ["Invalid requirement"] + NOT_FOUND)
    yield req("pasted-command", "six\npip install wrapt\n", 2, bad, ["Invalid requirement"])
    yield req("markdown-fence", "```\nsix\n```\n", 1, bad, ["Invalid requirement"])
    yield req("merge-conflict", "six\n<<<<<<< HEAD\nwrapt==1.16.0\n=======\nwrapt==1.15.0\n>>>>>>> main\n", 2, bad, ["Invalid requirement"])
    yield req("tilde-double", "six ~== 1.16\n", 1, bad, ["Invalid requirement"])
    yield req("conda-spec", "python=3.8\nnumpy=1.19.5=py38h18fd61f_0\n", 1, bad, ["Invalid requirement"])
    yield req("unknown-option", "--extra-indx-url=https://feed.example/simple\nsix\n", 1, bad + ["pip-option-removed"], ["no such option", "Usage:"])
    yield req("per-line-option", "six --install-options=foo\n", 1, bad, ["no such option|unrecognized|Invalid requirement"])
    yield req("legacy-glob", "numpy>=1.16.*\nsix\n", 1, ["pip-legacy-specifier-rejected"], ["Invalid requirement"])
    yield req("legacy-version", "legacyver==2004d\n", 1, ["pip-legacy-specifier-rejected"], ["Invalid requirement"] + NOT_FOUND)
    yield req("quote-char", "six==\u20181.16.0\u2019\n", 1, bad, ["Invalid requirement", "UnicodeEncodeError"] + NOT_FOUND, near=["pip-version-not-found"])
    yield Fault("literal", ["pip-requirements-literal"], "pip install requirements.txt", NOT_FOUND + ["HINT|perhaps you meant"], files={REQ: "six\n"}, fix="build-command")
    yield Fault("requirements-missing", ["pip-requirements-file-missing"], "pip install -r requirments.txt", ["Could not open requirements file"], files={REQ: "six\n"}, fix="build-command")
    yield req("nested-file-missing", "six\n-r requirements/base.txt\n", 2, ["pip-requirements-file-missing"], ["Could not open requirements file"])
    yield Fault("constraints-missing", ["pip-requirements-file-missing"], "pip install six -c constraints-3.9.txt", ["Could not open requirements file"])
    yield req("latin1", "six\n# für die Bücher\nwrapt\n".encode("latin-1"), 2, ["pip-requirements-encoding"], ["codec can't decode|UnicodeDecodeError|Can't decode"])
    yield req("utf16-no-bom", "six==1.16.0\r\n".encode("utf-16-le"), 1, ["pip-requirements-encoding", "pip-invalid-requirement"], ["Invalid requirement|codec can't decode|null (byte|character)"] + NOT_FOUND)
    yield Fault("option-user-venv", ["pip-option-removed", "pip-invalid-requirement"], "pip install --user six", ["Can not perform a '--user' install"], fix="build-command")
    yield Fault("option-process-dependency-links", ["pip-option-removed"], "pip install --process-dependency-links six", ["no such option"], fix="build-command")
    yield Fault("option-use-feature", ["pip-option-removed"], "pip install --use-feature=2020-resolver --use-feature=no-such-thing six", ["invalid choice|no such option"], fix="build-command")
    yield Fault("option-build-dir", ["pip-option-removed"], "pip install --build /tmp/build --no-use-wheel six", ["no such option"] + NOT_FOUND, fix="build-command", overrides=TAKEN)
    yield Fault("option-install-option", ["pip-option-removed"], "pip install --install-option='--prefix=/opt' --egg six", ["no such option"] + NOT_FOUND, fix="build-command", overrides=TAKEN)
    yield Fault("search-gone", ["pip-option-removed"], "pip serch six", ["unknown command"], fix="build-command")

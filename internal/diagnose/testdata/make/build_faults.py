"""Source archives whose build fails under pip; the same archive through many releases of pip and Python."""

from pip_faults import GONE_WRONG, ISOLATED, NOT_FOUND, req

# What another release of pip or of setuptools says first about the same archive.
NO_SETUPTOOLS = ("No module named '?setuptools'?$", ["native-build-module-missing"])
DISGUISED = (r"(?s)Discarding .*No matching distribution", ["pip-build-failed-as-not-found"])
COMPILER = [r"command '[gc]\+\+' failed: No such file|No such file or directory: '[gc]\+\+'", "unable to execute '?gcc|command '?.*gcc'? failed: No such file|No such file or directory: .*gcc|gcc: command not found"]
PY3 = ["py3"]
# setup_requires of an old setuptools takes the newest release of the public index, whatever Python it is for.
NEWEST_EGG = [(r"\.eggs/setuptools_scm.*\n(.*\n)*.*SyntaxError", ["native-python2-code", "pip-build-deps-failed"])]


def one(package, rules, root, **more):
    """A requirements.txt of one sdist; overrides for what some versions print instead are common to all."""
    more.setdefault("overrides", [])
    more["overrides"] = more["overrides"] + [NO_SETUPTOOLS]
    name = more.pop("name", "build-" + package.split("=")[0])
    return req(name, f"six\n{package}\n", 2, rules, root + GONE_WRONG, near=["pip-build-step-failed", "pip-build-failed-as-not-found"], **more)


def native():
    yield one("fastmatch==0.3.1", ["native-header-missing"], ["fatal error: turbojpeg.h"])
    yield one("fastmatch==0.3.1", ["native-compiler-missing"], COMPILER, name="build-no-compiler", hide=["gcc", "cc", "g++", "c++", "x86_64-linux-gnu-gcc"])
    yield one("cppgrid==2.1.0", ["native-compiler-missing"], COMPILER, name="build-no-cpp-compiler", hide=["gcc", "cc", "g++", "c++"])
    yield one("fastmatch==0.3.1", ["native-python-headers-missing"], ["fatal error: Python.h"], name="build-no-python-h", mounts="mkdir -p /tmp/empty; for d in $LAB_INCLUDES; do mount --bind /tmp/empty $d; done")
    yield one("quickhash==1.0.4", ["native-compile-error"], ["error: 'undeclared_seed'|error: .undeclared_seed"])
    yield one("cppgrid==2.1.0", ["native-compile-error"], ["error: 'of' is not a member|error: .of. is not a member"], name="build-cpp-error")
    yield one("linkless==0.9.2", ["native-linker-library-missing"], ["cannot find -lsnappy_c"])


def python():
    module = ["native-build-module-missing"]
    yield one("numfort==0.8", module, ["No module named '?numpy"])
    yield one("cyfast==1.4", module, ["No module named '?Cython"])
    yield one("torchscan==2.0.9", module, ["No module named '?torch"])
    yield one("oldprint==0.2", ["native-python2-code"], ["SyntaxError: Missing parentheses", "print 'building"], tools=PY3)
    yield one("oldexcept==1.1", ["native-python2-code"], ["SyntaxError", "except ImportError, e"], tools=PY3)
    yield one("convert2==0.5", ["native-use-2to3"], ["use_2to3 is invalid"], tools=PY3)
    yield one("pkgres==1.2.3", ["native-pkg-resources-removed"], ["No module named '?pkg_resources", "DistributionNotFound"], tools=PY3, overrides=[("DistributionNotFound", ["native-setup-check-failed", "native-build-module-missing", "pip-build-step-failed"])])
    yield one("distold==0.1.7", ["native-distutils-removed"], ["No module named '?distutils"], tools=PY3)
    yield one("pipreqs-old==0.4", ["native-setup-uses-pip-internals", "native-build-module-missing"], ["No module named '?pip\\b|No module named '?pip.req|cannot import name"])
    yield one("pipdl-old==0.6", ["native-setup-uses-pip-internals", "native-build-module-missing"], ["No module named '?pip\\b|No module named '?pip.download"])
    yield one("noreqfile==3.1", ["native-setup-check-failed", "pip-build-step-failed"], ["No such file or directory: 'requirements.txt'|FileNotFoundError"])
    yield one("refuses==4.0.1", ["native-setup-rejects-python"], ["refuses needs Python 3.5"])
    yield one("wantslib==0.4.2", ["native-setup-check-failed"], ["libfrob >= 3 not found"])
    yield one("versionfail==1.0", ["native-setup-check-failed", "pip-build-step-failed"], ["AttributeError|UnicodeEncodeError"])
    yield one("utf8setup==2.2", ["native-setup-check-failed", "pip-build-step-failed"], ["UnicodeEncodeError|UnicodeDecodeError"])
    yield one("scmtool==5.0", ["pip-build-deps-failed"], ["requirement setuptools_scm|for setuptools.scm", "SyntaxError|setuptools.scm"], overrides=NEWEST_EGG)


def backends():
    deps = ["pip-build-deps-failed"]
    yield one("needshatch==1.3.0", deps, NOT_FOUND, tools=ISOLATED)
    yield one("needsold==0.7.1", deps, NOT_FOUND, tools=ISOLATED)
    yield one("nobackend==2.0", ["pip-backend-unavailable"], ["BackendUnavailable|Cannot import '"], tools=ISOLATED)
    yield one("selfmade==1.1", ["pip-backend-unavailable"], ["BackendUnavailable|Cannot import '"], tools=ISOLATED)
    yield one("pep517np==3.4.5", ["native-build-module-missing"], ["No module named 'numpy"], tools=ISOLATED)
    yield one("pep517old==0.1.1", ["native-setuptools-too-old", "pip-backend-unavailable"], ["has no attribute 'ImpImporter'|No module named 'distutils"], tools=["py3.1[23]"])
    yield one("pep517ok==1.0", ["native-build-module-missing", "pip-backend-unavailable"], ["invalid command 'bdist_wheel'|No module named 'setuptools|BackendUnavailable|Cannot import 'setuptools"], name="no-isolation-no-setuptools", command="pip uninstall -q -y setuptools wheel >/dev/null 2>&1; pip install --no-build-isolation -r requirements.txt", tools=ISOLATED)
    yield one("pep517ok==1.0", ["native-build-module-missing"], ["invalid command 'bdist_wheel'|No module named 'wheel"], name="no-isolation-no-wheel", command="pip uninstall -q -y wheel >/dev/null 2>&1; pip install --no-build-isolation -r requirements.txt", tools=["-2[0-3].*py3.[89]|-2[0-3].*py3.1[01]"])
    yield one("pep517ok==1.0", [], ["Failed"], name="pep517-passes", outcome="success", tools=ISOLATED)

"""The projects of the loopback index. Names are those that people write; the content is made up."""

from packages import Release, setup_py

SIGNED = "cp35-cp35m-win_amd64"

# Ordinary projects: name, version, requirements, Requires-Python.
PLAIN = [
    ("numpy", "1.16.6", [], ""), ("numpy", "1.19.5", [], ""), ("numpy", "1.21.6", [], ">=3.7"), ("numpy", "1.26.4", [], ">=3.9"),
    ("pandas", "0.24.2", ["numpy>=1.12"], ""), ("pandas", "1.1.5", ["numpy>=1.15.4"], ""), ("pandas", "1.5.3", ["numpy>=1.19"], ""),
    ("scikit-learn", "0.24.2", ["numpy>=1.13.3"], ""), ("scikit-learn", "1.0.2", ["numpy>=1.14.6"], ""),
    ("requests", "2.25.1", ["urllib3<1.27,>=1.21.1", "idna<3,>=2.5"], ""), ("requests", "2.31.0", ["urllib3<3,>=1.21.1", "idna<4,>=2.5"], ""),
    ("urllib3", "1.26.18", [], ""), ("urllib3", "2.2.1", [], ""), ("idna", "2.10", [], ""), ("idna", "3.6", [], ""),
    ("flask", "1.1.4", ["werkzeug<2.0,>=0.15", "jinja2<3.0,>=2.10.1"], ""), ("flask", "2.0.3", ["werkzeug>=2.0", "jinja2>=3.0"], ""),
    ("werkzeug", "0.16.1", [], ""), ("werkzeug", "1.0.1", [], ""), ("werkzeug", "2.0.3", [], ""), ("werkzeug", "3.0.1", [], ""),
    ("jinja2", "2.11.3", ["markupsafe>=0.23"], ""), ("jinja2", "3.1.2", ["markupsafe>=2.0"], ""), ("markupsafe", "1.1.1", [], ""), ("markupsafe", "2.1.3", [], ""),
    ("azureml-core", "1.42.0", ["msrest<1.0,>=0.5.1", "pyjwt<3.0.0"], ""), ("azureml-core", "1.48.0", ["msrest<=0.7.1,>=0.5.1", "pyjwt<3.0.0"], ""),
    ("azureml-defaults", "1.48.0", ["azureml-core~=1.48.0", "applicationinsights>=0.11.7"], ""), ("applicationinsights", "0.11.10", [], ""),
    ("azureml-dataset-runtime", "1.48.0", ["azureml-dataprep>=4.8.0a,<4.9.0a", "numpy"], ""), ("azureml-dataprep", "2.4.5", [], ""), ("azureml-dataprep", "4.5.7", [], ""),
    ("msrest", "0.6.21", [], ""), ("msrest", "0.7.1", [], ""), ("msrest", "1.0.0", [], ""), ("pyjwt", "2.8.0", [], ""),
    ("transformers", "4.30.2", ["tokenizers!=0.11.3,<0.14,>=0.11.1", "huggingface-hub<1.0,>=0.14.1"], ""), ("tokenizers", "0.13.3", [], ""), ("tokenizers", "0.15.2", [], ""),
    ("huggingface-hub", "0.16.4", [], ""), ("huggingface-hub", "0.20.3", [], ""), ("datasets", "2.18.0", ["huggingface-hub>=0.19.4"], ""),
    ("evaluate-lite", "0.4.1", ["datasets>=2.18", "transformers<4.31"], ""), ("setfit-lite", "1.0.3", ["evaluate-lite>=0.4", "huggingface-hub<0.17"], ""),
    ("mlflow-lite", "2.3.0", ["protobuf<5,>=3.12", "missing-telemetry-sdk>=1.2"], ""), ("protobuf", "3.20.3", [], ""), ("protobuf", "4.25.1", [], ""),
    ("tensorflow", "2.3.4", ["numpy<1.19.0,>=1.16.0", "protobuf<4,>=3.9.2"], ""), ("onnx", "1.15.0", ["protobuf>=4.21"], ""),
    ("tidepool", "1.1.0", [], ""), ("tidepool", "2.2.3", [], ">=3.14"), ("tidepool", "2.3.0", [], ">=3.14,<3.16"), ("numba", "0.53.1", [], ">=2.8,<3.6"),
    ("azureml-automl-core", "1.60.0", ["dotnetcore2<4,>=3.1"], ">=2.6,<2.7"), ("deepchem", "2.8.0.dev20240501", [], ""), ("deepchem", "2.8.0rc1", [], ""),
    ("six", "1.16.0", [], ""), ("pyyaml", "6.0.1", [], ""), ("wrapt", "1.16.0", [], ""), ("simplejson", "3.19.2", [], ""), ("pytz", "2023.3", [], ""),
]

BACKEND = "[build-system]\nrequires = {}\nbuild-backend = {}\n"

# Source archives: name, version, setup.py, further files.
BROKEN = [
    ("fastmatch", "0.3.1", setup_py("fastmatch", "0.3.1", "from setuptools import Extension", ext_modules="[Extension('fastmatch', ['fastmatch.c'])]"),
     {"fastmatch.c": '#include <Python.h>\n#include "turbojpeg.h"\nint x;\n'}),
    ("quickhash", "1.0.4", setup_py("quickhash", "1.0.4", "from setuptools import Extension", ext_modules="[Extension('quickhash', ['src/quickhash.c'])]"),
     {"src/quickhash.c": "#include <Python.h>\nint hash(int a) { return a ^ undeclared_seed; }\nint broken( { return 1; }\n"}),
    ("cppgrid", "2.1.0", setup_py("cppgrid", "2.1.0", "from setuptools import Extension", ext_modules="[Extension('cppgrid', ['grid.cpp'], language='c++')]"),
     {"grid.cpp": "#include <Python.h>\n#include <vector>\nstd::vector<int> grid() { return std::vector<int>::of(1); }\n"}),
    ("linkless", "0.9.2", setup_py("linkless", "0.9.2", "from setuptools import Extension", ext_modules="[Extension('linkless', ['l.c'], libraries=['snappy_c'])]"),
     {"l.c": "#include <Python.h>\nint f(void) { return 0; }\n"}),
    ("numfort", "0.8", setup_py("numfort", "0.8", "import numpy\nfrom numpy.distutils.core import setup"), {}),
    ("cyfast", "1.4", setup_py("cyfast", "1.4", "from Cython.Build import cythonize"), {}),
    ("torchscan", "2.0.9", setup_py("torchscan", "2.0.9", "import torch\nfrom torch.utils.cpp_extension import CUDAExtension"), {}),
    ("oldprint", "0.2", setup_py("oldprint", "0.2", "import sys\nprint 'building oldprint for', sys.version"), {}),
    ("oldexcept", "1.1", setup_py("oldexcept", "1.1", "try:\n    import foo\nexcept ImportError, e:\n    pass"), {}),
    ("convert2", "0.5", setup_py("convert2", "0.5", use_2to3="True"), {}),
    ("pkgres", "1.2.3", setup_py("pkgres", "1.2.3", "import pkg_resources\npkg_resources.require('six')"), {}),
    ("distold", "0.1.7", "from distutils.core import setup\nsetup(name='distold', version='0.1.7')\n", {}),
    ("pipreqs-old", "0.4", setup_py("pipreqs-old", "0.4", "from pip.req import parse_requirements\nreqs = parse_requirements('requirements.txt', session='x')"), {}),
    ("pipdl-old", "0.6", setup_py("pipdl-old", "0.6", "from pip.download import PipSession"), {}),
    ("noreqfile", "3.1", setup_py("noreqfile", "3.1", "reqs = open('requirements.txt').read().split()", install_requires="reqs"), {}),
    ("refuses", "4.0.1", setup_py("refuses", "4.0.1", "import sys\nif sys.version_info[:2] != (3, 5):\n    sys.exit('ERROR: refuses needs Python 3.5, this is %d.%d' % sys.version_info[:2])"), {}),
    ("wantslib", "0.4.2", setup_py("wantslib", "0.4.2", "import sys\nsys.stderr.write('\\nERROR: libfrob >= 3 not found. Install libfrob-dev or set FROB_DIR.\\n')\nsys.exit(1)"), {}),
    ("versionfail", "1.0", setup_py("versionfail", "1.0", "import re\nVERSION = re.search('version = (.*)', open('PKG-INFO').read()).group(1)"), {}),
    ("utf8setup", "2.2", setup_py("utf8setup", "2.2", "long_description = open('README').read().encode('ascii')"), {"README": "na\u00efve\n"}),
    ("scmtool", "5.0", setup_py("scmtool", "5.0", use_scm_version="True", setup_requires="['setuptools_scm']"), {}),
]

# Source archives with a pyproject.toml: name, version, requires, backend, setup.py.
MODERN = [
    ("needshatch", "1.3.0", '["hatchling-lite>=1.5"]', '"hatchling.build"', ""),
    ("needsold", "0.7.1", '["setuptools>=40", "numpy==1.13.3", "cython<3"]', '"setuptools.build_meta"', ""),
    ("nobackend", "2.0", '["setuptools"]', '"poetry.core.masonry.api"', ""),
    ("selfmade", "1.1", '["setuptools"]', '"selfmade_backend.api"', ""),
    ("pep517ok", "1.0", '["setuptools", "wheel"]', '"setuptools.build_meta"', setup_py("pep517ok", "1.0")),
    ("pep517dist", "0.9", '["setuptools", "wheel"]', '"setuptools.build_meta"', setup_py("pep517dist", "0.9", "import distutils.msvccompiler_x")),
    ("pep517np", "3.4.5", '["setuptools", "wheel"]', '"setuptools.build_meta"', setup_py("pep517np", "3.4.5", "import numpy as np")),
    ("pep517old", "0.1.1", '["setuptools<50", "wheel"]', '"setuptools.build_meta"', setup_py("pep517old", "0.1.1")),
]


def releases():
    found = [Release(n, v, r, p) for n, v, r, p in PLAIN]
    found += [Release(n, v, tag="sdist", files={"setup.py": s, **f}) for n, v, s, f in BROKEN]
    found += [Release(n, v, tag="sdist", files={"setup.py": s, "pyproject.toml": BACKEND.format(q, b)}) for n, v, q, b, s in MODERN]
    return found + special()


def special():
    """Files that are wrong in themselves."""
    found = [Release("pywin-audio", v, tag=SIGNED) for v in ("0.2.1", "0.2.2")]
    found += [Release("intel-accel", "2023.1.0", tag="cp36-cp36m-macosx_10_9_x86_64"), Release("intel-accel", "2023.2.0", tag="cp36-cp36m-manylinux2014_aarch64")]
    found += [Release("torchvision", "0.15.2", tag="cp34-cp34m-win_amd64"), Release("torchvision", "0.1.6")]
    found += [Release("torch", "1.13.1"), Release("torch", "2.0.1"), Release("torch", "2.1.0", ["triton-lite==2.1.0"]), Release("triton-lite", "2.0.0")]
    found += [Release("sphinx-lite", "4.3.0", yanked="broken metadata"), Release("sphinx-lite", "4.2.0")]
    found += [Release("textkit", "1.4.0", ["numpy>=1.15.*", "six"]), Release("textkit", "1.5.0", ["numpy (>=1.15.*)", "six"])]
    found += [Release("extract-lite", "1.28.4", ["six~=1.12.0", "pytz<=2020.*"])]
    found += [Release("legacyver", "2004d", tag="sdist", files={"setup.py": setup_py("legacyver", "2004d")})]
    found += [Release("renamed", "1.0", metadata_name="other-name"), Release("shifted", "2.1", metadata_version="2.0.dev0")]
    found += [Release("renamed-sdist", "1.2", tag="sdist", files={"setup.py": setup_py("unknown-name", "1.2")})]
    found += [Release("bigmodel", "1.0.0", size=6_000_000), Release("midsize", "2.0", size=900_000)]
    found += [Release("rejects", "1.0", tag="sdist", files={"setup.py": setup_py("rejects", "1.0", python_requires="'>=3.15'")})]
    found += [Release("pep440odd", "1.0", ["odd-dep; python_version>='3' and"]), Release("odd-dep", "1.0")]
    found += frightening()
    found += backtracking()
    return found


def frightening():
    """Projects that install, and say much on the way."""
    noisy = "print('error: no previously-included files matching *.pyc')\nprint('warning: Killed the fatal error handler')\nimport sys; sys.stderr.write('Failed to find optional codec\\n')\nfrom setuptools import Extension"
    optional = "from setuptools import Extension"
    style = "import sys\nif 'bdist_wheel' in sys.argv:\n    raise RuntimeError('this project makes no wheels')"
    code = '#include <Python.h>\n#warning "error: this is a warning"\nstatic int unused_error(void) { int e; return e; }\nPyMODINIT_FUNC PyInit_noisybuild(void) { return 0; }\n'
    return [
        Release("noisybuild", "1.0", tag="sdist", files={"setup.py": setup_py("noisybuild", "1.0", noisy, ext_modules="[Extension('noisybuild', ['n.c'])]"), "n.c": code}),
        Release("optionalext", "1.0", tag="sdist", files={"setup.py": setup_py("optionalext", "1.0", optional, ext_modules="[Extension('fast', ['f.c'], optional=True)]"), "f.c": "#error no acceleration here\n"}),
        Release("oldstyle", "1.0", tag="sdist", files={"setup.py": setup_py("oldstyle", "1.0", style)}),
        Release("retry-errors-handler", "1.0", ["failed-jobs-client"]), Release("failed-jobs-client", "1.0"),
        Release("toolscript", "1.0", tag="sdist", files={"setup.py": setup_py("toolscript", "1.0", scripts="['run-tool']"), "run-tool": "#!/bin/sh\n"}),
    ]


def backtracking():
    """Two projects of which no pair fits: pip tries them all."""
    found = []
    for i in range(60):
        found.append(Release("botolike", f"1.{i}.0", [f"corelike=={i}.0", "s3like"]))
        found.append(Release("corelike", f"{i}.0", ["jmeslike<2"]))
        found.append(Release("s3like", f"0.{i}.0", [f"corelike=={i + 100}.0"]))
        found.append(Release("corelike", f"{i + 100}.0"))
    return found + [Release("jmeslike", "1.0")]

"""Real projects of the public index whose installation fails in a bare image."""

from lab import Fault
from pip_faults import GONE_WRONG, NOT_FOUND, REQ

COMPILERS = ["gcc", "cc", "g++", "c++", "clang"]

# What a log shows first where a table's row means something else.
OVERRIDES = [("has no attribute 'ImpImporter'", ["native-setuptools-too-old"])]

# name, requirement, (pip, Python) pairs, rules, pattern of the decisive line, commands the image lacks.
ROWS = [
    ("pg-config", "psycopg2==2.9.9", "24.0/3.11 22.0.4/3.9 26.0.1/3.13", ["native-pg-config-missing"], "pg_config executable not found", ["pg_config"]),
    ("pg-config-28", "psycopg2==2.8.6", "20.0.2/3.8 25.1.1/3.12", ["native-pg-config-missing"], "pg_config executable not found", ["pg_config"]),
    ("mysql-22", "mysqlclient==2.2.4", "24.0/3.11 24.2/3.12", ["native-mysql-config-missing"], "Can not find valid pkg-config name|Specify MYSQLCLIENT_CFLAGS", ["mysql_config", "mariadb_config"]),
    ("mysql-14", "mysqlclient==1.4.6", "21.2.4/3.9 23.0.1/3.10", ["native-mysql-config-missing"], "mysql_config: not found|mysql_config not found|OSError: mysql_config", ["mysql_config", "mariadb_config"]),
    ("tokenizers", "tokenizers==0.10.3", "24.0/3.11 25.1.1/3.12", ["native-rust-missing"], "can't find Rust compiler", []),
    ("lxml", "lxml==4.6.3", "24.2/3.12 24.0/3.11", ["native-python2-code", "native-compile-error", "native-header-missing"], "longintrepr.h", ["xml2-config", "xslt-config"]),
    ("python-ldap", "python-ldap==3.4.3", "24.0/3.11 22.3.1/3.10", ["native-header-missing"], "fatal error: (lber|ldap|sasl).*\\.h", []),
    ("pycurl", "pycurl==7.45.1", "24.2/3.12", ["native-setup-check-failed", "native-header-missing"], "Could not run curl-config", ["curl-config"]),
    ("pygraphviz", "pygraphviz==1.11", "24.0/3.11 23.1.2/3.11", ["native-header-missing"], "fatal error: graphviz/cgraph.h", []),
    ("pyaudio", "pyaudio==0.2.13", "24.2/3.12 25.0.1/3.11", ["native-header-missing"], "ImpImporter|fatal error: portaudio.h", []),
    ("pycairo", "pycairo==1.26.0", "25.1.1/3.12", ["native-pkg-config-missing"], "Dependency .?cairo.? not found|pkg-config", []),
    ("pyodbc", "pyodbc==4.0.34", "24.2/3.12", ["native-header-missing"], "fatal error: sql.h", []),
    ("dlib", "dlib==19.24.0", "24.0/3.11 20.0.2/3.8", ["native-cmake-problem"], "CMake must be installed|CMake is not installed", ["cmake"]),
    ("mpi4py", "mpi4py==3.1.4", "24.2/3.12", ["native-setuptools-api-removed", "native-mpi4py-failed"], "new_compiler\\(\\) got|fatal error: mpi.h", ["mpicc"]),
    ("gssapi", "gssapi==1.8.2", "24.2/3.12", ["native-setup-check-failed", "native-header-missing"], "krb5-config", ["krb5-config"]),
    ("pyyaml-cython3", "pyyaml==5.4.1", "24.2/3.12 25.2/3.13", ["native-cython3-incompatible"], "cython_sources", []),
    ("docker-compose", "docker-compose==1.29.2", "24.1.2/3.12", ["native-cython3-incompatible"], "cython_sources", []),
    ("numpy-old", "numpy==1.21.6", "24.2/3.12", ["pip-requires-python-excluded", "pip-version-not-found"], NOT_FOUND[0] + "|require a different python version", []),
    ("numpy-1195", "numpy==1.19.5", "25.1.1/3.12", ["pip-backend-unavailable", "native-setuptools-too-old"], "BackendUnavailable", []),
    ("sklearn", "sklearn==0.0.post12", "22.3.1/3.10 24.0/3.11 25.2/3.13 20.3.4/3.8", ["pip-import-name-used"], "'sklearn' PyPI package is deprecated", []),
    ("tensorflow-gpu", "tensorflow-gpu==2.12.0", "24.0/3.11 22.3.1/3.10", ["pip-import-name-used", "native-setup-check-failed"], "package has been removed", []),
    ("tensorflow-old", "tensorflow==1.15.0", "24.0/3.11 21.2.4/3.9", ["pip-version-not-found", "pip-no-wheel-for-platform"], NOT_FOUND[0], []),
    ("torch-old", "torch==1.7.1", "24.2/3.12", ["pip-version-not-found", "pip-no-wheel-for-platform"], NOT_FOUND[0], []),
    ("torch-cuda", "torch==2.1.0+cu118", "24.0/3.11", ["pip-cuda-local-version-index-missing"], NOT_FOUND[0], []),
    ("dataclasses", "dataclasses==0.8", "24.0/3.11 25.2/3.13", ["pip-stdlib-backport", "pip-requires-python-excluded", "pip-version-not-found"], NOT_FOUND[0], []),
    ("futures", "futures==3.4.0", "24.2/3.12", ["pip-stdlib-backport", "pip-requires-python-excluded", "pip-version-not-found"], NOT_FOUND[0], []),
    ("uuid", "uuid==1.30", "24.0/3.11", ["pip-stdlib-backport", "native-python2-code"], "SyntaxError|Missing parentheses|invalid", []),
    ("flash-attn", "flash-attn==2.3.3", "24.0/3.11 25.1.1/3.12", ["native-build-module-missing"], "No module named 'torch'", []),
    ("torch-scatter", "torch-scatter==2.1.1", "23.1.2/3.11", ["native-build-module-missing"], "No module named 'torch'", []),
    ("pystan", "pystan==2.19.1.1", "22.0.4/3.9 24.0/3.11", ["native-build-module-missing", "native-setup-check-failed"], "Cython>=0.22 and NumPy are required|No module named '?(Cython|numpy)", []),
    ("gdal", "GDAL==3.4.1", "24.0/3.11", ["native-setup-check-failed", "native-header-missing"], "FileNotFoundError.*gdal-config", ["gdal-config"]),
    ("m2crypto", "M2Crypto==0.38.0", "24.0/3.11 21.2.4/3.9", ["native-ninja-swig-tool-missing"], "swig. failed: No such file", ["swig"]),
    ("cffi", "cffi==1.14.0", "24.2/3.12 24.0/3.11", ["native-compile-error", "native-python2-code"], "error: lvalue required", []),
    ("cffi-no-gcc", "cffi==1.14.0", "23.0.1/3.10 26.3/3.11", ["native-compiler-missing"], "No such file or directory: .gcc|gcc.* failed: No such file|unable to execute 'gcc'", COMPILERS),
    ("pillow", "Pillow==8.0.0", "24.0/3.11", ["native-header-missing", "native-setup-check-failed"], "headers or library files could not be found", []),
    ("pycrypto", "pycrypto==2.6.1", "22.3.1/3.10 24.2/3.12", ["native-python2-code", "native-compile-error", "native-header-missing"], "longintrepr.h", []),
    ("snappy", "python-snappy==0.6.0", "24.0/3.11 23.0.1/3.10", ["native-header-missing"], "fatal error: snappy-c.h", []),
    ("rpy2", "rpy2==3.5.1", "24.0/3.11", ["native-setup-check-failed"], "R_HOME|R was not found|cannot find R", ["R"]),
    ("shapely", "shapely==1.7.1", "24.2/3.12 22.0.4/3.9", ["native-setup-check-failed", "native-header-missing", "system-runtime-library-missing"], "geos|libgeos", ["geos-config"]),
    ("ta-lib", "TA-Lib==0.4.28", "24.0/3.11", ["native-header-missing"], "fatal error: ta-lib/ta_defs.h", []),
    ("pymssql", "pymssql==2.1.5", "24.0/3.11 21.2.4/3.9", ["native-header-missing", "native-cython3-incompatible"], "fatal error: sqlfront.h|cython", []),
    ("backports-zoneinfo", "backports.zoneinfo==0.2.1", "24.2/3.12", ["native-compile-error", "pip-stdlib-backport"], "error: ", []),
    ("sentencepiece", "sentencepiece==0.1.96", "24.2/3.12", ["native-cmake-problem", "native-pkg-config-missing"], "cmake|pkg-config|build_bundled", ["cmake", "pkg-config"]),
    ("mariadb", "mariadb==1.1.6", "24.0/3.11", ["native-mysql-config-missing", "native-setup-check-failed"], "mariadb_config", ["mariadb_config"]),
    ("systemd", "systemd-python==234", "22.3.1/3.10", ["native-pkg-config-missing", "native-header-missing", "native-linker-library-missing"], "pkg-config|systemd/|libsystemd", ["pkg-config"]),
    ("dbus", "dbus-python==1.3.2", "24.2/3.12", ["native-pkg-config-missing"], "dbus-1|Dependency", []),
    ("horovod", "horovod==0.28.1", "24.0/3.11", ["native-horovod-failed", "native-cmake-problem"], "cmake|CMake", ["cmake"]),
    ("ninja-gone", "scikit-build==0.17.6\nopencv-python==3.4.2.17", "24.0/3.11", ["pip-version-not-found"], NOT_FOUND[0], []),
    ("tf-numpy", "tensorflow==2.12.0\nnumpy==1.26.4", "24.0/3.11 22.3.1/3.10", ["pip-resolution-impossible"], "Cannot install", []),
    ("azureml-conflict", "azureml-core==1.48.0\npyjwt<2\nazureml-dataprep==5.1.0", "21.2.4/3.9 24.0/3.11", ["pip-resolution-impossible"], "Cannot install", []),
    ("torch-pair", "torch==2.1.0\ntorchvision==0.15.2", "24.0/3.11", ["pip-resolution-impossible"], "Cannot install", []),
    ("misspelled", "beautifulsoup==4.12.3", "25.2/3.13", ["pip-version-not-found"], NOT_FOUND[0], []),
    ("invalid-metadata", "omegaconf==2.0.5", "24.1.2/3.12 25.0.1/3.11", ["pip-metadata-invalid"], "has invalid metadata", []),
    ("textract", "textract==1.6.5", "24.2/3.12 26.0.1/3.13", ["pip-metadata-invalid"], "has invalid metadata", []),
    ("celery-old", "celery==5.0.5", "24.1.2/3.12", ["pip-metadata-invalid"], "has invalid metadata|Invalid requirement", []),
]


def faults():
    """(fault, pip, Python) of every row; the requirement stands below a harmless one."""
    for name, requirement, pairs, rules, root, hidden in ROWS:
        line = 1 + len(requirement.split("\n"))
        for pair in pairs.split():
            pip, python = pair.split("/")
            yield Fault("real-" + name, rules, "pip install -r requirements.txt", [root] + GONE_WRONG, files={REQ: f"six==1.16.0\n{requirement}\n"}, overrides=OVERRIDES,
                        blame=[(REQ, line)], hide=hidden, near=["pip-build-step-failed"], limit=100), pip, python

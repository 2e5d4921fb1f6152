"""More of pip's faults: the network, the index, archives, builds, what is installed already."""

from lab import Fault
from pip_faults import CONFLICT, GONE_WRONG, INSTALL, ISOLATED, NOT_FOUND, REQ, req

FAIL = ["pip-connection-failed"]


def network():
    short = "pip install --retries 1 --timeout 3 -r requirements.txt"
    silent = ["pip-index-error-silent"]
    around = ["pip-package-not-found", "pip-index-interactive-auth", "pip-index-unusable"]
    conn = ["Failed to establish a new connection|NewConnectionError|Connection refused"]
    yield req("index-401", "six\nlocked==1.0\n", 0, ["pip-index-interactive-auth"], ["User for |401"] + GONE_WRONG + NOT_FOUND, fix="infra", near=silent)
    yield req("index-401-no-input", "six\nlocked==1.0\n", 0, ["pip-index-interactive-auth"] + silent, NOT_FOUND + ["401"], "pip install --no-input -r requirements.txt", fix="infra", near=around)
    yield req("feed-401", "--extra-index-url {index}/private/simple/\nsix\ncontoso-etl==2.0\n", 1, ["pip-index-interactive-auth"], ["User for |401"] + GONE_WRONG + NOT_FOUND, fix="infra", near=silent)
    yield req("index-403", "forbidden==2.1\n", 0, silent, NOT_FOUND + ["403"], fix="infra", near=around)
    yield req("index-500", "broken500==2.1\n", 0, silent, NOT_FOUND + ["500 "], short, fix="retry", near=around)
    yield req("index-503", "flaky>=1\n", 0, silent, NOT_FOUND + ["503"], short, fix="retry", near=around)
    yield req("index-429", "ratelimited>=1\n", 0, silent, NOT_FOUND + ["429"], short, fix="retry", near=around)
    yield req("index-portal", "portal\n", 0, ["pip-package-not-found", "pip-index-unusable"], NOT_FOUND, fix="infra", near=["pip-index-error-silent"])
    yield req("index-json", "asjson\n", 0, ["pip-index-unusable"], ["Skipping page|unsupported"] + NOT_FOUND, fix="infra")
    yield req("index-http", "six\n", 0, ["pip-index-unusable"], ["not a trusted or secure host"] + NOT_FOUND, "pip install -i http://feed.corp.example/simple -r requirements.txt", fix="infra")
    yield req("index-selfsigned", "six\n", 0, ["pip-ssl-error"], ["CERTIFICATE_VERIFY_FAILED|certificate verify failed"] + NOT_FOUND, "pip install --retries 1 -i {tls}/simple/ -r requirements.txt", fix="infra", env={"PIP_CERT": "/etc/ssl/certs/ca-certificates.crt"})
    yield req("index-not-tls", "six\n", 0, ["pip-ssl-error"], ["WRONG_VERSION_NUMBER|wrong version number|UNKNOWN_PROTOCOL|unknown protocol|record layer"] + NOT_FOUND, "pip install --retries 1 -i {plain-as-tls}/simple/ -r requirements.txt", fix="infra")
    yield req("dns", "six\n", 0, FAIL, ["Name or service not known|name resolution|Name does not resolve|getaddrinfo|NameResolutionError"] + NOT_FOUND, short + " -i https://pypi.corp.example/simple", fix="infra", near=["network-dns-failure"])
    yield req("refused", "six\nwrapt\n", 0, FAIL, conn + NOT_FOUND, short + " -i http://127.0.0.1:9/simple", fix="infra", near=["network-connection-reset"])
    yield req("proxy-refused", "six\n", 0, FAIL, ["ProxyError|Cannot connect to proxy"] + NOT_FOUND, short + " --proxy http://127.0.0.1:9", fix="infra")
    yield req("proxy-407", "six\n", 0, FAIL, ["407"] + NOT_FOUND, short + " --proxy {index} -i https://pypi.corp.example/simple", fix="infra")
    yield req("page-reset", "resetpage\n", 0, FAIL, ["Connection reset by peer|ConnectionResetError|Connection aborted"] + NOT_FOUND, short, fix="retry", near=["network-connection-reset"])
    yield req("page-dropped", "dropped\n", 0, FAIL, ["RemoteDisconnected|BadStatusLine|Connection aborted"] + NOT_FOUND, short, fix="retry", near=["network-connection-reset"])
    yield req("page-slow", "slowpage\n", 0, ["pip-read-timeout"], ["Read timed out|ReadTimeout"] + NOT_FOUND, short, fix="retry")
    yield req("file-404", "six\ngone==1.0\n", 0, ["pip-download-http-error"], ["404 (Client Error|Not Found)|HTTP error 404"], fix="infra")
    yield req("file-403", "secret==1.0\n", 0, ["pip-download-http-error"], ["403 (Client Error|Forbidden)|HTTP error 403"], fix="infra")
    yield req("file-reset", "resetfile==1.0\n", 0, FAIL, ["Connection reset by peer|ConnectionResetError|Connection aborted"], short, fix="retry", near=["network-connection-reset", "pip-incomplete-download"])
    yield req("file-cut", "cutfile==1.0\n", 0, ["pip-incomplete-download"], ["IncompleteRead|incomplete|Connection broken|BadZipfile|BadZipFile|not a zip", "DO NOT MATCH"], fix="retry", near=["pip-hash-mismatch", "pip-connection-failed", "pip-invalid-wheel-file"], overrides=[("DO NOT MATCH", ["pip-hash-mismatch", "pip-incomplete-download"])])
    yield req("file-stalls", "stallfile==1.0\n", 0, ["pip-read-timeout"], ["Read timed out|ReadTimeout|incomplete-download"], short, fix="retry", near=["pip-incomplete-download"], overrides=[("incomplete-download", ["pip-incomplete-download", "pip-read-timeout"])])
    yield req("url-404", "six\n{index}/releases/detlib-1.0-py2.py3-none-any.whl\n", 2, ["pip-download-http-error"], ["404 (Client Error|Not Found)|HTTP error 404"])
    yield req("url-502", "{index}/down/detlib-1.0-py2.py3-none-any.whl\n", 1, ["pip-download-http-error"], ["502 "], short, fix="retry")
    yield req("url-login-page", "{index}/login/detlib-1.0-py2.py3-none-any.whl\n", 1, ["pip-invalid-wheel-file"], ["BadZip|not a zip|invalid|Wheel"], fix="infra")
    yield req("find-links-dns", "--find-links https://download.corp.example/whl/torch_stable.html\nnowhere-lib==1.0\n", 1, FAIL + ["pip-package-not-found"], ["Name or service not known|name resolution|NameResolutionError"] + NOT_FOUND, short)
    yield req("retry-then-fine", "hiccup==1.0\nresetless\n", 0, ["pip-package-not-found"], NOT_FOUND)
    yield req("retry-passes", "hiccup==1.0\nsix\n", 0, [], NOT_FOUND, outcome="success")


def sources():
    vcs = ["pip-vcs-failed"]
    yield req("git-missing", "six\ngit+https://github.com/contoso/etl.git@v2#egg=etl\n", 2, vcs, ["Cannot find command|git: command not found|No such file or directory: u?'git'"], hide=["git"], fix="build-command")
    yield req("git-no-host", "git+https://git.corp.example/contoso/etl.git#egg=etl\n", 1, vcs, ["Could not resolve host", "fatal:"], fix="infra")
    yield req("git-not-found", "git+{index}/contoso/etl.git#egg=etl\n", 1, vcs, ["fatal:|not found"])
    yield req("git-auth", "git+{index}/private/etl.git#egg=etl\n", 1, vcs, ["fatal:|could not read Username"], fix="infra")
    repo = "(git init -q /app/repo && cd /app/repo && git config user.email a@b.example && git config user.name a && echo 'from setuptools import setup; setup(name=\"etl\", version=\"1\")' > setup.py && git add . && git commit -qm 1)"
    yield req("git-bad-ref", "six\ngit+file:///app/repo@v9.9#egg=etl\n", 2, vcs, ["did not match|pathspec|Could not find a tag or branch|couldn't find remote ref"], setup=repo)
    yield req("git-no-project", "git+file:///app/repo#egg=etl\n", 1, ["pip-local-path-not-installable"], ["neither 'setup.py' nor|setup.py|not installable"], setup=repo.replace("setup.py &&", "README &&"))
    yield Fault("local-no-project", ["pip-local-path-not-installable"], "pip install .", ["not installable|neither 'setup.py'|setup.py"], files={REQ: "six\n"})
    yield Fault("editable-missing", ["pip-local-path-not-installable"], "pip install -e ./src/etl", ["not a valid editable|should either be a path|does not exist|neither"], files={REQ: "six\n"})
    yield req("local-path-missing", "six\n./wheels/etl-1.0-py3-none-any.whl\n", 2, ["pip-invalid-wheel-file"], ["No such file|looks like a filename|does not exist"])
    yield Fault("wheel-wrong-python", ["pip-invalid-wheel-file"], "pip install ./etl-1.0-cp35-cp35m-win_amd64.whl", ["is not a supported wheel"], files={"etl-1.0-cp35-cp35m-win_amd64.whl": b"PK"})
    yield Fault("wheel-bad-name", ["pip-invalid-wheel-file"], "pip install ./etl.whl", ["not a valid wheel filename|Invalid wheel filename"], files={"etl.whl": b"PK"})
    yield Fault("wheel-not-zip", ["pip-invalid-wheel-file"], "pip install ./etl-1.0-py3-none-any.whl", ["BadZip|not a zip|invalid|Wheel"], files={"etl-1.0-py3-none-any.whl": b"version https://git-lfs.example/spec/v1\noid sha256:1\n"}, tools=[r"py3"])
    yield Fault("sdist-not-archive", ["pip-invalid-wheel-file"], "pip install ./etl-1.0.tar.gz", GONE_WRONG, files={"etl-1.0.tar.gz": b"<html>404</html>"})


def installed():
    site = "S=$(echo /opt/venv/lib/python*/site-packages); "
    flat = site + "printf 'Metadata-Version: 1.1\\nName: PyYAML\\nVersion: 5.3.1\\n' > $S/PyYAML-5.3.1.egg-info"
    norec = site + "mkdir $S/six-1.11.0.dist-info; printf 'Metadata-Version: 2.1\\nName: six\\nVersion: 1.11.0\\n' > $S/six-1.11.0.dist-info/METADATA; echo x > $S/six.py"
    odd = site + "mkdir $S/celerylike-4.dist-info; printf 'Metadata-Version: 2.1\\nName: celerylike\\nVersion: 4.0-dev_x!\\nRequires-Dist: pytz>dev\\n' > $S/celerylike-4.dist-info/METADATA; touch $S/celerylike-4.dist-info/RECORD"
    yield req("uninstall-distutils", "simplejson\npyyaml==6.0.1\n", 2, ["pip-cannot-uninstall-distutils"], ["distutils installed project|uninstall-distutils"], setup=flat)
    yield req("uninstall-no-record", "six==1.16.0\n", 1, ["pip-uninstall-no-record"], ["RECORD file|no-record-file|dist-info/RECORD"], setup=norec)
    yield req("installed-invalid", "six\n", 0, ["pip-invalid-installed-package"], ["Invalid (version|metadata)|invalid|InvalidVersion|InvalidRequirement"], "pip install -U six celerylike", setup=odd)
    yield req("invalid-metadata", "textkit==1.4.0\n", 1, ["pip-metadata-invalid"], ["has invalid metadata|Invalid requirement|Please use pip<24.1"] + NOT_FOUND)
    yield req("invalid-metadata-2", "extract-lite==1.28.4\nsix\n", 1, ["pip-metadata-invalid"], ["has invalid metadata|Invalid requirement|Please use pip<24.1"] + NOT_FOUND + CONFLICT, overrides=[("conflicting dependencies", ["pip-resolution-impossible"]), ("Please use pip<24.1", ["pip-metadata-invalid"]), ("No matching distribution", ["pip-nested-dependency-not-found"])])
    yield req("renamed", "renamed==1.0\n", 1, ["pip-metadata-inconsistent"], ["inconsistent"] + GONE_WRONG)
    yield req("shifted", "shifted==2.1\n", 1, ["pip-metadata-inconsistent"], ["inconsistent"] + GONE_WRONG)
    yield req("renamed-sdist", "renamed-sdist==1.2\n", 1, ["pip-metadata-inconsistent"], ["inconsistent|unknown-name|Discarding"] + GONE_WRONG)
    yield Fault("read-only-site", ["pip-oserror"], INSTALL, ["Read-only file system|Permission denied|EnvironmentError|OSError"], files={REQ: "six\n"}, mounts="mount -o remount,ro /opt/venv", fix="build-command")
    yield Fault("no-space-tmp", ["docker-no-space", "pip-oserror"], INSTALL, ["No space left on device"], files={REQ: "six\nbigmodel==1.0.0\n"}, env={"TMPDIR": "/var/tmp"}, mounts="mount -t tmpfs -o size=2m tmpfs /var/tmp", fix="infra")
    yield Fault("no-space-site", ["docker-no-space", "pip-oserror"], "pip install --target /opt/libs -r requirements.txt", ["No space left on device"], files={REQ: "six\nbigmodel==1.0.0\n"}, mounts="mkdir -p /opt/libs; mount -t tmpfs -o size=3m tmpfs /opt/libs", fix="infra")
    yield Fault("memory", ["pip-killed", "docker-oom-killed"], "ulimit -v 55000; " + INSTALL, ["MemoryError|Cannot allocate|Killed|memory"], files={REQ: "bigmodel==1.0.0\nmidsize\n"}, fix="infra")
    yield Fault("killed", ["pip-killed", "docker-oom-killed"], "pip install -r requirements.txt & sleep 4; kill -9 $!; wait $!", ["Killed"], files={REQ: "six\nslowpage\n"}, fix="infra")
    yield Fault("pip-missing", ["pip-missing"], "rm -rf /opt/venv/lib/python*/site-packages/pip*; python -m pip install -r requirements.txt", ["No module named '?pip"], files={REQ: "six\n"}, fix="build-command")
    yield Fault("pip-not-on-path", ["pip-missing", "docker-command-not-found"], "rm -f /opt/venv/bin/pip*; pip install -r requirements.txt", ["command not found"], files={REQ: "six\n"}, hide=["pip", "pip3"], fix="build-command")

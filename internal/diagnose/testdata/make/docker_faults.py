"""Image builds that fail, for the classic builder and for BuildKit. The context is the fault's files."""

from lab import Fault

D = "Dockerfile"
BUILD = "docker build --no-cache --network host -t contoso/train:ci ."
OFFLINE = "docker build --no-cache --network none -t contoso/train:ci ."
APP = {"app.py": "print('ready')\n", "requirements.txt": "six==1.16.0\nrequests==2.31.0\n"}
KILLED = [r"(^|\d |m)Killed\s*$", r"exit code: 137|non-zero code: 137"]
PLAIN_HTTP = [("server gave HTTP response to HTTPS client", ["registry-server-error", "registry-host-unresolved"])]
CODE = [r"returned a non-zero code", r"did not complete successfully", r"executor failed running"]


def build(name, dockerfile, line, rules, root, command=BUILD, **more):
    """A fault of one line of the Dockerfile; line 0: nothing there to mend."""
    files = {D: dockerfile, **APP, **more.pop("files", {})}
    blame = more.pop("blame", [(D, line)] if line else [])
    return Fault(name, rules, command, root, files=files, blame=blame, **more)


def files():
    gone = ["docker-copy-file-not-found"]
    root = [r"failed to compute cache key|COPY failed|ADD failed|file not found in build context|not found$|no such file"]
    base = "FROM python:3.11-slim\nWORKDIR /srv\n"
    yield build("copy-missing", base + "COPY requirments.txt .\nRUN pip install -r requirements.txt\n", 3, gone, root)
    yield build("copy-folder-missing", base + "COPY app.py ./\nCOPY config/ ./config/\nCMD [\"python\", \"app.py\"]\n", 4, gone, root)
    yield build("add-missing", base + "ADD wheels/etl-1.0-py3-none-any.whl /tmp/\n", 3, gone, root)
    yield build("copy-ignored", base + "COPY . .\nCOPY requirements.txt .\n", 4, gone, root, files={".dockerignore": "*.txt\n.git\n"}, blame=[(".dockerignore", 1), (D, 4)])
    yield build("copy-glob-nothing", base + "COPY dist/*.whl /tmp/\nRUN pip install /tmp/*.whl\n", 3, gone, root + ["no source files were specified"])
    yield build("copy-above", base + "COPY ../common /srv/common\n", 3, ["docker-copy-outside-context", "docker-copy-file-not-found"], root + ["forbidden path|outside the build context"])
    yield build("copy-comment", base + "COPY app.py . # the service\n", 3, ["docker-copy-trailing-comment", "docker-copy-file-not-found"], root + ["must be a directory|cannot copy to non-directory"])
    yield build("copy-two-no-slash", base + "COPY app.py requirements.txt /srv/app\n", 3, ["docker-copy-form-error"], ["must be a directory and end with a /|must be a directory"])
    yield build("copy-one-argument", base + "COPY app.py\n", 3, ["docker-copy-form-error", "docker-instruction-arguments"], ["requires at least two arguments"])
    yield build("copy-unknown-stage", "FROM python:3.11-slim AS builder\nRUN mkdir /wheels\nFROM python:3.11-slim\nCOPY --from=build /wheels /wheels\n", 4, ["docker-copy-from-unknown-stage"], ["invalid from flag value build|pull access denied|failed to do request"], near=["registry-repository-denied", "registry-host-unresolved"])
    yield build("copy-from-path", "FROM python:3.11-slim AS builder\nRUN mkdir /wheels\nFROM python:3.11-slim\nCOPY --from=builder /whels /wheels\n", 4, gone, root)
    yield build("copy-chown", base + "COPY --chown=appuser:appuser app.py .\n", 3, ["docker-copy-form-error", "docker-instruction-arguments"], ["unable to convert uid/gid|invalid user index|can't find uid"])
    yield build("add-url", base + "ADD https://downloads.corp.example/tool.tgz /tmp/\n", 3, ["docker-add-url-failed", "network-dns-failure"], ["no such host|lookup|ADD failed"], fix="infra")
    yield build("add-url-404", base + "ADD http://127.0.0.1:8765/nothing/tool.tgz /tmp/\n", 3, ["docker-add-url-failed", "network-download-http-error"], ["404|ADD failed"])


def syntax():
    base = "FROM python:3.11-slim\n"
    yield build("unknown-instruction", base + "RUNN pip install six\n", 2, ["docker-unknown-instruction"], ["unknown instruction"])
    yield build("unknown-lower", base + "WORKDIR /srv\napt-get update && apt-get install -y git\n", 3, ["docker-unknown-instruction", "docker-missing-continuation"], ["unknown instruction"])
    yield build("continuation-missing", base + "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends git\n    curl\n", 4, ["docker-missing-continuation", "docker-unknown-instruction"], ["unknown instruction"])
    yield build("continuation-ands", base + "RUN pip install six\n    && pip install requests\n", 3, ["docker-missing-continuation", "docker-unknown-instruction"], ["unknown instruction"])
    yield build("continuation-blank", base + "RUN pip install six && \\ \n    python -c 'import six'\n", 2, ["docker-missing-continuation", "docker-unknown-instruction"], ["unknown instruction|not found|Syntax error"])
    yield build("here-document", base + "RUN <<EOF\npip install six\npip install requests\nEOF\n", 2, ["docker-missing-continuation", "docker-unknown-instruction", "docker-buildkit-required"], ["unknown instruction"])
    yield build("no-from", "RUN pip install six\n", 1, ["docker-instruction-arguments"], ["no build stage in current context|prior to.*FROM|Please provide a source image"])
    yield build("empty-dockerfile", "# nothing yet\n", 0, ["docker-dockerfile-missing"], ["cannot be empty|file with no instructions"])
    yield build("env-form", base + "ENV PIP_NO_CACHE_DIR\n", 2, ["docker-instruction-arguments"], ["ENV must have two arguments"])
    yield build("unknown-flag", base + "COPY --parents app.py /srv/\nRUN --mount=type=bogus true\n", 2, ["docker-instruction-arguments", "docker-buildkit-required"], ["[Uu]nknown flag|unsupported mount type|requires BuildKit"])
    yield build("mount-cache", base + "RUN --mount=type=cache,target=/cache pip install six==99\n", 2, ["docker-buildkit-required", "pip-version-not-found"], ["--mount option requires BuildKit", "Could not find a version"], overrides=[("requires BuildKit", ["docker-buildkit-required"]), ("", ["pip-version-not-found"])])
    yield build("json-quotes", base + "CMD ['python', 'app.py']\nEXPOSE http\n", 3, ["docker-instruction-arguments"], ["Invalid containerPort|invalid"])
    yield build("onbuild", base + "ONBUILD FROM scratch\n", 2, ["docker-instruction-arguments"], ["isn't allowed as an ONBUILD|not allowed"])
    yield build("utf16", base.encode("utf-16"), 1, ["docker-dockerfile-encoding"], ["unknown instruction|parse error|invalid|null|RST_STREAM"])
    yield Fault("dockerfile-missing", ["docker-dockerfile-missing"], "docker build --network host -f docker/Dockerfile.gpu .", ["no such file or directory|failed to read dockerfile|unable to prepare context"], files=APP, fix="build-command")
    yield Fault("context-missing", ["docker-dockerfile-missing"], "docker build --network host ./docker", ["not found|no such file|unable to prepare context"], files=APP, fix="build-command")


def bases():
    yield build("from-blank", "ARG BASE\nFROM ${BASE}\nRUN true\n", 1, ["docker-base-name-blank", "docker-build-arg-empty"], ["base name .* should not be blank"])
    yield build("from-empty-tag", "ARG TAG\nFROM python:${TAG}\nRUN true\n", 1, ["docker-invalid-reference", "docker-build-arg-empty"], ["invalid reference format|failed to parse stage name"])
    yield build("from-upper", "FROM Python:3.11-slim\n", 1, ["docker-invalid-reference"], ["must be lowercase|invalid reference format"])
    yield build("from-space", "FROM python: 3.11-slim\n", 1, ["docker-invalid-reference", "docker-instruction-arguments"], ["FROM requires either one or three|invalid reference"])
    yield build("from-unknown-registry", "FROM contosoacr.registry.example/base/py:1\nRUN true\n", 1, ["registry-host-unresolved"], ["no such host|lookup|dial tcp"], fix="infra")
    yield build("from-refused", "FROM 127.0.0.1:9/base/py:1\n", 1, ["registry-host-unresolved"], ["connection refused"], fix="infra")
    yield build("from-404", "FROM 127.0.0.1:8765/base/py:1\n", 1, ["registry-manifest-unknown", "registry-server-error", "registry-repository-denied"], ["not found|manifest unknown|404|error parsing|HTTP response to HTTPS"], fix="base-image", overrides=PLAIN_HTTP)
    yield build("from-401", "FROM 127.0.0.1:8765/private/py:1\n", 1, ["registry-unauthorized", "registry-repository-denied"], ["401|unauthorized|no basic auth|denied|HTTP response to HTTPS"], fix="infra", overrides=PLAIN_HTTP)
    yield build("from-platform", "FROM --platform=linux/s390x python:3.11-slim\nRUN true\n", 1, ["docker-platform-not-available", "registry-host-unresolved", "docker-exec-format-error"], ["platform|no match|exec format error|lookup|exec user process"], near=["registry-host-unresolved"])


def steps():
    slim = "FROM python:3.11-slim\n"
    command = ["docker-command-not-found"]
    yield build("run-not-found", slim + "WORKDIR /srv\nRUN curl -sSL https://install.corp.example | bash\nRUN git clone https://git.corp.example/x\n", 4, command, ["git: not found"], near=["network-dns-failure"])
    yield build("run-wget", slim + "RUN wget -q http://files.corp.example/model.bin -O /srv/model.bin\n", 2, command, ["wget: not found"])
    yield build("run-conda", "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest\nCOPY environment.yml /tmp/\nRUN conda env create -f /tmp/environment.yml\n", 3, ["conda-command-not-found"], ["conda: not found"], files={"environment.yml": "name: train\nchannels:\n- conda-forge\ndependencies:\n- python=3.8\n"}, near=command)
    yield build("run-no-pip", "FROM debian:bookworm-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n", 3, ["pip-missing", "docker-command-not-found"], ["pip: not found"])
    yield build("run-no-python", "FROM debian:12\nRUN python3 -m pip install six\n", 2, command + ["pip-missing"], ["python3: not found"])
    yield build("run-permission", slim + "COPY start.sh /srv/\nRUN /srv/start.sh\n", 3, ["docker-script-not-executable"], ["[Pp]ermission denied"], files={"start.sh": "#!/bin/sh\necho ok\n"})
    yield build("run-crlf", slim + "COPY start.sh /srv/\nRUN chmod +x /srv/start.sh && /srv/start.sh\n", 3, ["docker-script-not-executable"], ["not found|No such file|bad interpreter"], files={"start.sh": b"#!/bin/bash\r\necho ok\r\n"})
    yield build("run-crlf-body", slim + "COPY start.sh /srv/\nRUN bash /srv/start.sh\n", 3, ["docker-script-not-executable", "docker-command-not-found"], ["\\$'|syntax error|command not found"], files={"start.sh": b"set -e\r\nif true; then\r\n  echo ok\r\nfi\r\n"})
    yield build("run-bashism", slim + "RUN source /opt/activate && pip install six\n", 2, ["docker-shell-syntax", "docker-command-not-found"], ["source: not found"])
    yield build("run-bash-test", slim + "RUN if [[ -z \"$X\" ]]; then pip install six; fi && arr=(a b)\n", 2, ["docker-shell-syntax"], ["Syntax error|\\[\\[: not found"])
    yield build("run-syntax", slim + "RUN if [ -f /etc/pip.conf ]; then pip install six\n", 2, ["docker-shell-syntax"], ["Syntax error"])
    yield build("run-quote", slim + "RUN python -c \"print('a)\"\n", 2, ["docker-shell-syntax", "native-python2-code"], ["Syntax error|SyntaxError"])
    yield build("run-redirect", slim + "RUN pip install requests>=99,<100\n", 2, ["conda-bare-redirection", "docker-shell-syntax"], ["cannot open|No such file"])
    yield build("run-exec-form", slim + "RUN [\"bsh\", \"-c\", \"pip install six\"]\n", 2, ["docker-shell-or-entry-missing"], ["executable file not found|starting container process"])
    yield build("run-shell-missing", slim + "SHELL [\"conda\", \"run\", \"-n\", \"train\", \"/bin/bash\", \"-c\"]\nRUN pip install six\n", 2, ["conda-command-not-found", "docker-shell-or-entry-missing"], ["executable file not found|starting container process"])
    yield build("run-arch", slim + "COPY tool /usr/local/bin/tool\nRUN chmod +x /usr/local/bin/tool && tool --version\n", 3, ["docker-exec-format-error"], ["[Ee]xec format error|cannot execute|Syntax error"], files={"tool": b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 8 + b"\x02\x00\xb7\x00\x01\x00\x00\x00" + b"\x00" * 40})
    yield build("run-arg-empty", slim + "ARG VERSION\nRUN pip install six==$VERSION\n", 2, ["docker-build-arg-empty", "pip-invalid-requirement"], ["Invalid requirement", "the requirement six=="], near=["pip-package-not-found", "pip-version-not-found"])
    yield build("run-killed", slim + "RUN pip download -q six && sh -c 'kill -KILL $$'\n", 0, ["docker-oom-killed"], KILLED, fix="infra")
    yield build("run-oom", slim + "RUN sh -c 'kill -9 $$'; test $? -ne 137 || { echo Killed; exit 137; }\n", 0, ["docker-oom-killed"], KILLED, fix="infra")
    yield build("run-memory", slim + "RUN ulimit -v 400000; python -c \"x = bytearray(10**9)\"\n", 0, ["docker-oom-killed", "pip-killed"], ["MemoryError"], fix="infra", tools=["never"])
    yield build("run-no-space", slim + "RUN dd if=/dev/zero of=/dev/shm/full bs=1M count=100\n", 0, ["docker-no-space"], ["No space left on device"], fix="infra")
    yield build("run-no-space-pip", slim + "RUN TMPDIR=/dev/shm/x mkdir -p /dev/shm/x && TMPDIR=/dev/shm/x pip install hugewheel==1.0\n", 0, ["docker-no-space", "pip-oserror"], ["No space left on device"], fix="infra")
    yield build("run-user", slim + "RUN useradd -m app\nUSER app\nRUN mkdir /srv/data\n", 3, ["docker-script-not-executable", "docker-run-failed"], ["Permission denied"])
    yield build("run-tests", slim + "COPY app.py .\nRUN python -c \"assert 1 == 2, 'totals differ'\"\n", 0, ["docker-run-failed"], ["AssertionError"], outcome="out-of-domain")
    yield build("run-libgl", slim + "RUN python -c \"import ctypes; ctypes.CDLL('libGL.so.1')\"\n", 2, ["system-runtime-library-missing"], ["libGL.so.1: cannot open"])
    yield build("run-make", slim + "RUN apt-get update -qq && apt-get install -y -qq make >/dev/null\nWORKDIR /srv\nRUN make install\n", 4, ["native-make-no-makefile"], ["No rule to make target"])


def pip():
    root = ["Could not find a version", "No matching distribution"]
    two = "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
    req = "requirements.txt"
    for tag in ("python:3.11-slim", "python:3.8", "python:3.12-slim"):
        name = tag.replace(":", "").replace(".", "")
        head = f"FROM {tag}\nWORKDIR /srv\n" + two
        yield build(f"{name}-not-found", head, 0, ["pip-package-not-found"], root, files={req: "six\nscikit-lern\n"}, blame=[(req, 2)])
        yield build(f"{name}-version", head, 0, ["pip-version-not-found"], root, files={req: "numpy==1.19.5\npandas==1.2.9\n"}, blame=[(req, 2)])
        yield build(f"{name}-conflict", head, 0, ["pip-resolution-impossible"], ["Cannot install", "ResolutionImpossible"], files={req: "flask==1.1.4\nwerkzeug>=2.0\n"}, blame=[(req, 1), (req, 2)])
        yield build(f"{name}-header", head, 0, ["native-compiler-missing"], ["unable to execute .gcc|command .*gcc. failed|No such file or directory: .gcc"], files={req: "six\nfastmatch==0.3.1\n"}, blame=[(D, 4)])
        yield build(f"{name}-hash", head, 0, ["pip-hash-mismatch"], ["DO NOT MATCH"], files={req: "six==1.16.0 --hash=sha256:" + "0f" * 32 + "\n"}, blame=[(req, 1)])
    yield build("pip-no-network", "FROM python:3.11-slim\nRUN pip install --retries 1 -i https://pypi.corp.example/simple six\n", 0, ["pip-connection-failed", "network-dns-failure"], ["Name or service|name resolution"] + root, OFFLINE, fix="infra")
    yield build("pip-stages", "FROM python:3.11-slim AS a\nRUN sleep 1; pip install six && sleep 2\nFROM python:3.12-slim AS b\nRUN sleep 1; pip install pandas==1.2.9\nFROM python:3.11-slim\nCOPY --from=a /usr/local/lib /tmp/a\nCOPY --from=b /usr/local/lib /tmp/b\n", 4, ["pip-version-not-found"], root)
    yield build("pip-debian", "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip\nRUN pip install six\n", 3, ["pip-externally-managed"], ["externally-managed-environment"])
    yield build("pip-debian-trixie", "FROM debian:trixie-slim\nRUN apt-get update -q && apt-get install -yq --no-install-recommends python3-pip\nRUN pip3 install --no-cache-dir requests\n", 3, ["pip-externally-managed"], ["externally-managed-environment"])
    yield build("pip-debian-distutils", "FROM debian:bullseye-slim\nRUN apt-get update -qq && apt-get install -yqq --no-install-recommends python3-pip python3-yaml python3-simplejson > /dev/null\nRUN pip3 install -i http://127.0.0.1:8765/simple pyyaml==6.0.1\n", 3, ["pip-cannot-uninstall-distutils"], ["distutils installed project"])


def apt():
    head = "FROM debian:bookworm-slim\n"
    yield build("apt-no-update", head + "RUN apt-get install -y --no-install-recommends libgl1\n", 2, ["apt-package-not-found"], ["Unable to locate package", "Package .* is not available|no installation candidate"], overrides=[])
    yield build("apt-typo", head + "RUN apt-get update && apt-get install -y libgl1-mesa-glxx libpq-devel\n", 2, ["apt-package-not-found"], ["Unable to locate package"])
    yield build("apt-gone", head + "RUN apt-get update && apt-get install -y python3.8 libssl1.1 git\n", 2, ["apt-package-not-found"], ["Unable to locate package", "Couldn't find any package"])
    yield build("apt-glx-trixie", "FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y libgl1-mesa-glx libglib2.0-0\n", 2, ["apt-package-not-found"], ["has no installation candidate|Unable to locate"])
    yield build("apt-version", head + "RUN apt-get update && apt-get install -y curl=7.88.1-1\n", 2, ["apt-package-not-found"], ["Version '7.88.1-1' for 'curl' was not found"])
    yield build("apt-no-yes", head + "RUN apt-get update && apt-get install git\n", 2, ["apt-interactive-prompt"], ["Abort\\.|Do you want to continue"])
    yield build("apt-unmet", head + "RUN apt-get update && apt-get install -y libssl-dev libssl3=3.0.1-1 || apt-get install -y ./nothing.deb\n", 2, ["apt-package-not-found", "apt-unmet-dependencies"], ["was not found|Unsupported file"])
    yield build("apt-held", head + "RUN apt-get update && apt-mark hold libssl3 && apt-get install -y libssl3t64- libcurl4-gnutls-dev libcurl4-openssl-dev\n", 2, ["apt-package-not-found"], ["Unable to locate package"])
    yield build("apt-eol", head + "RUN sed -i 's/bookworm/stretch/' /etc/apt/sources.list && apt-get update && apt-get install -y git\n", 0, ["apt-release-file-missing"], ["does not have a Release file|no longer has a Release"], fix="base-image")
    yield build("apt-bad-suite", head + "RUN sed -i 's/bookworm/bookwurm/' /etc/apt/sources.list && apt-get update\n", 2, ["apt-release-file-missing"], ["does not have a Release file"])
    yield build("apt-no-key", head + "RUN rm -f /etc/apt/trusted.gpg.d/* /usr/share/keyrings/* && apt-get update && apt-get install -y git\n", 2, ["apt-signature-problem"], ["NO_PUBKEY|is not signed"])
    yield build("apt-dns", head + "RUN apt-get update && apt-get install -y git\n", 0, ["apt-network-failure", "network-dns-failure"], ["Temporary failure resolving|Could not resolve"], OFFLINE, fix="infra")
    yield build("apt-dns-then-missing", head + "RUN apt-get update; apt-get install -y --no-install-recommends git\n", 0, ["apt-network-failure", "network-dns-failure"], ["Temporary failure resolving|Could not resolve", "Unable to locate"], OFFLINE, fix="infra")
    yield build("apt-refused", head + "RUN echo 'deb http://127.0.0.1:9/debian bookworm main' > /etc/apt/sources.list && apt-get update\n", 0, ["apt-network-failure"], ["Connection refused|Could not connect"], fix="infra")
    yield build("apt-refused-quiet", head + "RUN echo 'deb http://127.0.0.1:9/debian bookworm main' > /etc/apt/sources.list && apt-get update && apt-get install -y git\n", 0, ["apt-network-failure", "apt-package-not-found"], ["Could not connect", "Unable to locate"], fix="infra")
    yield build("apt-404-repo", head + "RUN echo 'deb [trusted=yes] http://127.0.0.1:8765/nothing bookworm main' > /etc/apt/sources.list.d/corp.list && apt-get update\n", 2, ["apt-release-file-missing"], ["does not have a Release file|404 +Not Found"], near=["apt-stale-index-404", "apt-network-failure"])
    yield build("apt-user", head + "RUN useradd -m app\nUSER app\nRUN apt-get update && apt-get install -y git\n", 4, ["apt-not-root-or-lock"], ["Permission denied|are you root"])
    yield build("apt-sources-syntax", head + "RUN echo 'deb http://deb.example/debian' > /etc/apt/sources.list.d/x.list && apt-get update\n", 2, ["apt-release-file-missing", "apt-signature-problem"], ["Malformed entry"])
    yield build("apt-sudo", head + "RUN sudo apt-get update\n", 2, ["docker-command-not-found"], ["sudo: not found"])
    yield build("apt-dpkg", head + "RUN dpkg -i /tmp/tool.deb\n", 2, ["apt-dpkg-failed", "docker-run-failed"], ["cannot access archive|No such file"])
    yield build("apt-gpg", head + "RUN apt-get update -qq && apt-key adv --keyserver keys.corp.example --recv-keys 3FA7E0328081BFF6A14DA29AA6A19B38D3D831EF\n", 2, ["docker-command-not-found", "apt-signature-problem"], ["gnupg, gnupg2 and gnupg1 do not seem|apt-key: not found|gnupg"])


def passing():
    slim = "FROM python:3.11-slim\n"
    yield build("ok-plain", slim + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app.py .\nRUN python app.py\n", 0, [], CODE, outcome="success")
    yield build("ok-apt-warnings", "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y libfreetype6 procps\n", 0, [], CODE, outcome="success")
    yield build("ok-handled", slim + "RUN pip install scikit-lern || pip install six\nRUN pip install pandas==1.2.9 || true\nRUN python -c 'print(\"ERROR: this is only a word; error: failed\")'\n", 0, [], CODE, outcome="success")
    yield build("ok-cached", slim + "RUN pip install six\n", 0, [], CODE, "docker build -q --network host . >/dev/null 2>&1; docker build --network host -t contoso/train:ci .", outcome="success")
    yield build("ok-stages", "FROM python:3.11-slim AS a\nRUN pip wheel -w /w six requests\nFROM python:3.11-slim\nCOPY --from=a /w /w\nRUN pip install --no-index --find-links /w requests\n", 0, [], CODE, outcome="success")

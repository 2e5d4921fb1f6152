"""What apt says in a root of its own. The command runs in a chroot of the suite that the tool is named after."""

from lab import Fault

ANY = ["apt"]


def apt(name, command, rules, root, before="true", **more):
    """before runs in the root unseen; the command is the RUN line of the Dockerfile that is the definition."""
    more.setdefault("limit", 90)
    return Fault("apt-" + name, rules, command, root, files={"Dockerfile": "FROM debian:{suite}\nRUN " + command + "\n"}, blame=[("Dockerfile", 2)], setup=before, **more)


def missing():
    gone = ["apt-package-not-found"]
    update = "apt-get update -qq"
    yield apt("no-lists", "apt-get install -y libgl1", gone, ["Unable to locate package", "no installation candidate"])
    yield apt("typo", "apt-get install -y --no-install-recommends biuld-essential git", gone, ["Unable to locate package"], update)
    yield apt("old-names", "apt-get install -y libssl1.0-dev python-dev python3.7", gone, ["Unable to locate package|no installation candidate"], update)
    yield apt("glob", "apt-get install -y 'libicu99*' libpq-dev=99.*", gone, ["Couldn't find any package|was not found|Unable to locate"], update)
    yield apt("version", "apt-get install -y git=1:2.1.4-2.1", gone, ["Version '1:2.1.4-2.1' for 'git' was not found"], update)
    yield apt("tool-apt", "apt install -y msodbcsql17 unixodbc-dev", gone, ["Unable to locate package"], update)
    yield apt("target-release", "apt-get install -y -t no-such-backports git", ["apt-release-file-missing", "apt-package-not-found"], ["is invalid for APT::Default-Release"], update)
    yield apt("build-dep", "apt-get build-dep -y python3", gone, ["deb-src"], update)
    yield apt("operation", "apt-get instal -y git", ["docker-run-failed"], ["Invalid operation"])


def indexes():
    release = ["apt-release-file-missing"]
    lists = "rm -f /etc/apt/sources.list.d/*; "
    yield apt("bad-suite", "apt-get update", release, ["does not have a Release file"], lists + "sed -i 's/{suite}/{suite}x/' /etc/apt/sources.list")
    yield apt("eol", "apt-get update && apt-get install -y git", release, ["does not have a Release file|no longer has a Release"], "sed -i 's/{suite}/jessie/' /etc/apt/sources.list")
    yield apt("eol-quiet", "apt-get update; apt-get install -y git", release + ["apt-package-not-found"], ["does not have a Release file", "Unable to locate"], "sed -i 's/{suite}/stretch/' /etc/apt/sources.list", near=["apt-package-not-found"])
    yield apt("404-repository", "apt-get update && apt-get install -y git", release, ["does not have a Release file|404 +Not Found"], near=["apt-stale-index-404", "apt-network-failure"], before="echo 'deb [trusted=yes] {index}/corp {suite} main' > /etc/apt/sources.list.d/corp.list")
    yield apt("refused", "apt-get update && apt-get install -y git", ["apt-network-failure"], ["Connection refused|Could not connect", "Unable to locate"], "echo 'deb http://127.0.0.1:9/debian {suite} main' > /etc/apt/sources.list", fix="infra")
    yield apt("dns", "apt-get update && apt-get install -y git", ["apt-network-failure", "network-dns-failure"], ["Could not resolve|Temporary failure resolving", "Unable to locate"], "echo 'deb http://mirror.corp.example/debian {suite} main' > /etc/apt/sources.list", fix="infra")
    yield apt("dns-failing-update", "apt-get -o APT::Update::Error-Mode=any update", ["apt-network-failure", "network-dns-failure"], ["Could not resolve|Temporary failure resolving"], "echo 'deb http://mirror.corp.example/debian {suite} main' > /etc/apt/sources.list", fix="infra")
    yield apt("proxy", "apt-get -o Acquire::http::Proxy=http://127.0.0.1:9 update && apt-get install -y git", ["apt-network-failure"], ["Could not connect|Connection refused"], fix="infra")
    yield apt("portal", "apt-get update", ["apt-hash-or-size-mismatch", "apt-signature-problem"], ["Clearsigned file isn't valid|NOSPLIT|not signed|does not have a Release"], "echo 'deb {index}/login {suite} main' > /etc/apt/sources.list", fix="infra")
    yield apt("401", "apt-get update", ["network-storage-forbidden", "apt-network-failure", "apt-release-file-missing"], ["401|does not have a Release"], "echo 'deb {index}/private {suite} main' > /etc/apt/sources.list", fix="infra")
    yield apt("no-key", "apt-get update && apt-get install -y git", ["apt-signature-problem"], ["NO_PUBKEY|is not signed"], "rm -rf /etc/apt/trusted.gpg.d /usr/share/keyrings; mkdir -p /etc/apt/trusted.gpg.d")
    yield apt("signed-by-missing", "apt-get update && apt-get install -y git", ["apt-signature-problem"], ["NO_PUBKEY|is not signed"], "sed -i 's/^deb /deb [signed-by=\\/usr\\/share\\/keyrings\\/corp.gpg] /' /etc/apt/sources.list")
    yield apt("signed-by-conflict", "apt-get update", ["apt-signed-by-conflict"], ["Conflicting values set for option Signed-By"], "cp /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/corp.gpg; sed 's/^deb /deb [signed-by=\\/usr\\/share\\/keyrings\\/corp.gpg] /' /etc/apt/sources.list > /etc/apt/sources.list.d/again.list; sed -i 's/^deb /deb [signed-by=\\/usr\\/share\\/keyrings\\/debian-archive-keyring.gpg] /' /etc/apt/sources.list")
    yield apt("malformed", "apt-get update", release + ["apt-signature-problem"], ["Malformed (entry|line|stanza)|could not be read"], "echo 'deb https://packages.corp.example' > /etc/apt/sources.list.d/corp.list")
    yield apt("clock", "apt-get update", ["apt-release-validity"], ["is not valid yet|expired|not live until"], "printf 'Acquire::Check-Valid-Until true;\\nAcquire::Max-ValidTime 60;\\n' > /etc/apt/apt.conf.d/99x", tools=ANY)
    yield apt("stale", "apt-get install -y --no-install-recommends git", ["apt-stale-index-404"], ["404  ?Not Found", "Unable to fetch some archives|Failed to fetch"], "apt-get update -qq; sed -i 's#^Filename: pool/main/g#Filename: pool/gone/g#' /var/lib/apt/lists/*Packages 2>/dev/null || (cd /var/lib/apt/lists; for f in *lz4; do lz4 -dq $f ${f%.lz4} 2>/dev/null; done; sed -i 's#^Filename: pool/main/g#Filename: pool/gone/g#' *Packages)")
    yield apt("hash", "apt-get install -y --no-install-recommends zip", ["apt-hash-or-size-mismatch"], ["Hash Sum mismatch|unexpected size|Failed to fetch"], "apt-get update -qq; sed -i '/^Package: zip$/,/^$/s/^SHA256: ..../SHA256: dead/' /var/lib/apt/lists/*Packages", fix="retry")


def installing():
    unmet = ["apt-unmet-dependencies"]
    update = "apt-get update -qq"
    deb = "mkdir -p /tmp/d/DEBIAN; printf 'Package: contoso-agent\\nVersion: 1.0\\nArchitecture: amd64\\nMaintainer: a\\nDescription: x\\nDepends: libcontoso (>= 2), libc6 (>= 99)\\n' > /tmp/d/DEBIAN/control; dpkg-deb -b /tmp/d /tmp/agent.deb; "
    post = deb.replace("Depends: libcontoso (>= 2), libc6 (>= 99)\\n", "") .replace("dpkg-deb -b", "printf '#!/bin/sh\\necho starting contoso-agent; systemctl start contoso-agent\\n' > /tmp/d/DEBIAN/postinst; chmod 755 /tmp/d/DEBIAN/postinst; dpkg-deb -b")
    yield apt("unmet-deb", "apt-get install -y /tmp/agent.deb", unmet, ["unmet dependencies|Depends:", "held broken"], update + "; " + deb)
    yield apt("dpkg-deb", "dpkg -i /tmp/agent.deb", unmet + ["apt-dpkg-failed"], ["dependency problems|depends on"], deb)
    yield apt("unmet-after-dpkg", "apt-get install -y --no-install-recommends zip", unmet, ["unmet dependencies|fix-broken"], update + "; " + deb + "dpkg -i /tmp/agent.deb || true")
    yield apt("postinst", "apt-get install -y /tmp/agent.deb", ["apt-dpkg-failed"], ["systemctl: not found|installed contoso-agent package post-installation|error processing package"], update + "; " + post)
    yield apt("pin", "apt-get install -y --no-install-recommends libcurl4-openssl-dev", unmet, ["unmet dependencies|Depends:", "held broken"], update + "; printf 'Package: libcurl4t64 libcurl4\\nPin: version *\\nPin-Priority: -1\\n' > /etc/apt/preferences.d/x")
    yield apt("conflict", "apt-get install -y --no-install-recommends libcurl4-openssl-dev libcurl4-gnutls-dev", unmet, ["Conflicts:|unmet dependencies|conflicts"], update)
    yield apt("no-yes", "apt-get install git", ["apt-interactive-prompt"], ["Abort\\.|Do you want to continue"], update)
    yield apt("not-root", "setpriv --reuid=1000 --regid=1000 --clear-groups apt-get install -y git", ["apt-not-root-or-lock"], ["Permission denied|are you root"], update)
    yield apt("not-root-update", "setpriv --reuid=1000 --regid=1000 --clear-groups apt-get update", ["apt-not-root-or-lock"], ["Permission denied|are you root"])
    yield apt("no-space", "apt-get install -y --no-install-recommends git", ["docker-no-space"], ["enough free space|No space left"], update + "; mount -t tmpfs -o size=1m tmpfs /var/cache/apt/archives; mkdir /var/cache/apt/archives/partial", fix="infra")
    yield apt("no-space-lists", "apt-get update", ["docker-no-space"], ["No space left|enough free space|Write error|write"], "mount -t tmpfs -o size=2m tmpfs /var/lib/apt/lists", fix="infra")
    yield apt("read-only", "apt-get install -y git", ["apt-not-root-or-lock", "pip-oserror"], ["Read-only file system"], update + "; mount -o bind,ro /var/lib/dpkg /var/lib/dpkg 2>/dev/null || mount -t tmpfs -o ro tmpfs /var/lib/dpkg", tools=["never"])
    yield apt("lock", "apt-get install -y git", ["apt-not-root-or-lock"], ["Could not get lock|is held by"], update + "; (exec 9>/var/lib/dpkg/lock-frontend; python3 -c 1 2>/dev/null; perl -e 'use Fcntl qw(:DEFAULT :flock F_SETLK F_WRLCK); open(F,\"+>/var/lib/dpkg/lock-frontend\"); $p=pack(\"s s l! l! i\",F_WRLCK,0,0,0,0); fcntl(F,F_SETLK,$p) or die; sleep 40' & ) ; sleep 2", fix="retry")
    yield apt("key-gone", "apt-key adv --keyserver hkp://keys.corp.example:80 --recv-keys 6B05F25D762E3157", ["docker-command-not-found", "apt-signature-problem"], ["gnupg.*do not seem|not found|gnupg"])
    yield apt("ok-warnings", "apt-get update && apt-get install -y --no-install-recommends zip tzdata && apt-get install -y zip", [], ["E:"], outcome="success")
    yield apt("ok-debconf", "apt-get update && apt-get install -y --no-install-recommends tzdata procps whiptail", [], ["E:"], outcome="success")
    yield apt("ok-warning-source", "apt-get update && apt-get install -y --no-install-recommends zip", [], ["E:"], "cp /etc/apt/sources.list /etc/apt/sources.list.d/again.list; echo 'deb http://mirror.corp.example/debian {suite} main' > /etc/apt/sources.list.d/corp.list", outcome="success")

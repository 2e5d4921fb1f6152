"""Made-up wheels and sdists for the loopback index."""

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass, field


@dataclass
class Release:
    """One file of a project. files of an sdist lie in its top folder; those of a wheel in its root."""

    name: str
    version: str
    requires: list = field(default_factory=list)
    python: str = ""  # Requires-Python
    tag: str = "py2.py3-none-any"  # "sdist" for a source archive
    files: dict = field(default_factory=dict)
    yanked: str = ""
    metadata_name: str = ""  # where the metadata is to disagree with the file name
    metadata_version: str = ""
    size: int = 0  # padding in bytes

    @property
    def stem(self):
        return f"{self.name.replace('-', '_')}-{self.version}"

    @property
    def filename(self):
        if self.tag == "sdist":
            return f"{self.name}-{self.version}.tar.gz"
        return f"{self.stem}-{self.tag}.whl"

    def metadata(self):
        head = ["Metadata-Version: 2.1", f"Name: {self.metadata_name or self.name}", f"Version: {self.metadata_version or self.version}", "Summary: made up"]
        if self.python:
            head.append(f"Requires-Python: {self.python}")
        return "\n".join(head + [f"Requires-Dist: {r}" for r in self.requires]) + "\n"

    def data(self):
        return self.sdist() if self.tag == "sdist" else self.wheel()

    def wheel(self):
        info = f"{self.stem}.dist-info"
        files = {self.name.replace("-", "_") + "/__init__.py": f"__version__ = '{self.version}'\n", **self.files}
        if self.size:
            files[self.name.replace("-", "_") + "/blob.bin"] = noise(self.size)
        files[info + "/METADATA"] = self.metadata()
        files[info + "/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: {self.tag}\n"
        record = "".join(f"{n},{digest(as_bytes(b))},{len(as_bytes(b))}\n" for n, b in files.items())
        files[info + "/RECORD"] = record + f"{info}/RECORD,,\n"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
            for name, body in files.items():
                z.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), as_bytes(body))
        return buffer.getvalue()

    def sdist(self):
        files = {"PKG-INFO": self.metadata(), **self.files}
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as g, tarfile.open(fileobj=g, mode="w") as t:
            for name, body in files.items():
                member = tarfile.TarInfo(f"{self.name}-{self.version}/{name}")
                member.size, member.mtime, member.mode = len(as_bytes(body)), 1704067200, 0o644
                t.addfile(member, io.BytesIO(as_bytes(body)))
        return buffer.getvalue()


def as_bytes(body):
    return body if isinstance(body, bytes) else body.encode()


def noise(size):
    """Bytes that do not compress, the same at every run."""
    return b"".join(hashlib.sha256(i.to_bytes(8, "big")).digest() for i in range(size // 32))


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def setup_py(name, version, body="", **keywords):
    """A setup.py that does body first; keywords are source text."""
    rest = "".join(f", {k}={v}" for k, v in keywords.items())
    return f"{body}\nfrom setuptools import setup\nsetup(name={name!r}, version={version!r}{rest})\n"

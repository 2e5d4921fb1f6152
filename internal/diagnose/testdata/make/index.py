"""A package index on the loopback interface that answers wrongly where it is told to."""

import hashlib
import html
import os
import re
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Index:
    """Projects and their files; faults maps a path prefix to what happens there (see Handler.fault)."""

    def __init__(self, releases, faults):
        self.faults = faults
        self.projects, self.files = {}, {}
        self.refused = set()
        self.pages = {}  # further paths, for what is no project
        for r in releases:
            self.add(r.name, r.filename, r.data(), r.python, r.yanked)

    def add(self, project, filename, data, python="", yanked=""):
        key = re.sub(r"[-_.]+", "-", project).lower()
        self.projects.setdefault(key, []).append((filename, python, yanked))
        self.files[filename] = data

    def page(self, project):
        rows = ["<!DOCTYPE html><html><body>"]
        for filename, python, yanked in self.projects[project]:
            digest = hashlib.sha256(self.files[filename]).hexdigest()
            extra = f' data-requires-python="{html.escape(python)}"' if python else ""
            extra += f' data-yanked="{html.escape(yanked)}"' if yanked else ""
            rows.append(f'<a href="/packages/{filename}#sha256={digest}"{extra}>{filename}</a><br>')
        return "\n".join(rows + ["</body></html>"]).encode()

    def serve(self, certificate=None, port=0):
        """Serve until the process ends; returns the port, a free one where none is asked for."""
        index = self

        class Bound(Handler):
            content = index

        server = Quiet(("127.0.0.1", port), Bound)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]


class Quiet(ThreadingHTTPServer):
    """A client that goes away, as one under test does, is worth no traceback."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class Handler(BaseHTTPRequestHandler):
    content = None
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, code, body=b"", kind="text/html; charset=utf-8", headers=()):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_CONNECT(self):
        self.answer(407, b"", headers=[("Proxy-Authenticate", 'Basic realm="corp"')])

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.answer(404)

    def do_GET(self):
        path = self.path.split("#")[0].split("?")[0]
        for prefix, fault in self.content.faults.items():
            if path.startswith(prefix):
                return self.fault(fault, path)
        return self.plain(path)

    def plain(self, path):
        project = re.sub(r"[-_.]+", "-", path.strip("/").rpartition("/")[2]).lower()
        if path in self.content.pages:
            return self.answer(200, self.content.pages[path], "application/octet-stream")
        if path.startswith("/packages/"):
            data = self.content.files.get(path.rpartition("/")[2])
            return self.answer(404) if data is None else self.answer(200, data, "application/octet-stream")
        if project in self.content.projects:
            return self.answer(200, self.content.page(project))
        return self.answer(404, b"404 Not Found")

    def fault(self, fault, path):
        """fault: a status code, or one of the words below."""
        if isinstance(fault, int):
            headers = [("WWW-Authenticate", 'Basic realm="feed"')] if fault == 401 else []
            return self.answer(fault, b"", headers=headers)
        return getattr(self, "fault_" + fault)(path)

    def fault_slow(self, path):
        time.sleep(30)
        self.plain(path)

    def fault_reset(self, _):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        os.close(self.connection.detach())
        self.close_connection = True

    def fault_drop(self, _):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def fault_portal(self, _):
        """A captive portal or a login page where the index should be."""
        self.answer(200, b"<html><head><title>Sign in</title></head><body><form></form></body></html>")

    def fault_registry(self, path):
        """An image registry that is empty, and keeps private/ to itself."""
        code, word = (401, "UNAUTHORIZED") if "/private/" in path else (404, "MANIFEST_UNKNOWN")
        if path == "/v2/":
            return self.answer(200, b"{}", "application/json")
        body = '{"errors":[{"code":"%s","message":"%s"}]}' % (word, word.lower().replace("_", " "))
        return self.answer(code, body.encode(), "application/json")

    def fault_json(self, _):
        self.answer(200, b"{}", "application/json")

    def fault_cut(self, path):
        """Half of the file, then the end of the connection."""
        data = self.content.files[path.rpartition("/")[2]]
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.close_connection = True

    def fault_stall(self, path):
        """Half of the file, then nothing more."""
        data = self.content.files[path.rpartition("/")[2]]
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        time.sleep(40)

    def fault_swapped(self, path):
        """Other bytes than the index promised."""
        self.answer(200, self.content.files[path.rpartition("/")[2]] + b"\0", "application/octet-stream")

    def fault_once(self, path):
        """Refuse the first request of a path, answer the next: what a retry is for."""
        if path in self.content.refused:
            self.content.refused.discard(path)
            return self.plain(path)
        self.content.refused.add(path)
        return self.fault_drop(path)

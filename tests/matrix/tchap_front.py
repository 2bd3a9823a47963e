"""What the web client of Tchap wants besides a Synapse: TLS at `https://matrix.DOMAIN`, and whose an e-mail is.

It asks any server of its list for the domain of an e-mail address, then logs in there by e-mail. Names that end in
.localhost are this machine's for browsers: with the domain `localhost:PORT`, it comes back here.
"""

import http.client
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

INFO = "/_matrix/identity/api/v1/info"
_LONGEST = 180  # seconds of an answer: a client waits thirty for what is new
_OURS = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "server", "date"})


@contextmanager
def tchap_front(folder: Path, port: int, homeserver: str) -> Iterator[str]:
    """Serve a homeserver at an address as the web client of Tchap wants it; give the address."""
    certificate = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Front, homeserver, f"localhost:{port}"))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://matrix.localhost:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client_config(address: str) -> dict[str, object]:
    """Return what the `config.json` of the web client of Tchap must hold to know this server alone."""
    return {
        "default_server_config": {"m.homeserver": {"base_url": address, "server_name": "Démonstration"}},
        "homeserver_list": [{"base_url": address, "server_name": "Démonstration"}],
        "tchap_sso_flow": {"isActive": False},
    }


def _certificate(folder: Path) -> Path:
    """Make a certificate that nobody signed, with its key; for browsers, on this machine, for a day."""
    key, made = folder / "front.key", folder / "front.pem"
    names = "subjectAltName=DNS:matrix.localhost,DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", names, "-keyout", key, "-out", made], check=True, capture_output=True)
    made.write_text(made.read_text() + key.read_text())
    return made


class _Front(BaseHTTPRequestHandler):
    """Answers whose e-mail it is, and hands all else to the homeserver."""

    protocol_version = "HTTP/1.1"

    def __init__(self, homeserver: str, domain: str, *socket: object) -> None:
        self._homeserver, self._domain = urlsplit(homeserver), domain
        super().__init__(*socket)  # type: ignore[arg-type]  # what socketserver hands over

    def _answer(self) -> None:
        if urlsplit(self.path).path == INFO and self.command == "GET":
            self._say(200, [("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")], self._info())
            return
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        behind = http.client.HTTPConnection(self._homeserver.hostname or "", self._homeserver.port, timeout=_LONGEST)
        try:
            behind.request(
                self.command, self.path, sent, {k: v for k, v in self.headers.items() if k.lower() not in _OURS}
            )
            found = behind.getresponse()
            kept = [(name, value) for name, value in found.getheaders() if name.lower() not in _OURS]
            self._say(found.status, kept, found.read())
        except OSError:
            self._say(502, [("Access-Control-Allow-Origin", "*")], b"")
        finally:
            behind.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = _answer  # noqa: N815 - the names of http.server

    def _info(self) -> bytes:
        return json.dumps({"hs": self._domain}).encode()

    def _say(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the demonstration has its own words."""

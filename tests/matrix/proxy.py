"""A proxy before the homeserver that misbehaves when told to; and counts what passes."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

from synapse import Homeserver

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Proxy:
    """Passes requests on; while `failing` is a status, answers with it and a page of HTML those whose path holds `at`.

    `counted` counts the requests by status, `pages` those that got such a page. While `hides` is set, the answers to
    requests whose path holds that text are thrown away, after the homeserver has done what was asked. `rewrite` is
    given the path and the JSON of each answer, to change it. `passed` holds each request as it was answered: its path,
    when it came and when it was answered, in seconds of `time.monotonic`.
    """

    def __init__(self, server: Homeserver) -> None:
        self.failing: int | None = None
        self.at = ""
        self.hides: str | None = None
        self.rewrite: Callable[[str, Any], None] | None = None
        self.counted: Counter[int] = Counter()
        self.pages = 0
        self.passed: list[tuple[str, float, float]] = []
        self._server = server
        self._target = urlsplit(server.url)

    def __enter__(self) -> "Proxy":
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                proxy._handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - as http.server names them

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(10)

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if self.failing is not None and self.at in handler.path:
            self.pages += 1
            self._answer(handler, self.failing, "text/html", HTML)
            return
        came = time.monotonic()
        status, kind, found = self._passed(handler, body)
        if self.hides and self.hides in handler.path:
            self.counted[0] += 1
            handler.close_connection = True
            return
        if self.rewrite and kind.startswith("application/json"):
            told = json.loads(found)
            self.rewrite(handler.path, told)
            found = json.dumps(told).encode()
        self._answer(handler, status, kind, found)
        self.passed.append((handler.path, came, time.monotonic()))

    def _passed(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
        to = http.client.HTTPConnection(self._target.hostname or "", self._target.port, timeout=120)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
            to.request(handler.command, handler.path, body, headers)
            answer = to.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except OSError:
            return 502, "text/html", HTML
        finally:
            to.close()

    def _answer(self, handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
        self.counted[status] += 1
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the bot was killed meanwhile


class Issuer(Proxy):
    """A proxy that is also the OAuth server of the homeserver, as Matrix Authentication Service is.

    `refreshed` counts the refresh tokens that it exchanged for `client_id`; each serves once.
    """

    client_id = "01CLIENT"

    def __init__(self, server: Homeserver) -> None:
        super().__init__(server)
        self.refreshed = 0

    def _passed(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
        if handler.path == "/_matrix/client/v1/auth_metadata":
            return self._json(200, {"token_endpoint": f"{self.url}/oauth2/token"})
        if handler.path != "/oauth2/token":
            return super()._passed(handler, body)
        form = dict(parse_qsl(body.decode()))
        if (form.get("grant_type"), form.get("client_id")) != ("refresh_token", self.client_id):
            return self._json(400, {"error": "invalid_client"})
        try:
            found = self._server.call("POST", "/_matrix/client/v3/refresh", {"refresh_token": form["refresh_token"]})
        except HTTPError:
            return self._json(400, {"error": "invalid_grant", "error_description": "used already"})
        self.refreshed += 1
        return self._json(200, {key: found[key] for key in ("access_token", "refresh_token")} | {"expires_in": 3})

    def _json(self, status: int, found: dict[str, Any]) -> tuple[int, str, bytes]:
        return status, "application/json", json.dumps(found).encode()

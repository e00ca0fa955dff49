"""Reads requests off connections, which are kept open until their client closes them, and writes the answers.

Werkzeug closes a connection after each answer, and waits a moment for what may yet come on it; a run makes hundreds of
calls, for which a client and the server would then make as many connections and threads.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import LimitedStream

_SETS_ITS_CLOCK = "aws-sdk-js/"
_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_OF_THE_CONNECTION = ("connection", "content-length", "transfer-encoding")
_CHUNK_BYTES = 64 * 1024


def handler(now: Callable[[], datetime], connections: set[socket.socket]) -> type[MotoRequestHandler]:
    """Return a handler of connections.

    Args:
        now: The time that answers have as their Date, by which others learn it.
        connections: Where the connections are that are open; who closes the server shuts them down.
    """

    class Handler(_Keeping):
        def setup(self) -> None:
            connections.add(self.request)
            super().setup()

        def finish(self) -> None:
            connections.discard(self.request)
            super().finish()

        def date_time_string(self, timestamp: float | None = None) -> str:
            # The CDK CLI's SDK takes a Date that is five minutes off for a clock to be set right, and asks again after
            # each error for that: on a fast clock it would wait most of a minute to be told that there is no stack yet.
            headers = getattr(self, "headers", {})  # what is no request has none
            sets_its_clock = _SETS_ITS_CLOCK in headers.get("User-Agent", "")
            return format_datetime(datetime.now(UTC) if sets_its_clock else now(), usegmt=True)

    return Handler


class _Keeping(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    # an answer leaves as a whole, at once: in parts, the second would wait until the client says that it has the first
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdecimal():
            self.send_error(HTTPStatus.BAD_REQUEST, f"Content-Length is {length!r}, which is no number")
            return
        if not environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], int(length))
        sent = environ["wsgi.input"]
        try:
            self._answer(environ)
            while sent.read(_CHUNK_BYTES):  # what the application left would be taken for the next request
                pass
        except (OSError, ClientDisconnected):  # it left, or sent no chunk where one must begin
            self.close_connection = True

    def _answer(self, environ: dict[str, Any]) -> None:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            begun.append((status, headers))

        parts = self.server.app(environ, begin)  # type: ignore[arg-type]  # the door's answers are what they return
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = begun[-1]
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        has_body = self.command != "HEAD" and int(code) not in _NO_BODY
        for name, value in headers:
            if not has_body or name.lower() not in _OF_THE_CONNECTION:
                self.send_header(name, value)
        if has_body:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(body)
        self.wfile.flush()

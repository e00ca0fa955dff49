"""Serves moto behind the door, on the loopback of both kinds of addresses."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from constructs_lib.local.door.access_keys import AccessKeys
from constructs_lib.local.door.door import Door
from constructs_lib.local.door.handler import handler
from constructs_lib.local.errors import LocalError

_LOOK_SECONDS = 0.05
"""Wall seconds between two looks of a server whether it is to end, which whoever closes it waits for."""

_NO_SUCH_ADDRESSES = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


@contextmanager
def serve_moto(port: int | None, keys: AccessKeys, now: Callable[[], datetime]) -> Iterator[int]:
    """Serve moto to whoever has a key.

    Args:
        port: The port; a free one if None.
        keys: The access keys that are let in.
        now: The time that answers have.

    Yields:
        The port.

    Raises:
        LocalError: If it cannot be had.
    """
    with ExitStack() as closing:
        first = closing.enter_context(_listening(socket.AF_INET, "127.0.0.1", port or 0))
        serving = int(first.getsockname()[1])
        sockets = [first]
        try:
            # `localhost` is ::1 to many clients; whoever else listened there would be sent their keys and sources
            sockets.append(closing.enter_context(_listening(socket.AF_INET6, "::1", serving)))
        except OSError as error:
            if error.errno not in _NO_SUCH_ADDRESSES:
                raise
        door = Door(DomainDispatcherApplication(_backend), port=serving, keys=keys)
        for listening in sockets:
            closing.enter_context(_served(listening, door, now))
        yield serving


def _backend(service: Any) -> Any:
    """Make the application of one of moto's services."""
    if service is None:
        raise NotImplementedError("the service is none of moto's")
    return create_backend_app(service)


@contextmanager
def _listening(family: socket.AddressFamily, address: str, port: int) -> Iterator[socket.socket]:
    with socket.socket(family) as listening:
        # a port that was used a moment ago can be used again
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address, port))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno in _NO_SUCH_ADDRESSES:
                raise
            raise LocalError(f"port {port} cannot be used ({_reason(error)}); choose another with --port") from error
        yield listening


@contextmanager
def _served(listening: socket.socket, door: Door, now: Callable[[], datetime]) -> Iterator[None]:
    address, port = listening.getsockname()[:2]
    connections: set[socket.socket] = set()
    of_requests = handler(now, connections)
    server = make_server(address, port, door, threaded=True, request_handler=of_requests, fd=listening.fileno())
    serve = partial(server.serve_forever, poll_interval=_LOOK_SECONDS)
    thread = threading.Thread(target=serve, name=f"embedded AWS on {address}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for connection in list(connections):
            with suppress(OSError):  # its client has just closed it
                connection.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)

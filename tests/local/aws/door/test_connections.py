"""Connections to the embedded AWS stay open over many requests, whatever one of them was, and end with it."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.aws.door.strangers import key_of, port_of, signature
from tests.local.machines import wait_for

LARGE = b"x" * 300_000


@pytest.fixture
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as embedded:
        embedded.client("s3").create_bucket(Bucket="kept")
        yield embedded


@pytest.fixture
def connection(aws: EmbeddedAws) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection("localhost", port_of(aws), timeout=60)
    made.connect()
    yield made
    made.close()


def ask(
    aws: EmbeddedAws, connection: http.client.HTTPConnection, method: str, target: str, body: object = None, **more: str
) -> tuple[int, bytes]:
    """Send a request, and see that the connection is still the same."""
    before = connection.sock
    headers = {"Authorization": signature(key_of(aws)), **more}
    connection.request(method, target, body=body, headers=headers)  # type: ignore[arg-type]  # or what gives chunks
    answer = connection.getresponse()
    found = (answer.status, answer.read())
    assert connection.sock is before
    return found


def test_one_carries_many_requests(aws: EmbeddedAws, connection: http.client.HTTPConnection) -> None:
    assert ask(aws, connection, "PUT", "/kept/a", LARGE)[0] == 200
    assert ask(aws, connection, "GET", "/kept/a") == (200, LARGE)
    assert ask(aws, connection, "HEAD", "/kept/a") == (200, b"")
    assert ask(aws, connection, "GET", "/kept/none")[0] == 404
    assert ask(aws, connection, "HEAD", "/kept/none") == (404, b"")
    assert ask(aws, connection, "DELETE", "/kept/a") == (204, b"")
    assert ask(aws, connection, "GET", "/kept")[0] == 200


def test_what_a_refused_request_sends_is_not_taken_for_the_next(
    aws: EmbeddedAws, connection: http.client.HTTPConnection
) -> None:
    smuggled = f"DELETE /kept HTTP/1.1\r\nHost: localhost:{port_of(aws)}\r\n\r\n".encode()
    for sent in (smuggled, LARGE, smuggled * 3000):
        assert ask(aws, connection, "PUT", "/kept/b", sent, Origin="https://evil.example")[0] == 403
        assert ask(aws, connection, "PUT", "/kept/b", iter([sent]), Origin="https://evil.example")[0] == 403
    assert ask(aws, connection, "GET", "/kept/b")[0] == 404


def test_chunks_are_put_together(aws: EmbeddedAws, connection: http.client.HTTPConnection) -> None:
    assert ask(aws, connection, "PUT", "/kept/c", iter([LARGE, b"y", LARGE]))[0] == 200
    assert ask(aws, connection, "GET", "/kept/c") == (200, LARGE + b"y" + LARGE)


def test_who_waits_for_leave_to_send_gets_it(aws: EmbeddedAws) -> None:
    told = f"PUT /kept/d HTTP/1.1\r\nHost: localhost:{port_of(aws)}\r\nAuthorization: {signature(key_of(aws))}\r\n"
    with socket.create_connection(("localhost", port_of(aws)), timeout=60) as made:
        made.sendall(f"{told}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n".encode())
        assert made.recv(1000).startswith(b"HTTP/1.1 100 ")
        made.sendall(b"ab")
        assert made.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "\u0664"])
def test_a_length_that_is_none_is_refused(aws: EmbeddedAws, length: str) -> None:
    with socket.create_connection(("localhost", port_of(aws)), timeout=60) as made:
        made.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        assert made.recv(1000).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("sent", [b"no request\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n"])
def test_what_is_no_request_is_refused(aws: EmbeddedAws, sent: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("localhost", port_of(aws)), timeout=60) as made:
        made.sendall(sent)
        assert b"Error code: " in made.recv(1000)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("told", ["HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"])
def test_who_wants_it_closed_gets_it_closed(aws: EmbeddedAws, told: str) -> None:
    with socket.create_connection(("localhost", port_of(aws)), timeout=60) as made:
        made.sendall(f"GET /kept {told}Host: localhost:{port_of(aws)}\r\n\r\n".encode())
        answer = b""
        while part := made.recv(65536):
            answer += part
    assert b"Connection: close" in answer


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(
    aws: EmbeddedAws, connection: http.client.HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(aws, connection, "GET", "/kept")
    others = len(serving())
    told = f"PUT /kept/e HTTP/1.1\r\nHost: localhost:{port_of(aws)}\r\nAuthorization: {signature(key_of(aws))}\r\n"
    for length in ("Content-Length: 100", "Transfer-Encoding: chunked"):
        with socket.create_connection(("localhost", port_of(aws)), timeout=60) as made:
            made.sendall(f"{told}{length}\r\n\r\n5\r\nab".encode())
    wait_for("the end of theirs", lambda: len(serving()) == others)
    assert ask(aws, connection, "GET", "/kept")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_they_end_with_it() -> None:
    with EmbeddedAws() as closing:
        idle = http.client.HTTPConnection("localhost", port_of(closing), timeout=60)
        assert ask_once(closing, idle) == 200
        port = port_of(closing)
    assert idle.sock is not None
    assert idle.sock.recv(1) == b""
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)
    wait_for("the end of its threads", lambda: not serving())


def serving() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]


def ask_once(aws: EmbeddedAws, connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/", headers={"Authorization": signature(key_of(aws))})
    answer = connection.getresponse()
    answer.read()
    return answer.status

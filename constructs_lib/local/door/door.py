"""Door: refuses what its user did not send, before moto sees any of it.

The embedded AWS runs programs, and a server on the loopback can be reached by every page in the user's browser and by
every other user of the machine. So a request passes only if

- it is not a page's. Browsers say where a request comes from in headers that no script can change: `Origin` (Fetch
  standard, https://fetch.spec.whatwg.org/#origin-header), `Sec-Fetch-Site` (Fetch Metadata,
  https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header), and older browsers at least `Referer`. AWS clients send
  none of them; Node's own fetch sends `Sec-Fetch-Mode`, so that one says nothing. No value is trusted: not `same-site`,
  which is every port of localhost, not IP addresses (CVE-2025-30360 of webpack-dev-server), not this server's own
  origin, which has no pages.
- it is for one of this server's names. A page can make its own name resolve to 127.0.0.1 (DNS rebinding). It is of one
  origin with this server then, and browsers send `Sec-Fetch-Site` only to trustworthy URLs, of which plain HTTP to such
  a name is none. But `Host` has the page's name. Names below `.localhost` cannot be had by anybody (RFC 6761, 6.3), and
  S3 clients put buckets there. Vite's `server.allowedHosts` draws the same line since CVE-2025-24010.
- it bears an access key that was given out here (`access_keys`), which keeps the machine's other users out.

moto's own routes (`/moto-api`: reset, configuration, recordings) are closed to everybody.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from constructs_lib.local.door.access_keys import AccessKeys, key_of
from constructs_lib.local.door.refusals import Refusal, answer, operation_of

log = logging.getLogger(__name__)

Environ = dict[str, Any]
"""A request, as WSGI has it (PEP 3333)."""

Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""


class Door:
    """A WSGI application in front of another.

    Args:
        application: Where a request goes that passes.
        port: The port that it is served on.
        keys: The access keys that are let in.
    """

    def __init__(self, application: Application, *, port: int, keys: AccessKeys) -> None:
        self._application = application
        self._address = f"http://localhost:{port}"
        self._keys = keys
        its_port = f":{port}" if port != 80 else "(:80)?"  # a client leaves the port of the scheme out
        self._own_hosts = re.compile(
            rf"(([a-z0-9._-]+\.)?localhost|127\.0\.0\.1|\[::1\]){its_port}", re.ASCII | re.IGNORECASE
        )

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on, or refuse it."""
        refusal = self._refusal(environ)
        if refusal is None:
            return self._told(environ, start_response)
        return answer(refusal, environ, start_response)

    def _told(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on; what is not emulated, and defects, are told in AWS's form, never as a page of HTML."""
        begun: list[tuple[Any, ...]] = []

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], Any]:
            begun.append((status, headers, *error))
            return _no_write

        asked = operation_of(environ)
        unknown = f"the embedded AWS does not have this operation: {asked}"
        try:
            body = self._application(environ, begin)
        except NotImplementedError as error:
            return answer(Refusal(f"{unknown} ({error})", "unknown"), environ, start_response)
        except Exception as error:
            log.exception("the embedded AWS failed at %s", asked)
            return answer(Refusal(f"the embedded AWS failed at {asked}: {error!r}", "broken"), environ, start_response)
        status, headers = begun[-1][:2]
        # moto leaves the type of an empty answer to Werkzeug, which says HTML: to HEAD there is no page
        has_page = environ.get("REQUEST_METHOD") != "HEAD"
        if has_page and status[:1] in "45" and dict(headers).get("Content-Type", "").startswith("text/html"):
            return answer(Refusal(unknown, "unknown"), environ, start_response)
        start_response(*begun[-1])
        return body

    def _refusal(self, environ: Environ) -> Refusal | None:
        host = str(environ.get("HTTP_HOST", ""))
        if not self._own_hosts.fullmatch(host):
            return Refusal(f"the embedded AWS does not answer to the host {host!r}; use {self._address}")
        if sign := sign_of_a_page(environ):
            return Refusal(f"the embedded AWS does not answer web pages; this request has {sign}")
        if str(environ.get("PATH_INFO", "")).startswith("/moto-api"):
            return Refusal("moto's own routes are closed here")
        key = key_of(environ)
        if key is None or not self._keys.knows(key):
            return Refusal(
                "this embedded AWS takes only the access keys that it gave out; set the variables that it printed",
                "bad_key",
            )
        return None


def _no_write(_: bytes) -> None:
    raise NotImplementedError("an answer is what the application returns, not what it writes")


def sign_of_a_page(environ: Environ) -> str | None:
    """Return what shows that a page sent a request: a header and its value; nothing if none does.

    `Sec-Fetch-Site: none` is the user's own doing, such as a presigned URL in the address bar; that reads and does not
    write, so it counts only for GET and HEAD.
    """
    for name in ("Origin", "Referer", "Sec-Fetch-Site"):
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        typed = name == "Sec-Fetch-Site" and value == "none" and environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        if value is not None and not typed:
            return f"{name}: {value}"
    return None

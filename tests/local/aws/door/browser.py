"""A real browser on a hostile page, and the site that serves it."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("hostile_page.html")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REPORTS_WITHIN = 240.0


def find_browser() -> str | None:
    """The browser of this machine, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Site(http.server.ThreadingHTTPServer):
    """A site with the page. What it does not have itself it passes on, as its name does when it is rebound."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.page = ""
        self.rebound_to: int | None = None
        self.reports: queue.Queue[dict[str, Any]] = queue.Queue()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers for a site."""

    server: Site

    def handle_any(self) -> None:
        """Answer a request of any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/page":
            self._answer(200, self.server.page.encode(), "text/html")
        elif self.path == "/report":
            self.server.reports.put(json.loads(body))
            self._answer(200, b"", "text/plain")
        elif self.server.rebound_to is None:
            self._answer(404, b"", "text/plain")
        else:
            self._pass_on(self.server.rebound_to, body)

    do_GET = do_POST = do_PUT = do_OPTIONS = handle_any  # noqa: N815 - the base class calls them so

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def _pass_on(self, port: int, body: bytes) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        self._answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
        connection.close()

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def hostile_site() -> Iterator[Site]:
    """Serve a site on the loopback."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def visit(browser: str, url: str, site: Site, *, resolver: Sequence[str]) -> dict[str, Any]:
    """Open the page and return what it says of its attempts.

    Args:
        browser: The program.
        url: The page's address.
        site: The site that it is on.
        resolver: How the browser resolves names, as its `--host-resolver-rules` has it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                browser,
                "--headless=new",
                "--no-sandbox",  # it is a container's root that runs this, and the page is our own
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--no-proxy-server",
                f"--user-data-dir={profile}",
                f"--host-resolver-rules={','.join(resolver)}",
                url,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # what it leaves behind goes with its profile
            env={**os.environ, "TMPDIR": profile},
        )
        try:
            return site.reports.get(timeout=REPORTS_WITHIN)
        finally:
            process.terminate()
            process.wait(timeout=120)

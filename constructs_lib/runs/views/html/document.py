"""The frame of a page: what every page has before and after its own."""

from __future__ import annotations

from html import escape

STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "h1{font-size:1.4rem;overflow-wrap:anywhere}.good{color:#2a7f3f}.bad{color:#c0392b}.unclear{color:#b36b00}"
    ".told{color:#666}table{border-collapse:collapse}"
    "td,th{vertical-align:top;text-align:left;padding:.4rem .8rem .4rem 0;border-top:1px solid #ddd}"
    "pre{background:#f5f5f5;padding:.8rem;overflow:auto;font-size:12px}"
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page shows what programs and people wrote: should any of it ever get through unescaped, it can load nothing."""


def document(title: str, body: str, style: str = "", policy: str = "") -> str:
    """Write a page.

    Args:
        title: Its title, as plain text.
        body: Its body, as HTML.
        style: CSS that goes with it. Defaults to that of every page alone.
        policy: What the page may do beside showing text, as a Content-Security-Policy. Defaults to nothing.
    """
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}{f"; {policy}" if policy else ""}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style>{body}</html>\n"
    )

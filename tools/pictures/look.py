"""How the pictures look, in light and in dark: one style sheet, which each picture has a part of."""

from __future__ import annotations

FONT = "system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif"

LIGHT = {
    "page": "#ffffff", "ink": "#1f2328", "soft": "#59636e", "edge": "#8c959f", "fill": "#f6f8fa", "group": "#ffffff",
    "blue": "#ddf4ff", "blue-edge": "#0969da", "green": "#dafbe1", "green-edge": "#1a7f37", "red": "#ffebe9",
    "red-edge": "#cf222e", "amber": "#fff8c5", "amber-edge": "#9a6700", "waiting": "#d1d9e0", "training": "#0969da",
    "ondemand": "#8250df", "lost": "#cf222e",
}  # fmt: skip
DARK = {
    "page": "#0d1117", "ink": "#f0f6fc", "soft": "#9198a1", "edge": "#656c76", "fill": "#151b23", "group": "#0d1117",
    "blue": "#121d2f", "blue-edge": "#4493f8", "green": "#12261e", "green-edge": "#3fb950", "red": "#25171c",
    "red-edge": "#f85149", "amber": "#272115", "amber-edge": "#d29922", "waiting": "#3d444d", "training": "#4493f8",
    "ondemand": "#ab7df8", "lost": "#f85149",
}  # fmt: skip


def style(rules: str) -> str:
    """Return a style sheet whose `var(--…)` are the colours, which follow the reader's own setting."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in each.items()) for each in (LIGHT, DARK))
    root = f"svg{{{light};font-family:{FONT}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
    return f"<style>{root}{rules}</style>"

"""The version of this library; the distribution takes it from here."""

from __future__ import annotations

VERSION = "0.1.0"

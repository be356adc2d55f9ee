"""Trygghetsgrafen: Swedish municipal documents on safety as a knowledge graph.

The modules stand in reading order (see docs/architecture.md); each imports only
from those before it, and nothing happens at import.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``trygghetsgraf.Client``, imported when it is asked for: the build does not need it."""
    if name == "Client":
        return importlib.import_module("trygghetsgraf.client").Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Trygghetsgrafen: Swedish municipal documents on safety as a knowledge graph.

The modules stand in reading order (see docs/architecture.md); each imports only
from those before it, and nothing happens at import.
"""

__version__ = "0.1.0"

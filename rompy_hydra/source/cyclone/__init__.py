"""Wind and pressure of a tropical cyclone from its best track."""

from .source import CycloneSource

__all__ = ["CycloneSource"]

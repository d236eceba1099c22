"""Where data come from."""

from .base import AnySource, Source

__all__ = ["AnySource", "Source"]

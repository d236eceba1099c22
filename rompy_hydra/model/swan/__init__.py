"""SWAN: waves in coastal regions, estuaries and lakes."""

from .model import Swan

__all__ = ["Swan"]

"""Whole ocean-model experiments from a few lines of config."""

__version__ = "0.1.0"

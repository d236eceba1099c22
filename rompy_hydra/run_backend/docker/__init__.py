"""Runs a model in a container."""

from .backend import DockerRunBackend

__all__ = ["DockerRunBackend"]

"""Runs a model as a batch job of a Slurm cluster."""

from .backend import SlurmRunBackend

__all__ = ["SlurmRunBackend"]

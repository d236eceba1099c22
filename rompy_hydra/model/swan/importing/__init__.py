"""Existing set-ups of SWAN as configs: what a command file says, in the terms of an experiment."""

from .setup import Imported, import_swan
from .yaml_file import experiment_text, summary

__all__ = ["Imported", "experiment_text", "import_swan", "summary"]

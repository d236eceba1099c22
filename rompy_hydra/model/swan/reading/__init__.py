"""SWAN's output read back: what it can write, and all of what it wrote as one dataset."""

from .output import open_output as open_output
from .variables import find as find
from .variables import problems as problems
from .variables import quantities as quantities

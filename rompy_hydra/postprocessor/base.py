"""The contract of a postprocessor: a run in, a dict of results out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from ..core.node import Node


class Postprocessor(Node, ABC):
    """Base of the built-in postprocessors; their fields are the keyword arguments of ``ModelRun.postprocess``."""

    cached: ClassVar[bool] = True
    """Whether an earlier result may stand for a new one while output and options are the same."""

    @abstractmethod
    def process(self, model_run: Any, **kwargs: Any) -> dict[str, Any]:
        """Make something of the output of a finished run.

        Returns:
            ``success``, ``message`` and ``files`` (the paths written), and whatever else it found.
        """

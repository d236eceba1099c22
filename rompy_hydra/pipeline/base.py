"""The contract of a pipeline: a run in, a dict of what was done out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..core.node import Node


class Pipeline(Node, ABC):
    """Base of the built-in pipelines; their fields are the keyword arguments of ``ModelRun.pipeline``."""

    @abstractmethod
    def execute(self, model_run: Any, **kwargs: Any) -> dict[str, Any]:
        """Carry out the stages of a run.

        Returns:
            ``success``, ``run_id``, ``stages_completed``, and ``error`` where it failed.
        """

"""The base of every config node."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

FOR_SCIENCE = {"state": "science"}
"""Context of a serialisation that asks for what decides a result, and for nothing else."""


class Node(BaseModel):
    """A frozen, documented, closed set of fields: an unknown key is an error, a boolean is never a number."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=True,
        protected_namespaces=(),
    )

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_booleans_for_other_types(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields.get(info.field_name or "")
        if isinstance(value, bool) and field is not None and not _takes_bool(field.annotation):
            raise ValueError("true/false is not allowed here; YAML reads unquoted yes, no, on and off as true/false")
        return value


def _takes_bool(annotation: Any) -> bool:
    if annotation in (bool, Any, object):
        return True
    return any(_takes_bool(part) or isinstance(part, bool) for part in get_args(annotation))

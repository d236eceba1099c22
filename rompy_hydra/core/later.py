"""Types that are made when they are first needed: making the classes of a whole command language takes a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, eq=False)
class Later:
    """Marks, within ``Annotated``, a field whose type is made by a function."""

    make: Callable[[], Any]

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Validates values of the type."""
        return TypeAdapter(self.make())

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._validated, core_schema.any_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self.adapter.core_schema)

    def _validated(self, value: Any) -> Any:
        return self.adapter.validate_python(value)


def made(annotation: Any) -> Any:
    """The type behind an annotation that leaves it for later; any other annotation as it is."""
    later = next((m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, Later)), None)
    return annotation if later is None else later.make()

"""The quantities of the commands and those of the readers are the same ones."""

import pytest

from rompy_hydra.model.swan.language.grammar import Value
from rompy_hydra.model.swan.language.quantities import PARTITIONED, QUANTITIES
from rompy_hydra.model.swan.reading.variables import find, quantities

READ = [value for value in (*QUANTITIES, *PARTITIONED) if value.name != "npart"]
UNITS = {"": "1", "degrees": "degree", "m or degrees": "m"}
"""As the readers say it: without a unit, and in metres where the run is."""


@pytest.mark.parametrize("value", READ, ids=lambda value: value.name)
def test_a_quantity_of_the_commands_is_read_with_its_unit_and_version(value: Value) -> None:
    quantity = find(value.keyword)
    assert quantity is not None
    assert find(value.name.upper()) is quantity
    assert quantity.units == (UNITS.get(value.unit, value.unit) if quantity.kind != "time" else "")
    assert quantity.since == value.since
    assert (quantity.kind == "partitions") == (value in PARTITIONED)


def test_each_quantity_of_the_readers_is_one_of_the_commands() -> None:
    assert sorted(q.number for q in quantities()) == sorted(q.number for v in READ if (q := find(v.keyword)))

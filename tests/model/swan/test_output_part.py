"""Words of a config for output quantities, and the commands that they become."""

from __future__ import annotations

import pytest

from rompy_hydra.model.swan.language.nodes import node_of
from rompy_hydra.model.swan.language.output import TABLE
from rompy_hydra.model.swan.output_part import _keyword
from rompy_hydra.model.swan.reading.variables import find, quantities


@pytest.mark.parametrize("quantity", quantities(), ids=lambda q: q.keyword)
def test_every_name_of_a_quantity_becomes_a_word_that_swan_takes_for_it(quantity):
    for word in (quantity.keyword, quantity.keyword.lower(), quantity.names[0]):
        if find(word) is quantity:
            written = node_of(TABLE, sname="P", fname="p.tab", quantities=[_keyword(word)])
            assert find(written.quantities[0]) is quantity

"""A source in Python is an object, or what a config file would say of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from rompy_hydra.forcing import Forcing
from rompy_hydra.source.csv import CsvSource


def test_a_mapping_becomes_the_source_that_it_names():
    found = Forcing(water_level={"kind": "series", "source": {"source_type": "csv", "path": "levels.csv"}})
    assert found.water_level.source == CsvSource(path="levels.csv")


def test_what_is_wrong_in_it_is_told_by_its_key():
    with pytest.raises(ValidationError, match=r"water_level\.series\.source\.pth"):
        Forcing(water_level={"kind": "series", "source": {"source_type": "csv", "pth": "levels.csv"}})
    with pytest.raises(ValidationError, match="did you mean 'csv'"):
        Forcing(water_level={"kind": "series", "source": {"source_type": "cvs", "path": "levels.csv"}})

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.model.swan.writing import file_names


@given(st.lists(st.text(max_size=50), unique=True, max_size=20))
def test_file_names_are_short_plain_and_different(names):
    found = file_names(names, ".bnd", "input")
    assert list(found) == names
    assert len({name.casefold() for name in found.values()}) == len(names)
    for name in found.values():
        assert len(name) <= 36
        assert name.startswith("input/")
        assert name.endswith(".bnd")
        assert set(name) <= set(string.ascii_letters + string.digits + "-_./")


@given(st.lists(st.text(max_size=20), unique=True, max_size=10), st.randoms())
def test_names_do_not_depend_on_the_order(names, random):
    mixed = random.sample(names, len(names))
    assert file_names(mixed) == file_names(names)


def test_names_that_differ_in_case_only_are_told_apart():
    found = file_names(["North", "north"], ".bnd")
    assert found["North"].casefold() != found["north"].casefold()


def test_a_folder_that_leaves_no_room_is_refused():
    with pytest.raises(ValueError, match="no room"):
        file_names(["a"], ".dat", "a-folder-with-quite-a-long-name")

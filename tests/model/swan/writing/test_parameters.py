import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.model.swan.writing import write_parameters
from tests.model.swan.writing.test_spectra import TIMES, west_side

SEA = {
    "hs_m": np.array([1.5, 2.0]),
    "period_s": np.array([8.0, 9.25]),
    "from_deg": np.array([-90.0, 359.9999]),
    "spread": np.array([24.4, 30.0]),
}


def test_the_file_of_two_times(tmp_path):
    write_parameters(tmp_path / "a", TIMES, **SEA)
    assert (tmp_path / "a").read_text() == (
        "TPAR\n20200101.000000 1.5000 8.0000 270.000 24.4000\n20200101.010000 2.0000 9.2500 0.000 30.0000\n"
    )


@given(st.floats(0, 30), st.floats(0.5, 30), st.floats(-720, 720), st.floats(0.1, 1000), st.integers(-(10**9), 10**10))
def test_every_value_fits_what_swan_reads_of_it(tmp_path_factory, hs_m, period_s, from_deg, spread, at_s):
    path = tmp_path_factory.mktemp("parameters") / "a"
    given = [np.array([value]) for value in (hs_m, period_s, from_deg, spread)]
    write_parameters(path, np.array([at_s], "M8[s]"), *given)
    line = path.read_text().splitlines()[1]
    stamp, *values = line.split()
    assert len(line) <= 80
    assert len(stamp) == 15
    assert max(map(len, values)) <= 12
    np.testing.assert_allclose([float(v) for v in values[:2]], [hs_m, period_s], atol=5.1e-5)
    assert 0 <= float(values[2]) < 360
    turned = (float(values[2]) - from_deg + 180) % 360 - 180
    assert abs(turned) < 5.1e-4


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("hs_m", np.nan, "1 of 2 values of wave height are not finite"),
        ("hs_m", -0.1, "a wave height is negative"),
        ("period_s", 0.0, "a period or a spread is zero"),
        ("spread", 1e7, "not below 1e\\+06"),
    ],
)
def test_what_is_no_sea_is_refused(tmp_path, name, value, message):
    with pytest.raises(ValueError, match=message):
        write_parameters(tmp_path / "a", TIMES, **{**SEA, name: np.array([1.0, value])})
    assert not (tmp_path / "a").exists()


def spread_at(swan, folder, shape):
    sea = {**SEA, "from_deg": np.array([270.0, 270.0]), "spread": np.array([24.4, 24.4])}
    write_parameters(folder / "w.par", TIMES, **sea)
    found = west_side(swan, folder, f"{shape}\nBOUNDSPEC SIDE W CONSTANT FILE 'w.par'")
    np.testing.assert_allclose(found["Hsig_20200101_010000"], 2.0, rtol=5e-3)
    return found["Dspr_20200101_010000"][5]


@pytest.mark.swan
def test_swan_takes_a_spread_in_degrees_where_the_shape_says_so(swan, tmp_path):
    assert spread_at(swan, tmp_path, "BOUND SHAPESPEC JONSWAP 3.3 PEAK DSPR DEGREES") == pytest.approx(24.4, abs=1.5)


@pytest.mark.swan
def test_swan_takes_degrees_as_a_power_where_no_shape_is_given(swan, tmp_path):
    assert spread_at(swan, tmp_path, "$ nothing") == pytest.approx(np.rad2deg(1 / np.sqrt(24.4 + 1)), abs=1.5)

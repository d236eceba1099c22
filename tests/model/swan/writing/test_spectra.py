import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.model.swan.writing import write_spectra

FREQ_HZ = 0.05 * 1.1 ** np.arange(24)
FROM_DEG = np.arange(0.0, 360.0, 10.0)
TIMES = np.array(["2020-01-01T00", "2020-01-01T01"], "M8[s]")
WEST = np.array([[0.0, 0.0], [0.0, 5000.0], [0.0, 10000.0]])
HS_M = np.array([[1.0, 2.0, 4.0], [2.0, 3.0, 5.0]])


def sea(hs_m, from_deg=270.0, power=10):
    """(..., nf, nd) seas with a peak at 0.1 Hz."""
    shape = (
        np.exp(-20 * np.log(FREQ_HZ / 0.1) ** 2)[:, None]
        * np.maximum(np.cos(np.deg2rad(FROM_DEG - from_deg)), 0) ** power
    )
    return (np.asarray(hs_m)[..., None, None] / hs(shape)) ** 2 * shape


def hs(spectra):
    return 4 * np.sqrt(np.einsum("...fd,f->...", spectra, np.gradient(FREQ_HZ)) * 10.0)


def write(path, blocks, times=TIMES, locations=WEST, freq_hz=FREQ_HZ, dir_from_deg=FROM_DEG, is_lonlat=False):
    write_spectra(path, times, locations, freq_hz, dir_from_deg, blocks, is_lonlat=is_lonlat)
    return path


def test_the_file_of_two_times_at_two_places(tmp_path):
    spectra = np.zeros((2, 2, 2, 3))
    spectra[0, 0] = [[0, 1, 2], [3, 4, 99999e-3]]
    spectra[1, 1] = [[0, 0, 0], [0, 5, 0]]
    path = write(
        tmp_path / "a",
        [spectra],
        locations=np.array([[115.1234567, -32.0], [115.5, -32.25]]),
        freq_hz=np.array([0.1, 0.25]),
        dir_from_deg=np.array([0.0, 120.0, 240.0]),
        is_lonlat=True,
    )
    assert path.read_text().splitlines() == [
        *("SWAN   1", "TIME", "1", "LONLAT", "2", "115.1234567 -32.0000000", "115.5000000 -32.2500000"),
        *("AFREQ", "2", "0.1", "0.25", "NDIR", "3", "0.0000", "120.0000", "240.0000"),
        *("QUANT", "1", "VaDens", "m2/Hz/degr", "-99"),
        *("20200101.000000", "FACTOR", "1.00000000E-03", "    0  1000  2000", " 3000  4000 99999", "ZERO"),
        *("20200101.010000", "ZERO", "FACTOR", "5.00005000E-05", "    0     0     0", "    0 99999     0"),
    ]


def test_directions_are_put_in_order_from_north(tmp_path):
    turned = np.roll(np.arange(36), 9)
    one = write(tmp_path / "a", [sea(HS_M, 200.0)])
    other = write(tmp_path / "b", [sea(HS_M, 200.0)[..., turned]], dir_from_deg=FROM_DEG[turned] - 360.0)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # wavespectra leaves it open
@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 20), st.floats(0, 360), st.integers(1, 60))
def test_wavespectra_reads_what_was_written(tmp_path_factory, hs_m, from_deg, power):
    wavespectra = pytest.importorskip("wavespectra")
    spectra = sea(HS_M * hs_m, from_deg, power).astype("f4")
    path = write(tmp_path_factory.mktemp("spectra") / "a.bnd", [spectra[:1], spectra[1:]])
    back = wavespectra.read_swan(str(path), as_site=True)
    np.testing.assert_array_equal(back.time.values.astype("M8[s]"), TIMES)
    np.testing.assert_allclose(back.freq, FREQ_HZ, rtol=1e-7)
    np.testing.assert_allclose(back.dir, FROM_DEG)
    efth = back.efth.transpose("time", "site", "freq", "dir").values
    peaks = spectra.max(axis=(2, 3), keepdims=True)
    assert (np.abs(efth - spectra) / peaks).max() < 0.5 / 99999 * 1.01  # half a unit; the factor has nine digits
    np.testing.assert_allclose(hs(efth), hs(spectra), rtol=1e-4)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"blocks": [sea(HS_M)[:1]]}, "spectra of 1 times, and 2 times"),
        ({"blocks": [sea(HS_M), sea(HS_M)]}, "more than 2 times"),
        ({"blocks": [-sea(HS_M)]}, "are negative"),
        ({"blocks": [np.where(sea(HS_M) > 0.01, np.nan, sea(HS_M))]}, "values of energy density are not finite"),
        ({"times": TIMES[::-1]}, "do not increase"),
        ({"times": np.array(["2020-01-01", "NaT"], "M8[s]")}, "a time is missing"),
        ({"times": np.array(["2020-01-01T00:00:00.5", "2020-01-02"], "M8[ms]")}, "not a whole second"),
        ({"freq_hz": FREQ_HZ[::-1]}, "frequencies"),
        ({"dir_from_deg": np.where(FROM_DEG == 350, 360, FROM_DEG)}, "twice the same"),
        ({"locations": WEST * np.nan}, "values of location"),
    ],
)
def test_what_swan_would_misread_is_refused_and_leaves_no_file(tmp_path, changed, message):
    with pytest.raises(ValueError, match=message):
        write(tmp_path / "a", **{"blocks": [sea(HS_M)], **changed})
    assert not (tmp_path / "a").exists()


COMMANDS = """\
PROJECT 'spectra' '1'
MODE NONSTATIONARY TWODIMENSIONAL
SET NAUTICAL
CGRID REGULAR 0 0 0 10000 10000 10 10 CIRCLE 36 0.05 0.448 23
INPGRID BOTTOM REGULAR 0 0 0 1 1 10000 10000
READINP BOTTOM 1. 'bottom' 3 0 FREE
{boundary}
OFF QUADRUPL
PROP BSBT
BLOCK 'COMPGRID' NOHEADER 'out.mat' LAYOUT 3 HSIGN DIR DSPR OUTPUT 20200101.000000 30 MIN
COMPUTE NONSTATIONARY 20200101.000000 30 MIN 20200101.010000
STOP
"""


def west_side(swan, folder, boundary):
    (folder / "bottom").write_text("100 100\n100 100\n")
    run = swan(COMMANDS.format(boundary=boundary))
    return {name: values[:, 0] for name, values in run.block("out.mat").items()}


@pytest.mark.swan
@pytest.mark.parametrize(
    "boundary",
    [
        "BOUNDNEST1 NEST 'w.bnd' OPEN",
        "BOUNDSPEC SEGMENT XY 0 0 0 10000 VARIABLE FILE 0 'w.bnd' 1 5000 '' 2 10000 '' 3",
        "BOUNDSPEC SIDE W CLOCKWISE VARIABLE FILE 0 'w.bnd' 1 5000 '' 2 10000 '' 3",
    ],
)
def test_swan_has_the_waves_of_each_place_there_and_their_energy_in_between(swan, tmp_path, boundary):
    write(tmp_path / "w.bnd", [sea(HS_M)])
    found = west_side(swan, tmp_path, boundary)
    along = [0, 5, 10]
    np.testing.assert_allclose(found["Hsig_20200101_000000"][along], HS_M[0], rtol=5e-3)  # other frequencies
    np.testing.assert_allclose(found["Hsig_20200101_010000"][along], HS_M[1], rtol=5e-3)
    energy = np.interp(np.arange(11), along, HS_M[1] ** 2)
    np.testing.assert_allclose(found["Hsig_20200101_010000"], np.sqrt(energy), rtol=5e-3)
    np.testing.assert_allclose(found["Dir_20200101_010000"], 270.0, atol=0.1)


@pytest.mark.swan
def test_swan_joins_the_ends_of_a_closed_nest_and_so_undoes_a_straight_one(swan, tmp_path):
    write(tmp_path / "w.bnd", [sea(HS_M)])
    found = west_side(swan, tmp_path, "BOUNDNEST1 NEST 'w.bnd' CLOSED")
    assert found["Hsig_20200101_000000"][5] == pytest.approx(np.sqrt((1.0**2 + 4.0**2) / 2), rel=5e-3)

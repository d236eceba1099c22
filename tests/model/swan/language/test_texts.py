"""The text of each command, as it stands in a command file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rompy_hydra.model.swan.language.nodes import class_of
from rompy_hydra.model.swan.language.render import LONGEST_LINE, Statement, number, seconds_text, text_of, words_of
from rompy_hydra.model.swan.language.table import COMMANDS

NEW_YEAR = "2023-01-01T00:00:00Z"

TEXTS: list[tuple[str, dict[str, Any], str]] = [
    ("project", {"name": "bay", "nr": "001"}, "PROJect NAME='bay' NR='001'"),
    ("project", {"nr": "1", "title3": "no more"}, "PROJect NR='1' TITLE3='no more'"),
    ("set", {"level": 0.5, "convention": "nautical", "curv": True}, "SET LEVEL=0.5 NAUTical CURV"),
    ("mode", {"time": "nonstationary", "dimensions": "one"}, "MODE NONSTationary ONEDimensional"),
    ("coordinates", {"kind": "spherical", "projection": "qc", "repeating": True}, "COORDinates SPHErical QC REPeating"),
    (
        "cgrid",
        {
            **{"xpc": 0.0, "ypc": 0.0, "xlenc": 4e3, "ylenc": 2e3, "mxc": 40, "myc": 20, "flow": 0.04, "fhigh": 1},
            "directions": {"kind": "circle", "mdc": 36},
        },
        "CGRID REGular XPC=0. YPC=0. XLENC=4000. YLENC=2000. MXC=40 MYC=20 CIRcle MDC=36 FLOW=0.04 FHIGH=1.",
    ),
    (
        "cgrid",
        {
            **{"kind": "curvilinear", "mxc": 4, "myc": 5, "exception": {"xexc": 0}, "flow": 0.04, "msc": 30},
            "directions": {"kind": "sector", "dir1": 200, "dir2": 340, "mdc": 28},
        },
        "CGRID CURVilinear MXC=4 MYC=5 EXCeption EXCVAL=0. SECtor DIR1=200. DIR2=340. MDC=28 FLOW=0.04 MSC=30",
    ),
    ("readgrid", {"kind": "adcirc"}, "READgrid UNSTRUCtured ADCirc"),
    ("readgrid", {"kind": "coordinates", "fname": "xy.txt", "idla": 3}, "READgrid COORdinates FAC=1. 'xy.txt' IDLA=3"),
    (
        "inpgrid",
        {
            **{"quantity": "wind", "xpinp": 4.5, "ypinp": 51, "mxinp": 8, "myinp": 6, "dxinp": 0.25, "dyinp": 0.25},
            "nonstationary": {"tbeginp": NEW_YEAR, "deltinp": "10min", "tendinp": "2023-01-02"},
        },
        "INPgrid WInd REGular XPINP=4.5 YPINP=51. MXINP=8 MYINP=6 DXINP=0.25 DYINP=0.25"
        " NONSTATionary 20230101.000000 600. SEC 20230102.000000",
    ),
    (
        "inpgrid",
        {"quantity": "nplants", "kind": "unstructured", "exception": {"excval": -9}},
        "INPgrid NPLAnts UNSTRUCtured EXCeption EXCVAL=-9.",
    ),
    (
        "readinp",
        {
            **{"quantity": "bottom", "fac": -1, "source": {"kind": "file", "fname": "bottom.grd"}, "idla": 3},
            "format": {"kind": "fortran", "form": "(10F8.2)"},
        },
        "READinp BOTtom FAC=-1. 'bottom.grd' IDLA=3 FORmat '(10F8.2)'",
    ),
    (
        "readinp",
        {
            **{"quantity": "wind", "source": {"kind": "series", "fname": "list.txt"}, "nhedt": 1, "nhedvec": 2},
            "format": {"kind": "unformatted"},
        },
        "READinp WInd FAC=1. SERIes 'list.txt' NHEDT=1 NHEDVEC=2 UNFormatted",
    ),
    ("wind", {"vel": 12.5, "dir": 270}, "WIND VEL=12.5 DIR=270."),
    ("ice", {"aice": 0.4, "hice": 1}, "ICE AICE=0.4 HICE=1."),
    (
        "bound_shape",
        {"gamma": 3.3, "period": "mean", "spreading": "degrees"},
        "BOUnd SHAPespec JONswap GAMMA=3.3 MEAN DSPR DEGRees",
    ),
    (
        "boundspec",
        {"kind": "side", "side": "SW", "spectrum": {"kind": "constant", "hs": 2, "per": 8, "dir": 225, "dd": 500}},
        "BOUndspec SIDE SW CONstant PAR HS=2. PER=8. DIR=225. DD=500.",
    ),
    (
        "boundspec",
        {
            **{"kind": "side_k", "k": 3, "way": "clockwise"},
            "spectrum": {"kind": "variable", "points": [[0, 1, 8, 270, 20], [500, 2, 9, 275, 25]]},
        },
        "BOUndspec SIDE K=3 CLOCKWise VARiable PAR 0. 1. 8. 270. 20. 500. 2. 9. 275. 25.",
    ),
    (
        "boundspec",
        {
            **{"kind": "segment_xy", "segment": [[0, 0], [0, 500.5]]},
            "spectrum": {
                "kind": "variable_file",
                "points": [{"len": 0, "fname": "a"}, {"len": 9, "fname": "b"}],
            },
        },
        "BOUndspec SEGment XY 0. 0. 0. 500.5 VARiable FILE 0. 'a' 1 9. 'b' 1",
    ),
    (
        "boundspec",
        {"kind": "segment_k", "segment": [1, 7], "spectrum": {"kind": "constant_file", "fname": "a.bnd", "seq": 3}},
        "BOUndspec SEGment IJ 1 7 CONstant FILE 'a.bnd' SEQ=3",
    ),
    ("boundnest1", {"fname": "n.bnd", "closure": "open"}, "BOUndnest1 NEst 'n.bnd' OPEN"),
    (
        "boundnest3",
        {"fname": "ww3.spc", "format": "free", "origin": {"xgc": 4.5, "ygc": 52}},
        "BOUndnest3 WW3 'ww3.spc' FREE CLOSed XGC=4.5 YGC=52.",
    ),
    (
        "initial",
        {"kind": "par", "hs": 1, "per": 5, "dir": 270, "dd": 2},
        "INITial PAR HSIG=1. PER=5. DIR=270. DD=2.",
    ),
    (
        "initial",
        {"kind": "hotstart", "files": "single", "fname": "hot", "format": "unformatted"},
        "INITial HOTStart SINGle 'hot' UNFormatted",
    ),
    ("generation", {"law": "komen", "agrow": {"a": 0.002}}, "GEN3 KOMen AGROW A=0.002"),
    (
        "generation",
        {"law": "st6", "a1sds": 4.7e-7, "drag": "fan", "wind": {"kind": "proxy", "windscaling": 28}, "agrow": {}},
        "GEN3 ST6 A1SDS=4.7E-07 FAN U10Proxy WINDSCALING=28. AGROW",
    ),
    ("generation", {"law": "westhuysen", "drag": "swell"}, "GEN3 WESTHuysen DRAG SWELL"),
    ("sswell", {}, "SSWELL ARDhuin"),
    ("wcap", {"law": "ab", "current": {"cds3": 0.8}}, "WCAPping AB CURrent CDS3=0.8"),
    ("quadrupl", {"iquad": 3, "lambda": 0.24}, "QUADrupl IQUAD=3 LAMBDA=0.24"),
    (
        "mdia",
        {"lambdas": [0.1, 0.25], "coefficients": {"kind": "two", "cnl4": [[1, 2], [3, 4]]}},
        "MDIA LAMbda 0.1 0.25 CNL4_12 1. 2. 3. 4.",
    ),
    ("breaking", {"gamma": 0.73}, "BREaking CONstant GAMMA=0.73"),
    (
        "breaking",
        {"law": "bkd", "npnts": 95, "directionality": {"spread": 20}, "freqdep": {}},
        "BREaking BKD NPNTS=95. DIRectionality SPREAD=20. FREQDep",
    ),
    ("friction", {"cfjon": 0.038}, "FRICtion JONswap CONstant CFJON=0.038"),
    ("friction", {"law": "ripples", "s": 2.65, "d": 2e-4}, "FRICtion RIPples S=2.65 D=0.0002"),
    (
        "triad",
        {"law": "spb", "biphase": {"kind": "eldeberky", "urcrit": 0.63}},
        "TRIad SPB B=0. BIPHase ELDeberky URCRIT=0.63",
    ),
    ("triad", {"law": "itriad1", "trfac": 0.8}, "TRIad ITRIAD=1 TRFAC=0.8"),
    (
        "vegetation",
        {"layers": [{"height": 1.2, "diamtr": 0.1, "nstems": 10, "drag": 0.5}]},
        "VEGEtation IVEG=1 1.2 0.1 10 0.5",
    ),
    ("sice", {"law": "r21b", "npf": 4.5}, "SICE R21B NPF=4.5"),
    (
        "obstacle",
        {
            "transmission": {"kind": "goda", "hgt": 3},
            "reflection": {"reflc": 0.5, "manner": {"kind": "diffuse", "pown": 1}},
            "freeboard": {"hgt": 3, "quay": True},
            "line": [[0, 0], [10, 0]],
        },
        "OBSTacle DAM GODA HGT=3. REFLec REFLC=0.5 RDIFF POWN=1 FREEboard HGT=3. QUAY LINe 0. 0. 10. 0.",
    ),
    (
        "scat",
        {"grid": {"kind": "k", "kxlow": -1, "kylow": -1, "kxlen": 2, "kylen": 2, "meshes": {"mkxc": 9, "mkyc": 9}}},
        "SCAT GRId K KXLOW=-1. KYLOW=-1. KXLEN=2. KYLEN=2. MKXC=9 MKYC=9",
    ),
    ("off", {"what": "bndchk"}, "OFF BNDCHK"),
    ("prop", {"kind": "gse", "waveage": "12h"}, "PROP GSE 43200. SEC"),
    (
        "numeric",
        {
            "criterion": {"kind": "stopc", "drel": 0.01, "iterations": {"kind": "stationary", "mxitst": 80}},
            "dirimpl": {"cdd": 0.5, "by": "depth"},
            "ctheta": {"cfl": 0.9},
            "csigma": {},
            "setup": {"niter": 500},
        },
        "NUMeric STOPC DREL=0.01 STAT MXITST=80 DIRimpl CDD=0.5 DEP CTheta CFL=0.9 CSigma SETUP NITER=500",
    ),
    ("group", {"sname": "g", "ix1": 0, "ix2": 4, "iy1": 1, "iy2": 3}, "GROUP 'g' IX1=0 IX2=4 IY1=1 IY2=3"),
    (
        "curve",
        {"sname": "c", "xp1": 0, "yp1": 1, "corners": [[10, 5, 5], [20, 9, 9]]},
        "CURVE 'c' XP1=0. YP1=1. 10 5. 5. 20 9. 9.",
    ),
    ("points", {"sname": "p", "points": [[123456.789, 5e6]]}, "POINTS 'p' 123456.789 5000000."),
    ("points", {"sname": "p", "kind": "file", "fname": "p.txt"}, "POINTS 'p' FILE 'p.txt'"),
    ("quantity", {"quantities": ["per", "rper"], "power": 0}, "QUANTity PER RPER POWER=0."),
    ("quantity", {"quantities": ["pt02hsign"], "noswll": 3}, "QUANTity PT02HSIGN NOSWLL=3"),
    ("quantity", {"quantities": ["tsec"], "ref": NEW_YEAR}, "QUANTity TSEC REF=20230101.000000"),
    ("output_options", {"table": {"field": 14}, "spec": {"ndec": 6}}, "OUTPut OPTIons TABle FIELD=14 SPEC NDEC=6"),
    (
        "block",
        {
            **{"sname": "COMPGRID", "header": "noheader", "fname": "map.nc", "layout": {"idla": 3}},
            **{"quantities": ["hsign", {"quantity": "dir", "unit": 2}, "ptdir"]},
            "output": {"tbeg": NEW_YEAR, "delt": "1h"},
        },
        "BLOCK 'COMPGRID' NOHEADer 'map.nc' LAY-OUT IDLA=3 HSIGN DIR 2. PTDIR OUTput 20230101.000000 3600. SEC",
    ),
    (
        "table",
        {"sname": "p", "header": "indexed", "fname": "t.txt", "quantities": ["time", "hsign"]},
        "TABLE 'p' INDexed 't.txt' TIME HSIGN",
    ),
    (
        "specout",
        {"sname": "p", "dimensions": "two", "scale": "l", "fname": "s.nc", "escale": True},
        "SPECout 'p' SPEC2D L 's.nc' ESCAle",
    ),
    (
        "test",
        {"itest": 1, "points": {"points": {"kind": "xy", "points": [[1, 2]]}, "s1d": {"fname": "s1"}}},
        "TEST ITEST=1 POINTS XY 1. 2. S1D 's1'",
    ),
    ("compute", {}, "COMPute"),
    ("compute", {"kind": "stationary_at", "time": NEW_YEAR}, "COMPute STATionary 20230101.000000"),
    (
        "compute",
        {"kind": "nonstationary", "tbegc": NEW_YEAR, "deltc": "10min", "tendc": "2023-01-03T12:00Z"},
        "COMPute NONSTationary TBEGC=20230101.000000 DELTC=600. SEC TENDC=20230103.120000",
    ),
    ("hotfile", {"fname": "hot", "format": "unformatted"}, "HOTFile 'hot' UNFormatted"),
    ("stop", {}, "STOP"),
]


@pytest.mark.parametrize(("name", "values", "text"), TEXTS, ids=[t[2][:40] for t in TEXTS])
def test_a_command_is_written_as_swan_wants_it(name: str, values: dict[str, Any], text: str) -> None:
    choice = COMMANDS[name].choice
    value = values.get(choice.name, choice.default) if choice else ""
    node = class_of(COMMANDS[name], value).model_validate(values)
    assert " ".join(words_of(node)) == text


def test_a_file_has_a_key_above_each_command_and_ends_with_a_line() -> None:
    node = class_of(COMMANDS["wind"]).model_validate({"vel": 1, "dir": 2})
    verbatim = Statement("model.extra.0", verbatim=("FRIC JON", "BREA"))
    text = text_of([Statement("model.wind", node), verbatim])
    assert text == "$ model.wind\nWIND VEL=1. DIR=2.\n$ model.extra.0\nFRIC JON\nBREA\n"


def test_a_long_command_goes_on_in_lines_that_swan_reads() -> None:
    rows = [[1000.123456 * n, -2000.654321 * n] for n in range(50)]
    node = class_of(COMMANDS["points"], "points").model_validate({"sname": "p", "points": rows})
    lines = text_of([Statement("model.points", node)]).splitlines()[1:]
    assert max(len(line) for line in lines) <= LONGEST_LINE
    assert [line.endswith(" &") for line in lines] == [True] * (len(lines) - 1) + [False]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0."),
        (270, "270."),
        (1e-5, "1E-05"),
        (0.1 + 0.2, "0.3"),
        (123456.789012, "123456.789"),
        (2e9, "2.000000000E+09"),
        (-1e20, "-1.000000000E+20"),
    ],
)
def test_a_number_keeps_its_digits_in_a_form_that_swan_counts(value: float, text: str) -> None:
    assert number(value) == text


def test_times_are_to_the_second() -> None:
    node = class_of(COMMANDS["compute"], "stationary_at").model_validate(
        {"kind": "stationary_at", "time": datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)}
    )
    assert words_of(node)[-1] == "20240229.235959"
    assert seconds_text(timedelta(minutes=10)) == "600. SEC"

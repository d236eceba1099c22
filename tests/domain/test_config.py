"""What a domain's config may say, and how it is told what it may not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from rompy_hydra.domain import Domain, Place

PERTH = [(115.593, -32.647), (115.613, -32.647), (115.613, -32.612), (115.593, -32.612)]
SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 500.0), (0.0, 500.0)]


def refused(make, *words: str, **fields) -> None:
    with pytest.raises(ValidationError) as caught:
        make(**fields)
    for word in words:
        assert word in str(caught.value)


def test_lon_and_lat_swapped_are_recognised(polygon):
    swapped = [(lat, lon) for lon, lat in PERTH]
    refused(polygon, "mesh.outline.0", "lon and lat look swapped", outline=swapped, crs="EPSG:4326")


def test_metres_given_as_degrees_are_recognised(polygon):
    refused(polygon, "look like metres: set domain.crs", outline=SQUARE, crs="EPSG:4326")


def test_a_domain_wholly_beyond_a_circle_is_mistyped(polygon):
    line = [(lon + 360.0, lat) for lon, lat in PERTH]
    refused(polygon, "longitude 475.593 is not in -180..360", outline=line, crs="EPSG:4326")


@pytest.mark.parametrize("lon", [-180.1, 540.1])
def test_a_longitude_out_of_range_is_refused(polygon, lon: float):
    refused(polygon, "is not in -180..540", outline=[(lon, 0), (1, 0), (1, 1)], crs="EPSG:4326")


@pytest.mark.parametrize("place", [{"lon": 115.6}, {"lon": 1, "x_m": 2}, {}, {"lon": 1, "lat": 2, "x_m": 3, "y_m": 4}])
def test_a_place_is_degrees_or_metres_and_not_half_of_both(place: dict[str, float]):
    with pytest.raises(ValidationError, match="expected lon and lat, or x_m and y_m"):
        Place(**place)


def test_a_local_domain_has_no_lon_and_lat(polygon):
    refused(polygon, "stations.a", "crs local has no lon and lat", stations={"a": {"lon": 1, "lat": 2}})


@pytest.mark.parametrize(
    ("boundaries", "message"),
    [
        ({"ocean": [4]}, "the outline has edges 0..3, not 4"),
        ({"ocean": [-1]}, "the outline has edges 0..3, not -1"),
        ({"ocean": [0, 1], "river": [1]}, "boundaries.river\n  1 is already in segment ocean"),
        ({"ocean": "west"}, "an edge has the number of the vertex at which it begins"),
        ({"ocean": [True]}, "boundaries.ocean"),
        ({"ocean": []}, "give at least one edge, side or name"),
    ],
)
def test_edges_that_a_polygon_does_not_have_are_refused(polygon, boundaries: dict[str, object], message: str):
    refused(polygon, message, boundaries=boundaries)


def test_a_side_that_a_box_does_not_have_is_refused_with_the_nearest():
    box = {"kind": "box", "x": (0, 10), "y": (0, 10), "resolution_m": 1}
    fields = {"crs": "local", "mesh": box, "bathymetry": {"kind": "flat", "elevation_m": -1}}
    refused(Domain, "did you mean 'west'?", boundaries={"ocean": ["wets"]}, **fields)


def test_a_box_has_its_lower_limits_first():
    box = {"kind": "box", "x": (10, 0), "y": (0, 10), "resolution_m": 1}
    refused(Domain, "mesh.box.x\n  Value error, expected the lower limit first", crs="local", mesh=box)


def test_an_outline_is_written_here_or_in_a_file_and_not_both(polygon):
    refused(polygon, "either outline", mesh={"outline_file": "a.csv"})
    refused(polygon, "either outline", outline=[])
    refused(polygon, "at least 3 different vertices, got 2", outline=[(0, 0), (1, 1), (0, 0)])


def test_depths_of_the_mesh_need_a_mesh_file(polygon):
    refused(polygon, "needs mesh.kind: file", bathymetry={"kind": "mesh"})


def test_an_unknown_kind_is_refused_with_those_that_exist(polygon):
    kinds = "'polygon', 'box', 'regular', 'curvilinear', 'bathymetry', 'file'"
    refused(polygon, kinds, mesh={"kind": "polygn"})
    refused(polygon, "'flat', 'profile', 'grid', 'mesh'", bathymetry={"kind": "deep"})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"distance_m": [0, 100]}, "2 distances and 3 elevations"),
        ({"distance_m": [0, 100, 100]}, "has to increase"),
        ({"distance_m": [0]}, "at least 2"),
    ],
)
def test_a_profile_that_is_no_function_of_distance_is_refused(polygon, fields: dict[str, object], message: str):
    bed = {"kind": "profile", "origin": {"x_m": 0, "y_m": 0}, "direction_deg": 0, "elevation_m": [-3, -2, 1]}
    refused(polygon, message, bathymetry={**bed, **fields})


@pytest.mark.parametrize("crs", ["4326", "WGS84", "EPSG:abc", ""])
def test_a_reference_system_is_an_epsg_number_or_local(polygon, crs: str):
    refused(polygon, "crs", crs=crs)


def test_a_dumped_domain_is_read_back_the_same(polygon):
    region = {"outline": [(0, 0), (9, 0), (9, 9)], "resolution_m": 2}
    domain = polygon(boundaries={"ocean": [0]}, mesh={"regions": {"bay": region}}, stations={"a": {"x_m": 1, "y_m": 2}})
    assert Domain(**domain.model_dump(mode="json")) == domain


def test_every_field_of_a_domain_is_documented():
    def undocumented(schema: dict, path: str = ""):
        for name, node in schema.get("$defs", {"": {}}).items() if not path else []:
            yield from undocumented(node, name)
        for name, field in schema.get("properties", {}).items():
            if not field.get("description") and name != "kind":
                yield f"{path}.{name}"

    assert list(undocumented(Domain.model_json_schema())) == []


def test_config_is_checked_without_heavy_imports():
    code = (
        "import sys; from rompy_hydra.domain import Domain; from rompy_hydra.forcing import Forcing;"
        "Forcing(wind={'kind': 'constant', 'speed_m_s': 5, 'from_deg': 270});"
        "Domain(mesh={'kind': 'box', 'x': (1, 2), 'y': (1, 2), 'resolution_m': 99},"
        " bathymetry={'kind': 'flat', 'elevation_m': -1});"
        "print(sorted({'numpy', 'xarray', 'pyproj', 'netCDF4', 'meshpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_degrees_given_as_metres_are_recognised(polygon):
    refused(polygon, "mesh.outline", "look like degrees, the crs EPSG:32750", outline=PERTH, crs="EPSG:32750")
    box = {"kind": "box", "x": (115.5, 115.6), "y": (-32.6, -32.5), "resolution_m": 90}
    bed = {"kind": "flat", "elevation_m": -1}
    refused(Domain, "mesh.x", "look like degrees", mesh=box, crs="EPSG:32750", bathymetry=bed)
    assert polygon(outline=[(0, 0), (90, 0), (90, 90)], crs="local").crs == "local"


@pytest.mark.parametrize("crs", ["32750", 32750])
def test_a_number_alone_is_told_to_have_its_authority(polygon, crs: object):
    refused(polygon, "write EPSG:32750", crs=crs)


def test_a_station_with_lon_and_lat_swapped_is_recognised():
    with pytest.raises(ValidationError, match="lon and lat look swapped"):
        Place(lon=-32.6, lat=115.6)
    with pytest.raises(ValidationError, match="less than or equal to 90"):
        Place(lon=115.6, lat=95)


def test_a_box_with_lon_and_lat_is_told_what_its_limits_are_called():
    box = {"kind": "box", "lon": (115, 116), "lat": (-33, -32), "resolution_m": 90}
    refused(Domain, "called x and y, in the units of domain.crs, also for degrees; got lat, lon", mesh=box)

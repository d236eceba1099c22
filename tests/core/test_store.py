"""The cache: what was made is found again, whole or not at all, and within its limits."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rompy_hydra.core import secrets
from rompy_hydra.core.hashing import files_below, hash_file
from rompy_hydra.core.store import DEFAULT_LIMIT, Store, need_room, parse_size, size_text
from rompy_hydra.errors import ConfigError, DataError

MB = 10**6


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "cache"))
    return Store()


def writing(text: str, made: list[str] | None = None) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        if made is not None:
            made.append(text)
        path.write_text(text)

    return make


def put(store: Store, name: str, size: int = 10, used_s_ago: float = 0.0) -> Path:
    path = store.get("cut", {"name": name}, f"{name}.nc", writing("x" * size), what=name)
    then = time.time() - used_s_ago
    os.utime(path.parent / "entry.json", (then, then))
    return path


def tick() -> None:
    """Times of files are as fine as the clock of the kernel, which may stand still for 10 ms."""
    time.sleep(0.03)


def names(store: Store) -> list[str]:
    return [e.what for e in store.entries()]


def test_what_was_made_is_found_again_by_what_it_was_made_of(store: Store):
    made: list[str] = []
    first = store.get("cut", {"a": 1, "b": [2, 3]}, "a.nc", writing("one", made))
    again = store.get("cut", {"b": [2, 3], "a": 1}, "a.nc", writing("one", made))
    other = store.get("cut", {"a": 1, "b": [2, 4]}, "a.nc", writing("two", made))
    assert (first.read_text(), other.read_text(), made) == ("one", "two", ["one", "two"])
    assert first == again == store.find("cut", {"a": 1, "b": [2, 3]})
    assert store.find("download", {"a": 1, "b": [2, 3]}) is None


def test_what_fails_half_way_leaves_nothing_and_is_made_next_time(store: Store):
    def fail(path: Path) -> None:
        path.write_text("half")
        raise RuntimeError("connection lost")

    with pytest.raises(RuntimeError, match="connection lost"):
        store.get("cut", {"a": 1}, "a.nc", fail)
    assert [f for f in files_below(store.root) if not f.endswith(".lock")] == []
    assert store.get("cut", {"a": 1}, "a.nc", writing("whole")).read_text() == "whole"
    assert files_below(store.root / "locks") == []


def test_an_entry_tells_what_it_is_and_no_secret(store: Store):
    secrets.register("hunter2!")
    path = store.get("download", {"url": "https://u:hunter2!@host/a.nc"}, "a.nc", writing("x"), "a of hunter2!")
    text = (path.parent / "entry.json").read_text()
    assert "hunter2" not in text
    (entry,) = store.entries()
    assert (entry.kind, entry.size, entry.crc32) == ("download", 1, zlib.crc32(b"x"))
    assert entry.made_of["url"].startswith("https://")


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("whol"),
        lambda path: path.write_text("WHOLE"),  # the same size
        lambda path: path.unlink(),
        lambda path: (path.parent / "entry.json").write_text('{"kind": "cu'),
        lambda path: (path.parent / "entry.json").write_text("[]"),
        lambda path: (path.parent / "entry.json").unlink(),
    ],
    ids=["cut short", "other bytes", "no file", "half a record", "another record", "no record"],
)
def test_a_damaged_entry_is_made_anew(store: Store, damage: Callable[[Path], object]):
    path = store.get("cut", {"a": 1}, "a.nc", writing("whole"))
    tick()
    damage(path)
    assert store.find("cut", {"a": 1}) is None
    assert store.get("cut", {"a": 1}, "a.nc", writing("whole")).read_text() == "whole"
    assert len(store.entries()) == 1


def test_damage_is_told(store: Store, caplog: pytest.LogCaptureFixture):
    path = store.get("cut", {"a": 1}, "a.nc", writing("whole"))
    tick()
    path.write_text("WHOLE")
    with caplog.at_level(logging.WARNING):
        store.find("cut", {"a": 1})
    assert f"the cache entry {path.parent} is damaged and is made anew" in caplog.text


def test_other_bytes_with_the_time_of_before_are_noticed(store: Store):
    """Setting the time of modification back does not set back when the file was changed."""
    path = store.get("cut", {"a": 1}, "a.nc", writing("whole"))
    before = path.stat().st_mtime_ns
    tick()
    path.write_text("WHOLE")
    os.utime(path, ns=(before, before))
    assert path.stat().st_mtime_ns == before
    assert store.find("cut", {"a": 1}) is None


def test_rot_that_leaves_no_trace_is_found_by_reading_everything(store: Store):
    path = store.get("cut", {"a": 1}, "a.nc", writing("whole"))
    sound = put(store, "sound")
    path.write_text("WHOLE")
    record = json.loads((path.parent / "entry.json").read_text())
    stat = path.stat()  # a disk that rots changes no times: the record has those of now
    record |= {"mtime_ns": stat.st_mtime_ns, "ctime_ns": stat.st_ctime_ns}
    (path.parent / "entry.json").write_text(json.dumps(record))
    assert store.find("cut", {"a": 1}) == path  # reading 20 GB at every look would make a cache pointless
    assert [store.root / e.kind / e.digest / e.file for e in store.damaged()] == [path]
    assert sound.exists()


def test_a_cache_that_was_copied_is_still_good(store: Store, tmp_path: Path):
    path = store.get("cut", {"a": 1}, "a.nc", writing("whole"))
    tick()
    shutil.copytree(store.root, tmp_path / "copy", copy_function=shutil.copyfile)  # without times
    copy = Store(tmp_path / "copy")
    found = copy.find("cut", {"a": 1})
    assert found is not None
    assert found.stat().st_mtime_ns != path.stat().st_mtime_ns
    (entry,) = copy.entries()
    assert entry.mtime_ns == found.stat().st_mtime_ns  # its content is not read a second time
    assert copy.damaged() == []


def test_what_was_used_longest_ago_goes_first(store: Store):
    for age, name in enumerate(("new", "older", "oldest")):
        put(store, name, MB, used_s_ago=1000.0 * age)
    assert names(store) == ["oldest", "older", "new"]
    store.find("cut", {"name": "oldest"})  # used now
    removed = store.prune(2 * MB)
    assert ([e.what for e in removed], names(store)) == (["older"], ["new", "oldest"])
    assert [e.what for e in store.prune(0)] == ["new", "oldest"]
    assert names(store) == []


def test_what_was_not_used_for_long_goes_whatever_room_there_is(store: Store):
    put(store, "fresh", used_s_ago=60.0)
    put(store, "stale", used_s_ago=40 * 86400.0)
    assert [e.what for e in store.prune(10**9, older_than_s=30 * 86400.0)] == ["stale"]
    assert names(store) == ["fresh"]


def test_the_limit_is_kept_but_what_was_just_made_stays(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE_LIMIT", "2 MB")
    for name in ("one", "two"):
        put(store, name, MB, used_s_ago=100.0)
    put(store, "three", MB)
    assert names(store) == ["two", "three"]
    huge = put(store, "huge", 5 * MB)  # more than the limit: it is needed all the same
    assert names(store) == ["huge"]
    assert huge.stat().st_size == 5 * MB


def test_a_file_that_is_read_while_its_entry_goes_is_read_on(store: Store):
    path = put(store, "one", 20_000)
    with path.open() as file:
        file.read(10)
        store.prune(0)
        assert not path.exists()
        assert len(file.read()) == 19_990


@pytest.mark.parametrize(
    ("text", "count"),
    [("500 MB", 500 * MB), ("20GB", 20_000 * MB), ("1.5 gb", 1500 * MB), (" 7 B ", 7), (".5 TB", 500_000 * MB)],
)
def test_a_limit_is_a_size_with_its_unit(store: Store, monkeypatch: pytest.MonkeyPatch, text: str, count: int):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE_LIMIT", text)
    assert store.limit() == count == parse_size(text)


@pytest.mark.parametrize("text", ["20", "lots", "-5 GB", "20 GiB", "1.2.3 GB", ". GB", ""])
def test_a_limit_that_is_no_size_is_refused_before_anything_is_made(
    store: Store, monkeypatch: pytest.MonkeyPatch, text: str
):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE_LIMIT", text)
    made: list[str] = []
    with pytest.raises(ConfigError) as caught:
        store.get("cut", {"a": 1}, "a.nc", writing("x", made))
    (problem,) = caught.value.problems
    assert problem.key == "$ROMPY_HYDRA_CACHE_LIMIT"
    assert problem.message == f"expected a size such as 500 MB or 20 GB, got {text!r}"
    assert made == []


def test_a_limit_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="a number of 400 digits"):
        parse_size("9" * 400 + " GB")


def test_without_a_limit_there_is_room_for_the_default(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ROMPY_HYDRA_CACHE_LIMIT", raising=False)
    assert store.limit() == parse_size(DEFAULT_LIMIT) == 20_000 * MB
    assert (size_text(20_000 * MB), size_text(999), size_text(0)) == ("20.0 GB", "999 B", "0 B")


def test_a_cache_that_cannot_be_written_names_the_variable_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "file"))
    with pytest.raises(ConfigError) as caught:
        Store().get("cut", {"a": 1}, "a.nc", writing("x"))
    (problem,) = caught.value.problems
    assert problem.key == "$ROMPY_HYDRA_CACHE"
    assert problem.message == f"the cache {tmp_path / 'file'} cannot be written: Not a directory"
    assert problem.hint == "set ROMPY_HYDRA_CACHE to a folder of yours, on a disk with room"


def test_a_cache_of_others_can_be_read_and_not_written(read_only: Callable[[Path], None], tmp_path: Path):
    store = Store(tmp_path / "shared")
    path = put(store, "there")
    read_only(store.root)
    store = Store(tmp_path / "shared")
    assert store.find("cut", {"name": "there"}) == path
    assert store.get("cut", {"name": "there"}, "there.nc", writing("other")).read_text() == "x" * 10
    with pytest.raises(ConfigError, match=r"\$ROMPY_HYDRA_CACHE: the cache .*shared cannot be written"):
        store.get("cut", {"name": "missing"}, "missing.nc", writing("x"))
    big = tmp_path / "big.nc"
    big.write_bytes(b"z" * 2**24)
    assert store.hash_of(big) == hash_file(big)  # it is computed each time


def test_more_than_the_disk_has_room_for_is_refused_with_both_numbers(tmp_path: Path):
    need_room(tmp_path, 1, "the cut", "forcing.wind.source")
    with pytest.raises(DataError) as caught:
        need_room(tmp_path / "not" / "there", 10**18, "the cut", "forcing.wind.source")
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"the cut needs 1000000.0 TB, the disk of {tmp_path} has ")
    assert problem.message.endswith(" free")
    assert "rompy-hydra cache prune" in problem.hint


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", 5),
        ("file", None),
        ("file", "a\0b"),
        ("file", ".."),
        ("file", "../../other"),
        ("size", "x"),
        ("size", -1),
        ("created", 1e300),
        ("kind", "../.."),
        ("made_of", 5),
        ("what", None),
        ("crc32", "x"),
    ],
)
def test_an_entry_that_was_edited_is_not_listed_and_made_anew(store: Store, field: str, value: object):
    told = put(store, "one").parent / "entry.json"
    told.write_text(json.dumps({**json.loads(told.read_text()), field: value}))
    assert store.entries() == store.damaged() == store.prune(0) == []
    assert store.find("cut", {"name": "one"}) is None
    assert store.get("cut", {"name": "one"}, "one.nc", writing("anew")).read_text() == "anew"
    assert names(store) == [""]


def test_an_entry_that_holds_anything_but_its_file_is_made_anew(store: Store):
    path = put(store, "one")
    told = path.parent / "entry.json"
    path.unlink()
    path.mkdir()
    told.write_text(json.dumps({**json.loads(told.read_text()), "size": path.stat().st_size}))
    assert put(store, "one").is_file()
    told.write_text("[" * 100_000)
    assert put(store, "one").is_file()


@pytest.mark.parametrize("what", ["link", "file"])
def test_what_is_no_folder_gives_way_to_an_entry(store: Store, what: str):
    folder = put(store, "one").parent
    shutil.rmtree(folder)
    if what == "link":
        folder.symlink_to("nowhere")
    else:
        folder.write_text("in the way")
    assert put(store, "one").read_text() == "x" * 10
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("name", ["cut", "locks", "building"])
@pytest.mark.parametrize("is_link", [True, False])
def test_what_is_in_the_way_of_a_folder_of_the_cache_is_named(store: Store, name: str, is_link: bool):
    store.root.mkdir()
    if is_link:
        (store.root / name).symlink_to("nowhere")
    else:
        (store.root / name).write_text("in the way")
    with pytest.raises(ConfigError) as caught:
        put(store, "one")
    assert caught.value.problems[0].hint == f"remove {store.root / name}"


def test_looking_for_damage_is_no_use(store: Store):
    path = put(store, "one", used_s_ago=1000)
    before = (path.parent / "entry.json").stat()
    assert store.damaged() == []
    assert (path.parent / "entry.json").stat().st_ino == before.st_ino
    os.utime(path)
    assert store.damaged() == []
    (entry,) = store.entries()
    assert (entry.used, entry.mtime_ns) == (before.st_mtime, path.stat().st_mtime_ns)


@pytest.mark.parametrize(("place", "told"), [("/tmp/cach\udcff", "can't encode"), ("~nosuchuser/x", "home directory")])
def test_a_cache_at_an_impossible_place_is_told(monkeypatch: pytest.MonkeyPatch, place: str, told: str):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", place)
    with pytest.raises(ConfigError, match=told) as caught:
        Store()
    str(caught.value).encode()


class TestHash:
    """Of large files of the user, remembered."""

    def test_it_is_remembered_until_the_file_changes(self, store: Store, tmp_path: Path):
        path = tmp_path / "era5.nc"
        path.write_bytes(b"a" * 2**24)
        true = hash_file(path)
        assert store.hash_of(path) == true
        (memo,) = (store.root / "hashes").iterdir()
        assert memo.read_text() == true
        memo.write_text("remembered")
        assert store.hash_of(path) == "remembered"
        tick()
        path.write_bytes(b"a" * (2**24 - 1) + b"b")
        assert store.hash_of(path) == hash_file(path) != true

    def test_a_change_that_keeps_size_and_time_is_noticed(self, store: Store, tmp_path: Path):
        path = tmp_path / "era5.nc"
        path.write_bytes(b"a" * 2**24)
        before, stat = store.hash_of(path), path.stat()
        tick()
        with path.open("r+b") as file:
            file.write(b"b")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert store.hash_of(path) == hash_file(path) != before

    def test_a_small_file_is_hashed_anew_each_time(self, store: Store, tmp_path: Path):
        path = tmp_path / "ssh.csv"
        path.write_text("time,ssh\n")
        assert store.hash_of(path) == hash_file(path)
        assert not (store.root / "hashes").exists()

"""The store of passage states: what it gives back is what was put in, or nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import GreenpaperError
from rag.llm.cache_budget import DEFAULT_BUDGET, budget, choose_budget
from rag.llm.passage_cache import PassageCache, state_key

MIB = 2**20


def _state(number: int, size: int = 1000) -> bytes:
    return bytes((number * 31 + i * 7) % 256 for i in range(size))


def _filled(folder: Path, count: int, *, segment_bytes: int = MIB) -> PassageCache:
    cache = PassageCache(folder, budget=100 * MIB, segment_bytes=segment_bytes)
    for number in range(count):
        assert cache.put(state_key([number]), number + 1, _state(number))
    return cache


def _found(cache: PassageCache, number: int) -> bytes | None:
    stored = cache.get(state_key([number]))
    if stored is None:
        return None
    assert stored.tokens == number + 1
    return bytes(stored.data)


def test_gives_back_what_was_put_in_also_after_reopening(tmp_path: Path) -> None:
    _filled(tmp_path, 5, segment_bytes=2500)
    reopened = PassageCache(tmp_path, budget=100 * MIB)
    assert [_found(reopened, n) for n in range(5)] == [_state(n) for n in range(5)]
    assert _found(reopened, 99) is None
    assert len(list(tmp_path.glob("states-*.bin"))) == 3
    assert reopened.tokens == 1 + 2 + 3 + 4 + 5


def test_no_flipped_bit_is_ever_used(tmp_path: Path) -> None:
    """200 places over the whole file: a state comes back as it was put in, or not at all."""
    _filled(tmp_path, 4)
    (path,) = tmp_path.glob("states-*.bin")
    whole = path.read_bytes()
    lost = 0
    for step in range(200):
        position = step * len(whole) // 200
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (step % 8)
        path.write_bytes(damaged)
        cache = PassageCache(tmp_path, budget=100 * MIB)
        found = [_found(cache, n) for n in range(4)]
        assert all(state is None or state == _state(n) for n, state in enumerate(found))
        lost += None in found
    assert lost == 200, "every flip must cost the state it hit: no byte is unprotected"


@pytest.mark.parametrize("cut", [1, 40, 500, 1051, 1052, 1053, 2000])
def test_a_torn_tail_costs_only_the_torn_records_and_is_written_over(tmp_path: Path, cut: int) -> None:
    _filled(tmp_path, 3)
    (path,) = tmp_path.glob("states-*.bin")
    os.truncate(path, path.stat().st_size - cut)
    cache = PassageCache(tmp_path, budget=100 * MIB)
    survivors = [n for n in range(3) if _found(cache, n) is not None]
    assert survivors == list(range(3 - -(-cut // 1052)))
    assert cache.put(state_key([7]), 8, _state(7))
    reopened = PassageCache(tmp_path, budget=100 * MIB)
    assert [n for n in range(3) if _found(reopened, n) is not None] == survivors
    assert _found(reopened, 7) == _state(7)


def test_the_least_recently_used_segment_goes_first(tmp_path: Path) -> None:
    cache = PassageCache(tmp_path, budget=3500, segment_bytes=1100)
    for number in range(3):
        cache.put(state_key([number]), number + 1, _state(number))
        stamp = 1_000_000 + number
        os.utime(tmp_path / f"states-{number + 1:06d}.bin", (stamp, stamp))
    assert _found(cache, 0) == _state(0)  # now the most recently used
    cache.put(state_key([3]), 4, _state(3))
    assert [_found(cache, n) is not None for n in range(4)] == [True, False, True, True]
    assert cache.size <= 3500


def test_a_reader_sees_what_another_process_wrote_and_survives_eviction(tmp_path: Path) -> None:
    reader = PassageCache(tmp_path, budget=100 * MIB)
    writer = _filled(tmp_path, 2)
    assert _found(reader, 1) is None
    reader.refresh()
    assert _found(reader, 1) == _state(1)
    for path in tmp_path.glob("states-*.bin"):
        path.unlink()
    assert _found(reader, 0) is None
    writer.refresh()
    assert len(writer) == 0


def test_a_second_writer_does_not_wait(tmp_path: Path) -> None:
    import fcntl

    cache = _filled(tmp_path, 1)
    with (tmp_path / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert cache.put(state_key([5]), 6, _state(5)) is False
    assert cache.put(state_key([5]), 6, _state(5)) is True


def test_a_writer_with_patience_waits_for_another_to_end(tmp_path: Path) -> None:
    import fcntl
    from threading import Timer

    cache = _filled(tmp_path, 1)
    with (tmp_path / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert cache.put(state_key([5]), 6, _state(5), patience_s=0.1) is False
        assert cache.problem == "", "a busy moment is no fault of the folder"
        end = Timer(0.3, lambda: fcntl.flock(held, fcntl.LOCK_UN))
        end.start()
        assert cache.put(state_key([5]), 6, _state(5), patience_s=60) is True
        end.join()


def test_all_spaces_share_one_budget_and_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    spaces = [PassageCache(tmp_path / name, budget=3500, root=tmp_path, segment_bytes=1100) for name in "abc"]
    for number, space in enumerate(spaces):
        space.put(state_key([number]), number + 1, _state(number))
        os.utime(tmp_path / "abc"[number] / "states-000001.bin", (1000 + number, 1000 + number))
    assert _found(spaces[0], 0) == _state(0)  # now the most recently used
    assert not spaces[2].full
    assert spaces[2].put(state_key([7]), 8, _state(7))
    assert [_found(space, number) is not None for number, space in enumerate(spaces)] == [True, False, True]
    assert _found(spaces[2], 7) == _state(7)
    assert sum(space.size for space in spaces) <= 3500


def test_the_budget_is_the_one_chosen_last(tmp_path: Path) -> None:
    assert budget(tmp_path) == DEFAULT_BUDGET
    choose_budget(tmp_path / "new", 7 * 10**9)
    assert budget(tmp_path / "new") == 7 * 10**9
    (tmp_path / "new" / "budget").write_text("much")
    assert budget(tmp_path / "new") == DEFAULT_BUDGET
    with pytest.raises(GreenpaperError, match="--budget"):
        choose_budget(tmp_path, 1000)
    with pytest.raises(GreenpaperError, match="GREENPAPER_CACHE"):
        choose_budget(tmp_path / "new" / "budget" / "below a file", 7 * 10**9)


_WRITER = """
import sys
from pathlib import Path
from rag.llm.passage_cache import PassageCache, state_key
cache = PassageCache(Path(sys.argv[1]), budget=2**30, segment_bytes=2**22)
print("ready", flush=True)
for number in range(10**6):
    state = bytes([number % 256]) * (200_000 + number)
    cache.put(state_key([number]), number + 1, state)
"""


_READER = """
import sys
from pathlib import Path
from time import monotonic
from rag.llm.passage_cache import PassageCache, state_key
cache = PassageCache(Path(sys.argv[1]), budget=2**24)
seen = set()
until = monotonic() + 60
while len(seen) < 30 and monotonic() < until:
    cache.refresh()
    for key in list(cache._places):
        stored = cache.get(key)
        if stored is not None:
            number = stored.tokens - 1
            assert key == state_key([number])
            assert bytes(stored.data) == bytes([number % 256]) * (200_000 + number)
            seen.add(number)
print(len(seen))
"""


def test_two_processes_read_while_a_third_writes_and_evicts(tmp_path: Path) -> None:
    """16 MiB hold some 80 of the writer's states: readers meet new ones, and find others gone."""
    small = _WRITER.replace("budget=2**30", "budget=2**24")
    writer = subprocess.Popen([sys.executable, "-c", small, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    words = [sys.executable, "-c", _READER, str(tmp_path)]
    readers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    seen = [int(reader.communicate()[0]) for reader in readers]
    writer.kill()
    writer.communicate()
    assert all(count >= 30 for count in seen)
    assert sum(path.stat().st_size for path in tmp_path.glob("states-*.bin")) <= 2**24


def test_kill_at_any_moment_costs_at_most_the_entry_being_written(tmp_path: Path) -> None:
    """Ten kills here; docs/log.md has the count of the long run (`GREENPAPER_KILLS`)."""
    for kill in range(int(os.environ.get("GREENPAPER_KILLS", "10"))):
        folder = tmp_path / str(kill % 10)
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.01 + 0.007 * (kill % 13))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        cache = PassageCache(folder, budget=2**30)
        for number in range(len(cache)):
            stored = cache.get(state_key([number]))
            assert stored is not None, "what was written before the kill is whole"
            assert bytes(stored.data) == bytes([number % 256]) * (200_000 + number)
        assert cache.put(state_key([10**7]), 1, b"after the kill")


def test_a_folder_that_cannot_be_made_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = PassageCache(tmp_path / "file" / "states", budget=MIB)
    assert not cache.put(state_key([0]), 1, _state(0))
    assert (len(cache), cache.size, _found(cache, 0)) == (0, 0, None)
    assert cache.problem.startswith(f"{tmp_path / 'file' / 'states'} cannot be written: ")


def test_a_folder_that_vanishes_is_made_again(tmp_path: Path) -> None:
    cache = _filled(tmp_path / "states", 2)
    shutil.rmtree(tmp_path / "states")
    assert _found(cache, 0) is None
    assert cache.put(state_key([7]), 8, _state(7))
    assert _found(cache, 7) == _state(7)


def test_a_folder_that_cannot_be_written_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(tmp_path, 2)
    (tmp_path / "lock").unlink()
    (tmp_path / "lock").mkdir()  # whoever may not write cannot lock: this holds for root too
    cache = PassageCache(tmp_path, budget=MIB)

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refused)
    assert [_found(cache, n) for n in range(2)] == [_state(n) for n in range(2)]
    assert not cache.put(state_key([7]), 8, _state(7))

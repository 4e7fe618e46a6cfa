"""What is left of the memory: of a control group of either version, or of the machine."""

from pathlib import Path

import pytest

from backend.memory import give_back, group_available, used_ratio

MEBI = 2**20


def write(root: Path, files: dict[str, object]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")


def test_without_control_groups_nothing_is_said(tmp_path: Path) -> None:
    assert group_available(tmp_path) is None


@pytest.mark.parametrize(
    ("files", "left"),
    [
        pytest.param(
            {
                "proc/self/cgroup": "0::/lab",
                "sys/fs/cgroup/lab/memory.max": 100 * MEBI,
                "sys/fs/cgroup/lab/memory.current": 80 * MEBI,
                "sys/fs/cgroup/lab/memory.stat": f"anon {60 * MEBI}\ninactive_file {15 * MEBI}",
            },
            35 * MEBI,
            id="a group of version 2 counts its cached files as left",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/class/lab",
                "sys/fs/cgroup/class/lab/memory.max": "max",
                "sys/fs/cgroup/class/lab/memory.current": 10 * MEBI,
                "sys/fs/cgroup/class/memory.max": 50 * MEBI,
                "sys/fs/cgroup/class/memory.current": 30 * MEBI,
            },
            20 * MEBI,
            id="the narrowest of the groups around counts",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/docker/0123456789ab",
                "sys/fs/cgroup/memory.max": 50 * MEBI,
                "sys/fs/cgroup/memory.current": 20 * MEBI,
            },
            30 * MEBI,
            id="in a container the limit stands at the mount",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "12:cpu,cpuacct:/lab\n11:memory:/lab\n1:name=systemd:/lab",
                "sys/fs/cgroup/memory/lab/memory.limit_in_bytes": 100 * MEBI,
                "sys/fs/cgroup/memory/lab/memory.usage_in_bytes": 90 * MEBI,
                "sys/fs/cgroup/memory/lab/memory.stat": f"inactive_file 1\ntotal_inactive_file {5 * MEBI}",
                "sys/fs/cgroup/cpu/lab/memory.limit_in_bytes": 1,
            },
            15 * MEBI,
            id="a group of version 1 is read by its own names",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/lab",
                "sys/fs/cgroup/lab/memory.max": "max",
                "sys/fs/cgroup/lab/memory.current": 80 * MEBI,
            },
            None,
            id="a group without a limit says nothing",
        ),
    ],
)
def test_what_a_control_group_leaves(tmp_path: Path, files: dict[str, object], left: int | None) -> None:
    write(tmp_path, files)
    assert group_available(tmp_path) == left


def test_the_ratio_grows_with_what_the_process_takes_and_falls_with_what_it_gives_back() -> None:
    give_back()
    before = used_ratio()
    # So many small ones are kept by the C library when they are free, all but the last of them below one that is not.
    taken = [bytearray(b"x" * 4096) for _ in range(50_000)]
    last = taken[-1]
    during = used_ratio()
    del taken
    give_back()
    after = used_ratio()
    assert 0 < before < during < 1
    assert after < (before + during) / 2
    assert len(last) == 4096

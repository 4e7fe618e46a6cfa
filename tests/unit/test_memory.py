"""What is left of the memory: of a control group of either version, or of the machine."""

from pathlib import Path

from backend.memory import give_back, group_available, used_ratio

MEBI = 2**20


def write(root: Path, files: dict[str, object]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")


def test_without_control_groups_nothing_is_said(tmp_path: Path) -> None:
    assert group_available(tmp_path) is None


def test_a_group_of_version_2_counts_its_cached_files_as_left(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/lab",
            "sys/fs/cgroup/lab/memory.max": 100 * MEBI,
            "sys/fs/cgroup/lab/memory.current": 80 * MEBI,
            "sys/fs/cgroup/lab/memory.stat": f"anon {60 * MEBI}\ninactive_file {15 * MEBI}",
        },
    )
    assert group_available(tmp_path) == 35 * MEBI


def test_the_narrowest_of_the_groups_around_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/class/lab",
            "sys/fs/cgroup/class/lab/memory.max": "max",
            "sys/fs/cgroup/class/lab/memory.current": 10 * MEBI,
            "sys/fs/cgroup/class/memory.max": 50 * MEBI,
            "sys/fs/cgroup/class/memory.current": 30 * MEBI,
        },
    )
    assert group_available(tmp_path) == 20 * MEBI


def test_in_a_container_the_limit_stands_at_the_mount(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/docker/0123456789ab",
            "sys/fs/cgroup/memory.max": 50 * MEBI,
            "sys/fs/cgroup/memory.current": 20 * MEBI,
        },
    )
    assert group_available(tmp_path) == 30 * MEBI


def test_a_group_of_version_1_is_read_by_its_own_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "12:cpu,cpuacct:/lab\n11:memory:/lab\n1:name=systemd:/lab",
            "sys/fs/cgroup/memory/lab/memory.limit_in_bytes": 100 * MEBI,
            "sys/fs/cgroup/memory/lab/memory.usage_in_bytes": 90 * MEBI,
            "sys/fs/cgroup/memory/lab/memory.stat": f"inactive_file 1\ntotal_inactive_file {5 * MEBI}",
            "sys/fs/cgroup/cpu/lab/memory.limit_in_bytes": 1,
        },
    )
    assert group_available(tmp_path) == 15 * MEBI


def test_a_group_without_a_limit_says_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/lab",
            "sys/fs/cgroup/lab/memory.max": "max",
            "sys/fs/cgroup/lab/memory.current": 80 * MEBI,
        },
    )
    assert group_available(tmp_path) is None


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

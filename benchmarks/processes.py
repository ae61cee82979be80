"""What processes cost, as Linux counts it in /proc: memory and processor time of a process and all below it."""

import os
from collections.abc import Iterator
from pathlib import Path

KIBIBYTE = 1024
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all that it has started, directly or not."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields is not None:
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    return list(_below(pid, children))


def proportional_memory(pid: int) -> tuple[int, int]:
    """Bytes of memory of the whole tree, what is shared counted once (PSS), and how many processes it is."""
    processes = tree(pid)
    return sum(_pss(each) for each in processes), len(processes)


def processor_seconds(pid: int) -> float:
    """Processor time that the whole tree has used so far, of children that have ended too."""
    spans = [_fields(Path(f"/proc/{each}/stat")) for each in tree(pid)]
    return sum(sum(int(ticks) for ticks in fields[11:15]) for fields in spans if fields) / TICKS_A_SECOND


def _fields(stat: Path) -> list[str] | None:
    """The fields of proc(5)'s `stat` from the third on: state, parent, …; None when the process is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _below(pid: int, children: dict[int, list[int]]) -> Iterator[int]:
    yield pid
    for child in children.get(pid, []):
        yield from _below(child, children)


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * KIBIBYTE for line in lines if line.startswith("Pss:"))

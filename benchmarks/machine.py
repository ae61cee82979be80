"""Where and with what was measured."""

import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("Flask", "granian", "SQLAlchemy", "requests", "brotli")
PROGRAMS = {
    "nginx": ("/usr/sbin/nginx", "-v"),
    "wrk": ("wrk", "-v"),
    "Redis": ("redis-server", "--version"),
    "Chromium": ("chromium", "--version"),
}


def facts() -> list[tuple[str, str]]:
    """Names and values, such as ("processor", "2 × AMD EPYC")."""
    return [
        ("processor", f"{os.cpu_count()} × {_processor()}"),
        ("memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"),
        ("system", f"{_system()}, Linux {platform.release()}"),
        ("Python", f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        ("packages", ", ".join(f"{name} {version(name)}" for name in PACKAGES)),
        ("programs", ", ".join(_programs())),
        ("load before it began", f"{os.getloadavg()[0]:.1f}"),
    ]


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _text(Path("/proc/cpuinfo")), re.MULTILINE)
    return found[1] if found else platform.machine()


def _system() -> str:
    found = re.search(r'^PRETTY_NAME="?([^"\n]+)', _text(Path("/etc/os-release")), re.MULTILINE)
    return found[1] if found else platform.system()


def _programs() -> Iterator[str]:
    for name, command in PROGRAMS.items():
        yield f"{name} {_version(command) or 'not installed'}"


def _version(command: Sequence[str]) -> str | None:
    """The first number with a dot that it says."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+(?:\.\d+)+", said.stdout + said.stderr)
    return found[0] if found else None


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""

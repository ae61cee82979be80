"""wrk: as many requests as 32 connections can make, and how they were answered."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

CONNECTIONS = 32
DONE = """
done = function(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("seconds=%f requests=%d broken=%d p50=%d p99=%d\\n",
    summary.duration / 1e6, summary.requests,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
"""For wrk, in Lua; times are in microseconds."""


@dataclass(frozen=True)
class Load:
    """What came of one run: requests a second, milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def is_there() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def run(url: str, seconds: int, encoding: str) -> Load:
    """Ask for `url` for some seconds. Raises `CalledProcessError` when wrk fails, `RuntimeError` when answers did."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(DONE)
        script.flush()
        headers = ["-H", f"Accept-Encoding: {encoding}"]
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, *headers, url]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = {name: float(number) for name, number in re.findall(r"(\w+)=([0-9.]+)", said)}
    if told["broken"] or not told["requests"]:
        raise RuntimeError(f"{told['broken']:.0f} of {told['requests']:.0f} answers of {url} were broken")
    return Load(told["requests"] / told["seconds"], told["p50"] / 1000, told["p99"] / 1000)

"""`make demo`'s program for real."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from widget_server.demo.process import ROOT, DemoFailed, Process, answers
from widget_server.demo.stack import Stack

DEMO = [sys.executable, "-m", "widget_server.demo"]

pytestmark = pytest.mark.flow


def test_the_demo_shows_prices_prints_its_addresses_and_stops_cleanly(tmp_path: Path) -> None:
    command = [*DEMO, "--folder", str(tmp_path / "demo")]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    urls = re.findall(r"http://127\.0\.0\.1:\d+/", said)
    assert len(set(urls)) == 3
    assert all(answers(url) for url in urls)
    second = subprocess.run([*command, "--check"], cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)
    assert (second.returncode, "Another demo runs" in second.stdout) == (1, True)
    assert all(answers(url) for url in urls)
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    assert rest.strip() == "Stopped."
    assert not any(answers(url) for url in urls)


def test_a_site_that_doesn_t_start_is_said_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(DemoFailed) as caught, Stack(tmp_path, settings={"WIDGET_CURRENCY": "POUNDS"}):
        pass
    assert "The site ended with status 2" in str(caught.value)
    assert "WIDGET_CURRENCY is 'POUNDS'" in str(caught.value)
    assert str(tmp_path / "logs" / "site.log") in str(caught.value)


def test_a_process_that_was_killed_is_noticed(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(99)"
    )
    process = Process("stubborn", [sys.executable, "-c", stubborn], {}, tmp_path / "log")
    process.wait_until("speak", lambda: "here" in process.log.read_text(), 20)
    process.kill()
    with pytest.raises(DemoFailed, match="ended with status -9"):
        process.check()

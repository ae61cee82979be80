"""Runs a supervisor over the programs given as JSON on the command line: `[[name, code, vital], …]`, Python each.

A process of its own for the tests, since a supervisor needs a main thread and its signals.
"""

import json
import sys

from widget_server.serving.supervisor import Program, Supervisor


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    programs = [Program(name, [sys.executable, "-uc", code], vital) for name, code, vital in json.loads(sys.argv[1])]
    sys.exit(Supervisor(programs, say, first_pause=0.05, stop_within=1.5).run(lambda: True, "ready"))

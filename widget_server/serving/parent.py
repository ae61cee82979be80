"""Dying with the parent: no child outlives a supervisor that was killed hard (kill -9, out of memory).

Linux tells a process by a signal (prctl(2), PR_SET_PDEATHSIG). Elsewhere nothing happens here.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with(parent: int, number: int = signal.SIGTERM) -> None:
    """From now on this process gets signal `number` when process `parent`, which must be its parent, has died.

    To be called in the child; safe between fork and exec. Exits at once if the parent is gone already.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)

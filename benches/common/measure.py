"""Running a command and saying what it took: time, processor time, and the most memory it held.

The memory is the kernel's high-water mark of the process. Its parent's size counts into it, about 20 MB,
so that small processes have to say themselves what they held, and nothing large is imported here.
"""

import datetime
import os
import platform
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where a run is killed, so that one peer does not take the machine down.
MEMORY = 18 << 30
POLL = 0.02


@dataclass
class Ran:
    """What a command took, in seconds and bytes, and why it failed if it did."""

    seconds: float
    cpu: float
    peak: int
    out: str
    error: str
    failure: str | None


def run(command, timeout, cwd=None, env=None, memory=MEMORY):
    """Runs a command to its end, or kills it with all that it started once it is over a limit."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = subprocess.Popen(
            [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            cwd=cwd, env=env, start_new_session=True,
        )
        status, usage, failure = wait(child.pid, started + timeout, memory)
        seconds = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    if failure is None and child.returncode != 0:
        failure = f"exit code {child.returncode}"
    if failure and failure.startswith("over time"):
        failure = f"not done after {timeout} s"
    peak = usage.ru_maxrss * 1024
    return Ran(seconds, usage.ru_utime + usage.ru_stime, peak, *texts, failure)


def wait(pid, deadline, memory):
    failure = None
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage, failure
        if failure is None:
            if time.monotonic() > deadline:
                failure = "over time"
            elif resident(pid) > memory:
                failure = f"stopped at {memory >> 30} GB"
            if failure:
                os.killpg(pid, signal.SIGKILL)
        time.sleep(POLL)


def resident(pid):
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def median(numbers):
    return statistics.median(numbers) if numbers else None


def git(*args):
    return subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def machine():
    """On what, when and of which revision a measurement is, as far as the system tells."""
    cpu = platform.processor()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    revision = git("rev-parse", "--short=12", "HEAD")
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": total,
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "revision": revision + (" with changes" if git("status", "--porcelain", "--untracked-files=no") else ""),
        "load_before": os.getloadavg()[0],
    }

"""What a scenario saw, for the table."""
import json
import os
import time

PATH = "/job/report.json"
_report = {"seen": [], "failed": [], "state": {}}
if os.path.exists(PATH):
    with open(PATH) as _file:
        _report = json.load(_file)
with open("/job/phase.json") as _file:
    _facts = json.load(_file)

phase = _facts["phase"]
phases = _facts["phases"]
arch = _facts["arch"]


def _pace():
    """Seconds for a piece of work that takes `QUIET` where nobody else uses the host's processors; the best of three."""
    best = 60.0
    for _ in range(3):
        begin = time.perf_counter()
        total = 0
        for number in range(200_000):
            total += number * number
        best = min(best, time.perf_counter() - begin)
    return best


QUIET = {"amd64": 0.12, "arm64": 0.2}
# How many times slower than on a quiet host the machine is just now: limits of times that the processor decides are stretched by this, and
# waits are as long as it takes.
patience = round(max(1.0, _pace() / QUIET[arch]), 2)


class Enough(Exception):
    """The scenario has come to its end early."""


def _store():
    with open(PATH + ".part", "w") as file:
        json.dump(_report, file)
        file.flush()
    os.replace(PATH + ".part", PATH)


def seen(text):
    """A line of the table."""
    _report["seen"].append(text)
    _store()


def fail(text):
    _report["failed"].append(text)
    _store()


def check(condition, text):
    """A line of the table that has to be true."""
    if condition:
        seen(text)
    else:
        fail(text)


def require(condition, text):
    """The same, and without it the rest makes no sense."""
    check(condition, text)
    if not condition:
        raise Enough


def failures():
    return list(_report["failed"])


def keep(**values):
    """Remembers values for the next phase."""
    _report["state"].update(values)
    _store()


def kept(name, default=None):
    return _report["state"].get(name, default)


def until(condition, seconds, what, pause=0.02):
    """Waits until a condition holds and gives its value; a scenario that waits in vain has failed."""
    end = time.monotonic() + 3 * seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            fail(f"in vain, for {seconds:g} s: {what}")
            raise Enough
        time.sleep(pause)


def finish():
    if patience > 1.5:
        seen(f"(the host was busy: this machine ran {patience} times slower than it can)")
    _store()
    open("/job/finished", "w").close()


def power_cut():
    """The host takes the power away; nothing after this runs."""
    _store()
    open("/job/finished", "w").close()
    open("/job/cut", "w").close()
    time.sleep(60)


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"

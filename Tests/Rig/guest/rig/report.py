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
# How much longer the slower machine may take where the time is not what is tested.
patience = {"amd64": 1, "arm64": 4}[arch]


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
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            fail(f"in vain, for {seconds:g} s: {what}")
            raise Enough
        time.sleep(pause)


def finish():
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

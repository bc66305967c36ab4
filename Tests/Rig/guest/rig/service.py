"""Picket as a service: its configuration, its life, its journal."""
import json
import os
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections import namedtuple

from .report import Enough, fail, patience, until
from .shell import read, sh, status, write

CONFIGURATION = "/etc/picket/picket.yaml"
STATE = "/var/lib/picket"
Line = namedtuple("Line", "at priority text")


class Journal:
    """The service's lines in systemd's journal, with the time at which the journal took them."""

    def __init__(self, unit="picket.service"):
        self.lines = []
        self.reader = subprocess.Popen(
            ["journalctl", "-f", "-n", "all", "-u", unit, "-o", "json", "--output-fields=MESSAGE,PRIORITY"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for text in self.reader.stdout:
            entry = json.loads(text)
            if isinstance(entry.get("MESSAGE"), str):
                self.lines.append(Line(int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6, int(entry.get("PRIORITY", 6)), entry["MESSAGE"]))

    def find(self, pattern, since=0.0):
        return [line for line in list(self.lines) if line.at >= since and re.search(pattern, line.text)]

    def wait(self, pattern, seconds=20, since=0.0):
        """Waits for a line that fits a pattern and gives it."""
        end = time.monotonic() + 3 * seconds * patience
        while True:
            found = self.find(pattern, since)
            if found:
                return found[0]
            if time.monotonic() > end:
                fail(f"no line of the journal fits '{pattern}' within {3 * seconds * patience:g} s; the last: {[line.text for line in self.lines[-4:]]}")
                raise Enough
            time.sleep(0.01)


class Picket:
    """The service that the package installed."""

    def __init__(self):
        self.journal = Journal()

    def configure(self, text):
        write(CONFIGURATION, text)

    def drop_in(self, text):
        """Changes the unit as an administrator would."""
        os.makedirs("/etc/systemd/system/picket.service.d", exist_ok=True)
        write("/etc/systemd/system/picket.service.d/rig.conf", text)
        sh("systemctl daemon-reload")

    def start(self, wait=True):
        """Starts it and gives the seconds until it was ready."""
        begin = time.monotonic()
        if wait:
            sh("systemctl start picket", timeout=120 * patience)
        else:
            sh("systemctl start --no-block picket")
        return time.monotonic() - begin

    def stop(self):
        begin = time.monotonic()
        sh("systemctl stop picket", timeout=60 * patience)
        return time.monotonic() - begin

    def show(self, *names):
        text = sh(f"systemctl show picket {' '.join('-p ' + name for name in names)}")
        values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        return values[names[0]] if len(names) == 1 else values

    @property
    def pid(self):
        return int(self.show("MainPID"))

    @property
    def status_text(self):
        return self.show("StatusText")

    def kill(self, number=signal.SIGKILL):
        """Signals the main process; gives the time of it."""
        pid = self.pid
        at = time.monotonic()
        os.kill(pid, number)
        return at

    def wait_ready(self, seconds=30):
        until(lambda: status("systemctl -q is-active picket") == 0, seconds * patience, "the service is ready")

    def start_times(self):
        """Seconds from the start of the process to READY=1, as systemd measured them."""
        times = self.show("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        return (int(times["ActiveEnterTimestampMonotonic"]) - int(times["ExecMainStartTimestampMonotonic"])) / 1e6

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def resident_kilobytes(self):
        return int(re.search(r"VmRSS:\s+(\d+)", read(f"/proc/{self.pid}/status")).group(1))

    def database(self, sql, path=f"{STATE}/journal.sqlite"):
        # A copy may need the recovery that a cut made necessary; the service's own file is only read.
        mode = "ro" if path.startswith(STATE) else "rw"
        connection = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def is_intact(self, path=f"{STATE}/journal.sqlite"):
        return self.database("PRAGMA integrity_check", path) == [("ok",)]


def pipeline(device="/dev/video0", *, line="chip: rig, offset: 3, active: high", rules="on_after: 1 of 1, hold: 1s", camera="", nodes="",
             storage=f"path: {STATE}, max_size: 50MB, keep_free: 1%", inputs="camera"):
    """A configuration: a camera, one pin that is on while frames come, and what else is given."""
    return f"""version: 1
camera: {{device: '{device}'{', ' + camera if camera else ''}}}
nodes:
  - {{id: siren, type: gpio-output, inputs: [{inputs}], line: {{{line}}}, {rules}}}
{nodes}
storage: {{{storage}}}
"""


# A detector-free workflow whose events come often: one model, and a log entry for what it sees.
STATE_NODES = """  - {id: state, type: visual-classifier, inputs: [camera], model: /usr/share/picket/demo/pad-state.tflite, top: 1}
  - {id: sure, type: concept-thresholder, inputs: [state], concepts: {clear: ">= 0", obscured: ">= 0", occupied: ">= 0"}}
"""

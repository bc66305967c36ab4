"""Simulated GPIO chips, seen from the simulator's side."""
import os
import subprocess
import time
from collections import namedtuple

from .report import Enough, fail
from .shell import read, sh, write

CONFIGURATION = "/sys/kernel/config/gpio-sim"
Edge = namedtuple("Edge", "at line level")


class Chip:
    """A chip of gpio-sim with a label; its lines are pulled down, as GPIO 9 to 27 of a Raspberry Pi are."""

    def __init__(self, label="rig", lines=8, pull_up=()):
        sh("modprobe gpio-sim; mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config")
        self.label = label
        self.folder = f"{CONFIGURATION}/{label}"
        self.watcher = None
        self.log = f"/run/rig-pins.{label}"
        os.makedirs(f"{self.folder}/bank0")
        write(f"{self.folder}/bank0/num_lines", str(lines))
        write(f"{self.folder}/bank0/label", label)
        write(f"{self.folder}/live", "1")
        device = read(f"{self.folder}/dev_name")
        self.name = read(f"{self.folder}/bank0/chip_name")
        self.lines = f"/sys/devices/platform/{device}/{self.name}"
        for line in pull_up:
            write(f"{self.lines}/sim_gpio{line}/pull", "pull-up")
        sh("udevadm settle")

    def level(self, line):
        return int(read(f"{self.lines}/sim_gpio{line}/value"))

    def watch(self, *lines):
        """Begins to note every edge of lines, with its time."""
        arguments = [f"{line}={self.lines}/sim_gpio{line}/value" for line in lines]
        self.watcher = subprocess.Popen(["chrt", "-f", "5", "rig-pinwatch", self.log, *arguments])
        end = time.monotonic() + 5
        while len(self.edges(initial=True)) < len(lines) and time.monotonic() < end:
            time.sleep(0.01)

    def edges(self, line=None, since=0.0, initial=False):
        """The edges so far; the first entry of a line is no edge but the level at the start."""
        found, known = [], set()
        for text in read(self.log).splitlines():
            parts = text.split()
            if len(parts) != 3:
                continue
            edge = Edge(int(parts[0]) / 1e9, int(parts[1]), int(parts[2]))
            is_first = edge.line not in known
            known.add(edge.line)
            if (initial or not is_first) and line in (None, edge.line) and edge.at >= since:
                found.append(edge)
        return found

    def wait(self, line, level, seconds, since=0.0):
        """Waits until a line has gone to a level since a time; gives the time of that edge."""
        end = time.monotonic() + 3 * seconds
        while True:
            for edge in self.edges(line, since):
                if edge.level == level:
                    return edge.at
            if time.monotonic() > end:
                fail(f"line {line} did not go to {level} within {seconds:g} s; its edges: {self.edges(line, initial=True)}")
                raise Enough
            time.sleep(0.005)

    def remove(self):
        if self.watcher:
            self.watcher.kill()
            self.watcher.wait()
        write(f"{self.folder}/live", "0")
        os.rmdir(f"{self.folder}/bank0")
        os.rmdir(self.folder)

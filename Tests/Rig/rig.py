#!/usr/bin/env python3
"""Runs scenarios in the machine that build.sh makes and prints what was expected and what was seen.

    rig.py [--arch arm64] [--deb FILE] [--keep] [--list] [quick | all | NAME...]

A scenario is a file of scenarios/: a few comment lines that tell what is expected and how to run it, then Python that runs in the machine.

    # expect: the pin falls within a second of the unplugging
    # set: quick            (or: full, soak; quick by default)
    # boot: cold            (saved by default: a machine that was saved with Picket installed)
    # limit: 90             seconds; the machine is given up then
    # phases: 3             how often the machine is started anew with the same disks
    # disk: yes             a second disk, /data, that survives phases
    # needs: zoo            files that are not part of the repository
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fixtures import MissingFixture, fixtures
from machine import HERE, Machine, RigError, fill_share, make_data_disk, overlay, rig_folder

ROOT = HERE.parent.parent
# A host that others use too is given time.
SLOW = {"amd64": 3, "arm64": 8}


class Scenario:
    def __init__(self, path):
        self.path = path
        self.name = path.stem
        facts = dict(re.findall(r"^# (\w+): *(.*)$", path.read_text(), re.M))
        self.expect = facts.get("expect", "")
        self.set = facts.get("set", "quick")
        self.is_cold = facts.get("boot", "saved") == "cold"
        self.limit = int(facts.get("limit", "90"))
        self.phases = int(facts.get("phases", "1"))
        self.has_disk = facts.get("disk") == "yes"
        self.needs = facts.get("needs", "").split()
        self.arguments = facts.get("emulator", "").split()
        self.arch = facts.get("arch", "amd64 arm64").split()


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


class Rig:
    def __init__(self, arch, suite, deb):
        self.arch = arch
        self.folder = rig_folder() / f"{suite}-{arch}"
        self.deb = deb
        self.state = self.folder / "saved.state"
        self.disk = self.folder / "saved.qcow2"
        if not (self.folder / "root.img").exists():
            raise RigError(f"no machine in {self.folder}: run 'make rig' first")
        empty = self.folder / "empty.img"
        if not empty.exists():
            subprocess.run(["truncate", "-s", "256M", empty], check=True)

    def prepare(self):
        """Installs the package in a machine that was just booted and saves that machine, unless it has been done for this package."""
        files = fixtures(self.arch, self.folder, ["base"])
        stamp = self.folder / "saved.stamp"
        wanted = digest([self.deb, HERE / "guest" / "prepare.py", HERE / "machine.py", self.folder / "root.img", *sorted(files.values())])
        if self.state.exists() and stamp.exists() and stamp.read_text() == wanted:
            return 0.0
        started = time.monotonic()
        print(f"installing {self.deb.name} in a fresh machine, to be saved", file=sys.stderr)
        stamp.unlink(missing_ok=True)
        overlay(self.folder / "root.img", self.disk)
        with tempfile.TemporaryDirectory(prefix="picket-rig-") as work:
            share = Path(work) / "job"
            fill_share(share, {**files, "picket.deb": self.deb, "prepare.py": HERE / "guest" / "prepare.py"})
            machine = Machine(self.arch, self.folder, share, disk=self.disk, save=True, temporary=False)
            try:
                answer = machine.wait_for("ready", 300 * SLOW[self.arch])
                log = share / "console.log"
                if answer != "ready" or not (share / "prepared").exists():
                    raise RigError(f"the machine could not be prepared ({answer}): " + (log.read_text()[-2000:] if log.exists() else ""))
                machine.save(self.state)
            finally:
                machine.close()
        stamp.write_text(wanted)
        return time.monotonic() - started

    def run(self, scenario, keep):
        """One scenario; gives its outcome: passed, failed or skipped, with what was seen."""
        try:
            files = fixtures(self.arch, self.folder, scenario.needs)
        except MissingFixture as missing:
            return {"outcome": "skipped", "seen": [str(missing)]}
        work = Path(tempfile.mkdtemp(prefix=f"picket-rig-{scenario.name}-"))
        share = work / "job"
        fill_share(share, files)
        shutil.copy(scenario.path, share / "scenario.py")
        shutil.copy(HERE / "guest" / "start.py", share / "start.py")
        disk, data = self.disk, None
        if scenario.phases > 1 and scenario.is_cold:
            disk = work / "root.qcow2"
            overlay(self.disk, disk)
        if scenario.has_disk:
            data = work / "data.img"
            make_data_disk(data)
        ending = "ended"
        for phase in range(scenario.phases):
            (share / "phase.json").write_text(json.dumps({"phase": phase, "phases": scenario.phases, "arch": self.arch}))
            for name in ("cut", "finished"):
                (share / name).unlink(missing_ok=True)
            machine = Machine(
                self.arch, self.folder, share, disk=disk, data=data, arguments=scenario.arguments,
                restore=None if scenario.is_cold else self.state, temporary=disk == self.disk)
            try:
                if not scenario.is_cold:
                    machine.go()
                ending = machine.wait_for("done", scenario.limit * SLOW[self.arch])
            finally:
                machine.close()
            failed = json.loads((share / "report.json").read_text())["failed"] if (share / "report.json").exists() else []
            if ending == "late" or failed:
                break
        result = self.verdict(share, ending, scenario)
        if keep or result["outcome"] == "failed":
            result["folder"] = str(work)
        else:
            shutil.rmtree(work, ignore_errors=True)
        return result

    def verdict(self, share, ending, scenario):
        report = {"seen": [], "failed": []}
        if (share / "report.json").exists():
            report = json.loads((share / "report.json").read_text())
        if ending == "late":
            report["failed"].append(f"not over after {scenario.limit * SLOW[self.arch]} s")
        elif not (share / "finished").exists() and not report["failed"]:
            log = share / "console.log"
            report["failed"].append("it ended early: " + (log.read_text().strip().splitlines() or ["no word"])[-1] if log.exists() else "no word")
        return {"outcome": "failed" if report["failed"] else "passed", "seen": report["seen"] + ["FAILED: " + text for text in report["failed"]]}


def table(rows):
    lines = []
    for row in rows:
        lines.append(f"{row['outcome']:8}{row['name']}  ({row['seconds']:.0f} s)")
        lines.append(f"        expected: {row['expect']}")
        lines += [f"        seen:     {text}" for text in row["seen"]]
        if row.get("folder"):
            lines.append(f"        kept:     {row['folder']}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Runs scenarios on kernel devices in a virtual machine.")
    parser.add_argument("what", nargs="*", default=["quick"], help="quick, all, or names of scenarios")
    parser.add_argument("--arch", default="amd64", choices=["amd64", "arm64"])
    parser.add_argument("--suite", default=os.environ.get("SUITE", "bookworm"))
    parser.add_argument("--deb", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the shared folders")
    parser.add_argument("--phases", type=int, help="fewer starts of the machine for a scenario that has many, such as power-cuts")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", type=Path, help="write the table there too")
    options = parser.parse_args()
    scenarios = [Scenario(path) for path in sorted((HERE / "scenarios").glob("*.py"))]
    if options.list:
        for scenario in scenarios:
            print(f"{scenario.name:34}{scenario.set:7}{scenario.expect}")
        return 0
    known = {scenario.name: scenario for scenario in scenarios}
    if options.what == ["quick"]:
        chosen = [scenario for scenario in scenarios if scenario.set == "quick" and options.arch in scenario.arch]
    elif options.what == ["all"]:
        chosen = [scenario for scenario in scenarios if options.arch in scenario.arch]
    else:
        unknown = [name for name in options.what if name not in known]
        if unknown:
            print(f"no scenario {', '.join(unknown)}; --list tells all", file=sys.stderr)
            return 64
        chosen = [known[name] for name in options.what]
    for scenario in chosen:
        scenario.phases = min(scenario.phases, options.phases or scenario.phases)
    packages = sorted((ROOT / ".build-deb").glob(f"picket_*_{options.arch}.deb"))
    deb = options.deb or (packages[-1] if packages else None)
    if not deb:
        print("no package: run 'make deb' first, or give --deb", file=sys.stderr)
        return 66
    # Whoever ends this ends its machine too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    rows = []
    try:
        rig = Rig(options.arch, options.suite, deb)
        preparation = rig.prepare()
        for scenario in chosen:
            begin = time.monotonic()
            print(f"{scenario.name} ...", file=sys.stderr, flush=True)
            result = rig.run(scenario, options.keep)
            row = {"name": scenario.name, "expect": scenario.expect, "seconds": time.monotonic() - begin, **result}
            rows.append(row)
            print(table([row]), file=sys.stderr, flush=True)
    except RigError as error:
        print(f"the rig failed: {error}", file=sys.stderr)
        return 70
    print(f"\n{table(rows)}\n")
    count = {outcome: sum(row["outcome"] == outcome for row in rows) for outcome in ("passed", "failed", "skipped")}
    total = time.monotonic() - started
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped in {total:.0f} s (saving the machine: {preparation:.0f} s)")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

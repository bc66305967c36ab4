#!/usr/bin/env python3
"""Times Picket beside LiteRT (the runtime of TensorFlow Lite, with XNNPACK) and ONNX Runtime on the same models and the same machine.

    pip install ai-edge-litert numpy onnxruntime
    swift build -c release --product picket
    Tests/Benchmarks/compare.py FOLDER_OR_MODEL.tflite ...

The engines take turns (A B A B ...), each time in a process of its own that may run on as many CPUs as it has threads. A turn counts by its
fastest run, an engine by its fastest turn: other programs on the machine can only make a run longer.

  time    milliseconds of a run
  first   milliseconds from opening the file until the first result is there, in a fresh process. The start of the process is not in it,
          nor are Python and its imports in those of the peers
  memory  the most resident memory that the process ever had (VmHWM). `own` is without what it had before the model was opened, which
          takes Python out of the peers' figures
  process milliseconds of a whole `picket model run`, from its start to its end

ONNX Runtime takes part where --onnx FOLDER has NAME.onnx beside NAME.tflite: the same quantised network as QDQ, by any converter.

More peers: --peer NAME='COMMAND with {model}, {threads} and {seconds}', which prints a JSON object with "min_ms" as its last line, and, if
it can, "load_ms", "peak_rss_bytes" and "rss_before_bytes". Ratios are the best peer's figure by Picket's: above 1, Picket is better.
"""
import argparse
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

COMMON = r"""
import json, sys, time
import numpy as np
def memory(name):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(name + ":"))
def report(load, run):
    first = time.perf_counter()
    run()
    first = time.perf_counter() - first
    times = [first]
    if seconds > 0:
        times = []
        for _ in range(2): run()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < 5:
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    print(json.dumps({"min_ms": min(times) * 1e3, "load_ms": (load + first) * 1e3, "peak_rss_bytes": memory("VmHWM"),
                      "rss_before_bytes": before}))
path, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
random = np.random.default_rng(1)
"""

LITERT = COMMON + r"""
from ai_edge_litert.interpreter import Interpreter
before = memory("VmRSS")
start = time.perf_counter()
engine = Interpreter(model_path=path, num_threads=threads)
engine.allocate_tensors()
planned = time.perf_counter()
for facts in engine.get_input_details():
    if np.issubdtype(facts["dtype"], np.integer):
        limits = np.iinfo(facts["dtype"])
        values = random.integers(max(limits.min, -128), min(limits.max, 255), facts["shape"], endpoint=True)
    else:
        values = np.zeros(facts["shape"])
    engine.set_tensor(facts["index"], values.astype(facts["dtype"]))
report(planned - start, engine.invoke)
"""

ONNX = COMMON + r"""
import onnxruntime
before = memory("VmRSS")
start = time.perf_counter()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 3
engine = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
planned = time.perf_counter()
values = {facts.name: random.integers(0, 256, facts.shape).astype(np.uint8) for facts in engine.get_inputs()}
report(planned - start, lambda: engine.run(None, values))
"""


def models(paths):
    """The .tflite files among the paths and in the folders among them."""
    found = []
    for path in paths:
        if os.path.isdir(path):
            found += [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".tflite")]
        else:
            found.append(path)
    return sorted(found)


def run(command, threads):
    """The JSON object that a command prints last, with the milliseconds of the whole process; or {"error": ...}."""
    cpus = set(sorted(os.sched_getaffinity(0))[:threads])
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"error": str(error)}
    whole = (time.perf_counter() - start) * 1e3
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        return {"error": (done.stderr.strip().splitlines() or ["no answer"])[-1][:200]}
    return {**json.loads(lines[-1]), "process_ms": whole}


class Engine:
    """An engine and the least of each of its figures; memory and load time are those of fresh processes that compute once."""

    def __init__(self, name, command, first_command):
        self.name, self.command, self.first_command = name, command, first_command
        self.least, self.error = {}, None

    def measure(self, command, threads, figures, **places):
        answer = run([word.format(threads=threads, **places) if "{" in word and "\n" not in word else word for word in command], threads)
        self.error = answer.get("error", self.error)
        for source, target in figures.items():
            if source in answer:
                self.least[target] = min(self.least.get(target, math.inf), answer[source])
        if "peak_rss_bytes" in answer and "rss_before_bytes" in answer and "peak_rss_bytes" in figures:
            own = answer["peak_rss_bytes"] - answer["rss_before_bytes"]
            target = figures["peak_rss_bytes"] + "_own"
            self.least[target] = min(self.least.get(target, math.inf), own)


def engines(model, options):
    litert = [sys.executable, "-c", LITERT, "{model}", "{threads}"]
    picket = [options.picket, "bench", "{model}", "--threads", "{threads}", "--json"]
    yield Engine("picket", picket + ["--seconds", "{seconds}"], picket + ["--runs", "1"])
    yield Engine("litert", litert + ["{seconds}"], litert + ["0"])
    twin = options.onnx and os.path.join(options.onnx, os.path.basename(model)[: -len(".tflite")] + ".onnx")
    if twin and os.path.exists(twin):
        onnx = [sys.executable, "-c", ONNX, twin, "{threads}"]
        yield Engine("onnxruntime", onnx + ["{seconds}"], onnx + ["0"])
    for peer in options.peer:
        name, _, command = peer.partition("=")
        yield Engine(name, shlex.split(command), shlex.split(command))


def compare(model, options):
    """All figures of a model: {engine: {"time_1": ..., "time_2": ..., "first": ..., "memory": ...}}."""
    runners = list(engines(model, options))
    for threads in options.threads:
        for _ in range(options.rounds):
            for engine in runners:
                figures = {"min_ms": "time_%d" % threads, "peak_rss_bytes": "memory_%d" % threads, "mac": "mac"}
                engine.measure(engine.command, threads, figures, model=model, seconds=options.seconds)
    for _ in range(options.first):
        for engine in runners:
            engine.measure(engine.first_command, 1, {"load_ms": "first"}, model=model, seconds=0)
    with tempfile.TemporaryDirectory() as folder:
        command = [options.picket, "model", "run", model, "--dump", folder]
        walls = []
        for _ in range(options.first):
            start = time.perf_counter()
            if subprocess.run(command, capture_output=True).returncode == 0:
                walls.append((time.perf_counter() - start) * 1e3)
        if walls:
            runners[0].least["process"] = min(walls)
    for engine in runners:
        if engine.error:
            print("%s: %s: %s" % (os.path.basename(model), engine.name, engine.error), file=sys.stderr)
    return {engine.name: engine.least for engine in runners}


def ratio(figures, key):
    """The best peer's figure by Picket's."""
    peers = [least[key] for name, least in figures.items() if name != "picket" and key in least]
    own = figures["picket"].get(key)
    return min(peers) / own if peers and own else None


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def show(table, options):
    columns = ["model", "MMAC"]
    for threads in options.threads:
        columns += ["peer %dT ms" % threads, "picket", "ratio"]
    if len(options.threads) > 1:
        columns.append("%dT/%dT" % (options.threads[-1], options.threads[0]))
    memory = "memory_%d" % options.threads[0]
    columns += ["peer first ms", "picket", "ratio", "process", "peer MB", "picket", "ratio", "own"]
    rows = [columns]

    def number(value, form="%.2f"):
        return "-" if value is None else form % value

    def best(figures, key, scale=1.0):
        values = [least[key] for name, least in figures.items() if name != "picket" and key in least]
        return min(values) / scale if values else None

    for name, figures in table.items():
        own = figures["picket"]
        row = [name[:48], number(own.get("mac") and own["mac"] / 1e6, "%.0f")]
        for threads in options.threads:
            key = "time_%d" % threads
            row += [number(best(figures, key), "%.3f"), number(own.get(key), "%.3f"), number(ratio(figures, key))]
        if len(options.threads) > 1:
            one, more = own.get("time_%d" % options.threads[0]), own.get("time_%d" % options.threads[-1])
            row.append(number(one and more and one / more))
        row += [number(best(figures, "first")), number(own.get("first")), number(ratio(figures, "first")), number(own.get("process"), "%.1f")]
        megabytes = own.get(memory) and own[memory] / 1e6
        row += [number(best(figures, memory, 1e6), "%.1f"), number(megabytes, "%.1f"), number(ratio(figures, memory))]
        row.append(number(ratio(figures, memory + "_own")))
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    for row in rows:
        print("  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths))))
    print("\nBest peer / Picket, geometric mean and least:")
    keys = [("time, %d thread%s" % (threads, "s" if threads > 1 else ""), "time_%d" % threads) for threads in options.threads]
    for title, key in keys + [("file to first result", "first"), ("peak memory", memory), ("peak memory, own", memory + "_own")]:
        ratios = {name: value for name, figures in table.items() if (value := ratio(figures, key))}
        if ratios:
            least = min(ratios, key=ratios.get)
            print("  %-22s %5.2f   %5.2f (%s)   over %d models" % (title, mean(ratios.values()), ratios[least], least, len(ratios)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="FOLDER_OR_MODEL", help=".tflite files, or folders of them")
    parser.add_argument("--picket", default=os.path.join(ROOT, ".build", "release", "picket"), help="the program to time")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each engine (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each turn (%(default)s)")
    parser.add_argument("--first", type=int, default=5, help="fresh processes for the time to the first result (%(default)s)")
    parser.add_argument("--onnx", metavar="FOLDER", help="ONNX twins of the models")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND", help="one more engine")
    parser.add_argument("--json", metavar="FILE", help="writes all figures")
    options = parser.parse_args()
    options.threads = sorted(t for t in set(options.threads) if 1 <= t <= len(os.sched_getaffinity(0)))
    paths = models(options.paths)
    if not paths or not options.threads or not os.access(options.picket, os.X_OK):
        parser.error("no models, no CPUs for so many threads, or no program at %s" % options.picket)
    table = {}
    for index, path in enumerate(paths):
        print("%d of %d: %s" % (index + 1, len(paths), os.path.basename(path)), file=sys.stderr)
        table[os.path.basename(path)[: -len(".tflite")]] = compare(path, options)
    show(table, options)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(table, file, indent=1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times Picket's visual search beside faiss's flat indexes and sqlite-vec, on the same codes, the same machine and one core each.

    pip install numpy faiss-cpu sqlite-vec
    swift build -c release --product picket
    Tests/Benchmarks/search.py [--vectors 1000000] [--dimensions 128] [-k 20]

The engines take turns, each in a process of its own that keeps its index; an engine counts by its fastest search: other programs can only
make one longer. What is looked for are five of the codes themselves. Picket's answers are compared with numpy's, product by product, and so
are those of every peer that has exact codes. Engines that are not installed are left out, with a line that says so.

  time    milliseconds of a search, the fastest
  ratio   the engine's time by Picket's: above 1, Picket is faster
  right   the share of the true k best that it found (other rows of the same product as the last one count)
  memory  the process's memory that is no file's (RssAnon) after the searches, without what it had before the index was made; Picket's is
          that of the whole process, beside its mapped file
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

COMMON = r"""
import json, sys, time
path, n, d, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
rows = [i * n // 5 for i in range(5)]
def memory():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("RssAnon:"))
def serve(search, before):
    print("ready", flush=True)
    for line in sys.stdin:
        times, found = [], []
        for q in range(5):
            start = time.perf_counter()
            found.append(search(q))
            times.append(time.perf_counter() - start)
        print(json.dumps({"ms": min(times) * 1e3, "found": found, "memory": memory() - before}), flush=True)
"""

FAISS = COMMON + r"""
import faiss
import numpy as np
faiss.omp_set_num_threads(1)
codes = np.memmap(path, np.int8, "r", shape=(n, d))
before = memory()
if sys.argv[5] == "flat":
    index = faiss.IndexFlatIP(d)
else:
    index = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(np.asarray(codes[:100000], np.float32))
for first in range(0, n, 100000): index.add(np.asarray(codes[first:first + 100000], np.float32))
queries = [np.asarray(codes[r:r + 1], np.float32) for r in rows]
serve(lambda q: index.search(queries[q], k)[1][0].tolist(), before)
"""

# It has no inner product of int8; the nearest by L2 take the same reading and as many products.
SQLITE_VEC = COMMON + r"""
import sqlite3
file = open(path, "rb")
def code(row):
    file.seek(row * d)
    return file.read(d)
before = memory()
db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
db.load_extension(sys.argv[5])
db.execute(f"create virtual table v using vec0(code int8[{d}], chunk_size=4096)")
with db: db.executemany("insert into v(rowid, code) values (?, vec_int8(?))", ((i, code(i)) for i in range(n)))
queries = [code(r) for r in rows]
serve(lambda q: [r[0] for r in db.execute("select rowid from v where code match vec_int8(?) and k = ?", (queries[q], k))], before)
"""


def python_with_extensions():
    """A Python whose SQLite may load extensions; not every build's may."""
    probe = "import sqlite3, sys; sys.exit(not hasattr(sqlite3.Connection, 'enable_load_extension'))"
    for python in (sys.executable, "python3", "/usr/bin/python3"):
        if subprocess.run([python, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


def peers():
    """Name, and the command without the arguments that all have."""
    found = []
    try:
        import faiss  # noqa: F401
        found += [("faiss flat", sys.executable, FAISS, "flat"), ("faiss SQ8", sys.executable, FAISS, "SQ8")]
    except ImportError:
        print("left out: faiss is not installed (pip install faiss-cpu)", file=sys.stderr)
    try:
        import sqlite_vec
        python = python_with_extensions()
        if python:
            found.append(("sqlite-vec", python, SQLITE_VEC, sqlite_vec.loadable_path()))
        else:
            print("left out: sqlite-vec, since no Python here lets SQLite load extensions", file=sys.stderr)
    except ImportError:
        print("left out: sqlite-vec is not installed (pip install sqlite-vec)", file=sys.stderr)
    return found


def truth(codes, k, np):
    """The products of the k best rows of each query, and all products."""
    n = len(codes)
    best = []
    for row in (i * n // 5 for i in range(5)):
        products = np.concatenate(
            [codes[first:first + 65536].astype(np.int32) @ codes[row].astype(np.int32) for first in range(0, n, 65536)])
        best.append((np.sort(products)[::-1][:k], products))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("-k", type=int, default=20)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--picket", default=os.path.join(ROOT, ".build/release/picket"))
    options = parser.parse_args()
    try:
        import numpy as np
    except ImportError:
        sys.exit("numpy is needed: pip install numpy")
    n, d, k = options.vectors, options.dimensions, options.k

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "codes")
        random = np.random.default_rng(1)
        with open(path, "wb") as file:
            for first in range(0, n, 65536):
                rows = random.normal(0, 40, (min(65536, n - first), d))
                file.write(np.clip(np.rint(rows), -127, 127).astype(np.int8).tobytes())
        codes = np.memmap(path, np.int8, "r", shape=(n, d))
        best = truth(codes, k, np)

        children = {}
        for name, python, program, argument in peers():
            print(f"preparing {name}", file=sys.stderr, flush=True)
            child = subprocess.Popen(
                [python, "-c", program, path, str(n), str(d), str(k), argument], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True)
            if child.stdout.readline().strip() == "ready":
                children[name] = child
            else:
                print(f"left out: {name} ({(child.stderr.read().strip().splitlines() or ['it ended'])[-1]})", file=sys.stderr)

        figures = {}
        for turn in range(options.turns):
            print(f"turn {turn + 1} of {options.turns}", file=sys.stderr, flush=True)
            command = [options.picket, "bench", "search", "--codes", path, "--vectors", str(n), "--dimensions", str(d), "-k", str(k), "--json"]
            report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            result = report["result"]
            own = {"ms": result["searchMilliseconds"], "found": [q["rows"] for q in result["queries"]],
                   "memory": result["memoryBytes"], "share": report["shareOfReading"], "rate": report["gigabytesPerSecond"]}
            for query, (products, _) in zip(result["queries"], best):
                if query["products"] != products.tolist():
                    sys.exit(f"Picket's products differ from numpy's for row {query['row']}")
            if "picket" not in figures or own["ms"] < figures["picket"]["ms"]:
                figures["picket"] = own
            for kind, child in children.items():
                child.stdin.write("go\n")
                child.stdin.flush()
                answer = json.loads(child.stdout.readline())
                if kind not in figures or answer["ms"] < figures[kind]["ms"]:
                    figures[kind] = answer
        for child in children.values():
            child.stdin.close()
            child.wait()

    own = figures["picket"]
    print(f"{n} x {d} int8, the best {k}, one core each")
    print(f"{'engine':<12}{'time':>10}{'ratio':>8}{'right':>8}{'memory':>12}")
    for kind, figure in figures.items():
        right = sum(int(all_products[row] >= products[-1]) for found, (products, all_products) in zip(figure["found"], best) for row in found)
        share = "-" if kind == "sqlite-vec" else f"{right / (k * len(best)):.3f}"
        print(f"{kind:<12}{figure['ms']:>7.2f} ms{figure['ms'] / own['ms']:>8.2f}{share:>8}{figure['memory'] / 1e6:>9.1f} MB")
    print(f"Picket reads {own['rate']:.1f} GB/s: {own['share'] * 100:.0f} % of reading the same bytes, measured in the same run; "
          "its products are numpy's, every one")


if __name__ == "__main__":
    main()

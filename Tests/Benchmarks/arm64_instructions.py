#!/usr/bin/env python3
"""arm64_instructions.py: instructions per inference on arm64, Picket beside LiteRT, counted under qemu-user on any machine.

Usage: arm64_instructions.py --picket PICKET --sysroot SYSROOT --qemu QEMU --plugin PLUGIN [--python ROOT --site SITE]
                             [--cpu CPU]... MODEL.tflite...

  PICKET   an arm64 build, SYSROOT the libraries that it needs
  QEMU     a dynamic qemu-aarch64 with plugins, 7.2 or newer; PLUGIN one that prints "guest_insns COUNT" to stderr at the end
  ROOT     an arm64 Linux with python3.13, unpacked: of Debian 13, the packages python3.13-minimal, libpython3.13-minimal,
           libpython3.13-stdlib, zlib1g, libexpat1, libbz2-1.0, liblzma5, libffi8, libssl3t64, libc6, libstdc++6, libgcc-s1, libuuid1, libzstd1
           (apt-get download, dpkg-deb -x), with a link lib -> usr/lib
  SITE     the wheels of ai-edge-litert, numpy, flatbuffers, tqdm, typing-extensions and backports.strenum, unpacked: pip download
           --only-binary=:all: --no-deps --python-version 3.13 --platform manylinux_2_27_aarch64 --platform manylinux_2_28_aarch64

An inference is a tenth of the difference between a process that computes twelve times and one that computes twice, both on one thread; so
starting, loading and planning are not in it. LiteRT's XNNPACK asks /proc/cpuinfo which core it is on and ends with a fault when that has
nothing to say about arm64, as under qemu 7.2: it reads one that is made up here, with the part number of the core.

Instructions are not cycles: an SMULL makes eight products, an SDOT sixteen, an SMMLA 32, and a load may take longer than any of them. The
column `per MAC` is Picket's instructions by multiplications of the model, where `picket bench` counts them.

Without ROOT and SITE Picket alone is counted. Exit status: 0, or 1 when a run fails.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Part number and features that the kernel of a board with such a core writes. `max` is no core: a Cortex-A710, which has I8MM.
CORES = {
    "cortex-a53": ("0xd03", "fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid"),
    "cortex-a72": ("0xd08", "fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid"),
    "cortex-a76": ("0xd0b", "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp"),
    "max": ("0xd47", "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp i8mm"),
}
FEW, MANY = 2, 12

LITERT = r"""
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from ai_edge_litert.interpreter import Interpreter
engine = Interpreter(model_path=sys.argv[2], num_threads=1)
engine.allocate_tensors()
random = np.random.default_rng(1)
for facts in engine.get_input_details():
    if np.issubdtype(facts["dtype"], np.integer):
        limits = np.iinfo(facts["dtype"])
        values = random.integers(max(limits.min, -128), min(limits.max, 255), facts["shape"], endpoint=True)
    else:
        values = np.zeros(facts["shape"])
    engine.set_tensor(facts["index"], values.astype(facts["dtype"]))
for _ in range(int(sys.argv[3])): engine.invoke()
"""


def view(root, cpu, folder):
    """A folder in which qemu finds the files of `root`, and what the kernel of a board with that core would say of it."""
    folder.mkdir()
    for entry in root.iterdir():
        if entry.name not in ("proc", "sys"):
            (folder / entry.name).symlink_to(entry)
    part, features = CORES[cpu]
    (folder / "proc").mkdir()
    (folder / "proc" / "cpuinfo").write_text(
        f"processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: {features}\nCPU implementer\t: 0x41\nCPU architecture: 8\n"
        f"CPU variant\t: 0x0\nCPU part\t: {part}\nCPU revision\t: 4\n\n")
    cpus = folder / "sys" / "devices" / "system" / "cpu"
    cpus.mkdir(parents=True)
    for name in ("possible", "present"):
        (cpus / name).write_text("0\n")
    return folder


def count(options, cpu, root, libraries, command, variables=()):
    """(guest instructions, standard output), or exits."""
    words = [options.qemu, "-L", str(root), "-cpu", cpu, "-plugin", options.plugin, "-E", "LD_LIBRARY_PATH=" + ":".join(map(str, libraries))]
    for variable in variables:
        words += ["-E", variable]
    done = subprocess.run(words + [str(word) for word in command], capture_output=True, text=True, errors="replace")
    found = re.search(r"guest_insns (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(str(word) for word in command[:4])} failed on {cpu}:\n{done.stderr[-500:]}")
    return int(found[1]), done.stdout


def picket(options, cpu, root, model):
    """(instructions, multiply-accumulates or None) of an inference."""
    libraries = [options.sysroot / "usr/lib/aarch64-linux-gnu"]
    counts = []
    for runs in (FEW, MANY):
        instructions, output = count(
            options, cpu, root, libraries, [options.picket, "bench", model, "--runs", runs, "--threads", 1, "--json"])
        counts.append(instructions)
    return (counts[1] - counts[0]) / (MANY - FEW), json.loads(output.splitlines()[-1]).get("mac")


def litert(options, cpu, root, model):
    libraries = [options.python / "usr/lib/aarch64-linux-gnu"]
    variables = [f"PYTHONHOME={options.python}/usr", "PYTHONDONTWRITEBYTECODE=1"]
    counts = [
        count(options, cpu, root, libraries,
              [options.python / "usr/bin/python3.13", "-c", LITERT, options.site, model, runs], variables)[0]
        for runs in (FEW, MANY)
    ]
    return (counts[1] - counts[0]) / (MANY - FEW)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("picket", "qemu", "plugin"):
        parser.add_argument("--" + name, required=True, type=os.path.abspath)
    parser.add_argument("--sysroot", required=True, type=lambda path: pathlib.Path(path).resolve())
    for name in ("python", "site"):
        parser.add_argument("--" + name, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--cpu", action="append", choices=CORES)
    parser.add_argument("models", nargs="+", type=os.path.abspath)
    options = parser.parse_args()
    cpus = options.cpu or ["cortex-a53", "cortex-a76"]

    print(f"{'model':44} {'core':11} {'Picket':>9} {'LiteRT':>9} {'ratio':>6} {'per MAC':>8}   (millions of instructions)")
    products = dict.fromkeys(cpus, (1.0, 0))
    with tempfile.TemporaryDirectory() as folder:
        for cpu in cpus:
            ours = view(options.sysroot, cpu, pathlib.Path(folder) / (cpu + "-picket"))
            theirs = view(options.python, cpu, pathlib.Path(folder) / (cpu + "-litert")) if options.python and options.site else None
            for model in options.models:
                instructions, macs = picket(options, cpu, ours, model)
                peer = litert(options, cpu, theirs, model) if theirs else None
                if peer:
                    product, number = products[cpu]
                    products[cpu] = (product * peer / instructions, number + 1)
                print(f"{os.path.basename(model)[:44]:44} {cpu:11} {instructions / 1e6:9.2f} {peer / 1e6 if peer else float('nan'):9.2f} "
                      f"{peer / instructions if peer else float('nan'):6.2f} {instructions / macs if macs else float('nan'):8.4f}", flush=True)
    for cpu, (product, number) in products.items():
        if number:
            print(f"{cpu}: geometric mean of LiteRT / Picket {product ** (1 / number):.2f} over {number} models")


if __name__ == "__main__":
    main()

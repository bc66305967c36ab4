#!/usr/bin/env python3
"""arm64_cycles.py: how far the inner loops of the arm64 kernels are from what the cores can issue, without a board.

Usage: arm64_cycles.py [--clang CLANG] [--objdump LLVM-OBJDUMP] [--mca LLVM-MCA] [--all]

Compiles Sources/CKernels/arm64 for arm64, finds the innermost loops that multiply in the machine code and counts their cycles:

  llvm-mca     LLVM's model of the core (neoverse-n1 for cortex-a76, its twin: LLVM schedules cortex-a76 itself as a Cortex-A57).
  issue rules  a small model of the in-order cores, below. llvm-mca makes an instruction of an in-order core wait until it cannot finish
               before an older one, so that every load or branch behind a multiplication costs cycles; its figure for them is printed for
               information.

Neither has been compared with a board. The order of product_s8_neon was chosen with the issue rules, so its figure says that it obeys the
rules, not that the rules are right.

A line has the cycles of one round of the loop, cycles per multiply-accumulate (MAC), the least that the multiplications alone need, the
least that all vector instructions need, the least that all instructions need in any order and without waiting for results (the issue
limit), and the ratio of the cycles to the issue limit, which is to be at most 1.2. Out of order the last two are the same: loads, stores
and branches have ports of their own. In order they are not: on Cortex-A53 no vector load begins together with a vector instruction. On
Cortex-A53 the vector instructions' limit is above the multiplications' because SADALP competes with them. The loops of depthwise layers
contain the rounding of their results; with weights in two planes (four_..._2) a MAC is two multiplications, both counted. Prints the loop of
each function that multiplies the most; --all prints all of them, and the functions for remainders, borders and layers that few files have.

Why the in-order cores stay above 1.2 times what the vector instructions alone need, except with much to do per load:

  In llvm-mca's Cortex-A53 results appear in program order. Vector instructions take six cycles and loads four, so a load that follows a
  vector instruction waits two cycles, and while loads are issued, one a cycle, no vector instruction is: it would hold up the next load. A
  branch waits for all before it, five cycles. With L loads of one register in G groups a round takes V + L + 2 G + 5 cycles or more, V the vector
  instructions. product_s8_neon has V = 48 and, if vectors were loaded whole, L = 8 and G = 1: 1.31 at the least. Unrolled twice it is 1.26,
  without end 1.2.
  By the issue rules a whole vector takes two cycles in which nothing else begins: 48 + 2 * 8 = 64, or 1.33, whatever the order. In halves
  it takes one, and the other half comes for nothing, beside a vector instruction: 57, or 1.19, as it is written; but just those loads beside
  vector instructions cost llvm-mca two to three cycles each: 102. Both at once cannot be had. The rules were measured on boards, so the
  product follows them.
  The depthwise loops load few vectors per instruction as it is: four outputs share inputs, weights and factors, 18 to 55 inputs, 9 to 25
  weights, 15 others and 4 stores for 224 to 512 vector instructions. That is L / V = 0.15 to 0.2 before anything waits.

Exit status: 0 when every ratio holds or the tools are missing (with a message), 1 when one does not. Needs clang with an arm64 back end,
llvm-objdump and llvm-mca (Debian: llvm-19 or newer); no headers or libraries of arm64.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

KERNELS = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CKernels"
LARGEST_RATIO = 1.2

# Kernel file, the cores that it is for.
FILES = [
    ("product_s8_neon", ["cortex-a53", "cortex-a72", "cortex-a76"]),
    ("product_s8_dotprod", ["cortex-a55", "cortex-a76"]),
    ("product_s8_i8mm", ["neoverse-n2"]),
    ("depthwise_lines_neon", ["cortex-a53", "cortex-a72", "cortex-a76"]),
]
MACS = {"smull": 8, "smull2": 8, "smlal": 8, "smlal2": 8, "sdot": 16, "smmla": 32}

# Cycles in the first vector pipe only, in the second only; everything else goes to either, one cycle each. As in LLVM's models of Cortex-A57
# (A72: the same pipes W and X, which Arm's Cortex-A72 Software Optimisation Guide, UAN 0016A, calls F0 and F1), Neoverse N1 (Cortex-A76:
# V0 and V1, Software Optimization Guide PJDOC-466751330-7215) and N2: multiply (accumulate) long 1 a cycle in the first; saturating rounding
# doubling multiply of 128 bits every second cycle in the first; shifts and pairwise add and accumulate in the second, on A72 every second
# cycle for shifts of 128 bits by register; dot products and matrix products in either.
FIRST = {"smull": 1, "smull2": 1, "smlal": 1, "smlal2": 1, "sqrdmulh": 2}
SECOND = {
    "cortex-a72": {"sadalp": 1, "ssra": 1, "srshl": 2, "sshl": 2},
    "cortex-a76": {"sadalp": 1, "ssra": 1, "srshl": 1, "sshl": 1},
    "neoverse-n2": {"sadalp": 1, "ssra": 1, "srshl": 1, "sshl": 1},
}
# Cortex-A53 and A55 begin one vector instruction of 128 bits a cycle. A53, for which Arm publishes no guide: GCC's cortex-a53.md has those
# and all long multiplications issue from slot 0 only, with results after four cycles. A55: LLVM's model, one a cycle.
IN_ORDER = {"cortex-a53", "cortex-a55"}


class Instruction:
    """A line of the disassembly: what it is to an in-order core, and what it reads and writes."""

    def __init__(self, text):
        self.text = re.sub(r"0x[0-9a-f]+ <.*", ".Lround", text)
        self.name, _, operands = self.text.replace("\t", " ").partition(" ")
        operands = operands.strip()
        registers = [("v" if kind in "vqd" else "x") + number for kind, number in re.findall(r"\b([vqdxw])(\d+)\b", operands)]
        is_store = self.name.startswith("st")
        insertion = re.match(r"v\d+\.d\[1\], x", operands)
        if self.name.startswith(("ldr", "ldur", "ldp", "ld1")):
            width = operands[0] if self.name != "ld1" else "d"
            self.kind = {"q": "load q", "d": "load d"}.get(width, "load x")
            self.cycles = 2 if width == "q" else 1
            if self.name == "ldp":
                self.cycles *= 2
        elif self.name in ("mov", "ins") and insertion:
            self.kind, self.cycles = "insert", 1
        elif is_store:
            self.kind, self.cycles = "store", 1
        elif re.search(r"\bv\d+\.", operands) and self.name != "dup":
            self.kind, self.cycles = "vector", 1
        else:
            self.kind, self.cycles = "general", 1
        writes = 2 if self.name == "ldp" else 0 if is_store or self.name in ("cmp", "cbz", "cbnz") or self.name.startswith("b") else 1
        self.writes = registers[:writes]
        accumulates = self.name in ("smlal", "smlal2", "sadalp", "sdot", "smmla", "ssra", "sqxtn2", "sqxtun2")
        self.reads = registers if accumulates or self.kind == "insert" or self.name == "ld1" else registers[writes:]

    @property
    def latency(self):
        return {"vector": 4, "load q": 4, "load d": 3, "load x": 3, "insert": 3}.get(self.kind, 1)


def may_go_together(core, kinds):
    """The issue rules of Cortex-A53 and A55 as the authors of ncnn measured them with FMLA (docs/developer-guide/arm-a53-a55-dual-issue.md),
    taken to hold for integers: two instructions a cycle, in order; a vector load of 128 bits goes alone and takes two cycles; one of 64 bits
    goes with an insertion, and on A55 with a vector instruction; general loads and arithmetic go with vector instructions. Left out: A53
    begins no vector load in the fourth cycle of an FMLA."""
    if kinds & {"load q"}:
        return False
    if len(kinds) == 1:
        return kinds == {"general"}
    if kinds == {"vector", "load d"} or kinds == {"vector", "insert"}:
        return core == "cortex-a55"
    return not kinds <= {"load d", "load x", "store"}


def cycles_by_rules(core, body, rounds=60):
    ready, cycle, issued, starts = {}, 0, [], []
    for _ in range(rounds):
        starts.append(cycle)
        for instruction in body:
            wanted = max([ready.get(register, 0) for register in instruction.reads], default=0)
            if wanted > cycle:
                cycle, issued = wanted, []
            elif issued and (len(issued) == 2 or not may_go_together(core, {issued[0], instruction.kind})):
                cycle, issued = cycle + 1, []
            issued.append(instruction.kind)
            for register in instruction.writes:
                ready[register] = cycle + instruction.latency
            if instruction.cycles > 1:
                cycle, issued = cycle + instruction.cycles - 1, ["busy", "busy"]
    return (starts[-1] - starts[rounds // 2]) / (rounds - 1 - rounds // 2)


def cycles_by_mca(mca, core, body, rounds=200):
    model = {"cortex-a76": "neoverse-n1"}.get(core, core)
    source = ".Lround:\n" + "\n".join(instruction.text for instruction in body) + "\n"
    command = [mca, "-mtriple=aarch64", "-mcpu=" + model, "-mattr=+dotprod,+i8mm", f"-iterations={rounds}"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    match = re.search(r"Total Cycles:\s+(\d+)", result.stdout)
    if not match:
        sys.exit(f"{' '.join(command)} failed:\n{result.stderr}")
    return int(match[1]) / rounds


def issue_limits(core, body):
    """The least cycles of the multiplications, and of all vector instructions."""
    names = [instruction.name for instruction in body if instruction.kind == "vector"]
    multiplications = [name for name in names if name in MACS]
    if core in IN_ORDER:
        return len(multiplications), len(names)
    both = [name for name in multiplications if name in ("sdot", "smmla")]
    first = sum(FIRST.get(name, 0) for name in names)
    second = sum(SECOND[core].get(name, 0) for name in names)
    either = sum(name not in FIRST and name not in SECOND[core] for name in names)
    # Insertions from general registers take a vector pipe too.
    either += sum(instruction.kind == "insert" for instruction in body)
    return len(multiplications) - len(both) / 2, max(first, second, (first + second + either) / 2)


def all_issue_limit(core, body):
    """The least cycles of all instructions of an in-order core: by the rules, in any order, if no result had to be waited for."""
    count = {kind: sum(instruction.kind == kind for instruction in body) for kind in {instruction.kind for instruction in body}}
    alone = sum(instruction.cycles for instruction in body if instruction.kind == "load q")
    vector, half, insert = (count.get(kind, 0) for kind in ("vector", "load d", "insert"))
    rest = sum(count.get(kind, 0) for kind in ("load x", "store", "general"))
    # Those that never go together; then two a cycle.
    apart = vector + max(half, insert) if core == "cortex-a53" else max(vector, half)
    return alone + max(apart, (vector + half + insert + rest) / 2)


def inner_loops(objdump, path):
    """Every innermost loop: (function, [Instruction])."""
    listing = subprocess.run(
        [objdump, "-d", "--no-show-raw-insn", "--mattr=+dotprod,+i8mm", str(path)], capture_output=True, text=True, check=True).stdout
    found = []
    for function in re.split(r"\n(?=[0-9a-f]+ <)", listing):
        name = re.match(r"[0-9a-f]+ <(\w+)>:", function)
        if not name:
            continue
        lines = [(int(address, 16), text.strip()) for address, text in re.findall(r"^\s*([0-9a-f]+):\s+(.*)$", function, re.M)]
        jumps = []
        for address, text in lines:
            jump = re.match(r"(?:b(?:\.\w+)?|cbn?z|tbn?z)\s.*?0x([0-9a-f]+) <", text)
            if jump and int(jump[1], 16) <= address:
                jumps.append((int(jump[1], 16), address))
        for start, end in jumps:
            if any((a, b) != (start, end) and start <= a and b <= end for a, b in jumps):
                continue
            found.append((name[1], [Instruction(text) for address, text in lines if start <= address <= end]))
    return found


def compile_kernel(clang, name, folder):
    # <string.h> is the only header of a C library that the kernels use.
    (folder / "string.h").write_text(
        "#pragma once\n#include <stddef.h>\n"
        "void *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\n")
    target = folder / (name + ".o")
    subprocess.run(
        [clang, "--target=aarch64-linux-gnu", "-O3", "-nostdlibinc", "-isystem", str(folder), "-I", str(KERNELS),
         "-I", str(KERNELS / "include"), "-fvisibility=hidden", "-c", str(KERNELS / "arm64" / (name + ".c")), "-o", str(target)],
        check=True)
    return target


def find(given, name):
    """The tool itself, beside Swift's tools, or with Debian's version suffix, newest first."""
    if given:
        return given
    swift = shutil.which("swift")
    beside = [str(pathlib.Path(swift).resolve().parent / name)] if swift else []
    for candidate in beside + [f"{name}-{version}" for version in range(30, 13, -1)] + [name]:
        if shutil.which(candidate):
            return candidate
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clang")
    parser.add_argument("--objdump")
    parser.add_argument("--mca")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    tools = {name: find(given, name) for name, given in
             [("clang", arguments.clang), ("llvm-objdump", arguments.objdump), ("llvm-mca", arguments.mca)]}
    missing = [name for name, path in tools.items() if path is None]
    if missing:
        print(f"arm64_cycles.py: skipped, {', '.join(missing)} not found")
        return 0

    print(f"{'loop':31} {'MACs':>5}  {'core':11} {'by':11} {'cycles':>7} {'per MAC':>8} {'multiply':>9} {'vector':>8} {'issue':>8}  ratio")
    judged, above = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, cores in FILES:
            loops = inner_loops(tools["llvm-objdump"], compile_kernel(tools["clang"], name, pathlib.Path(folder)))
            largest = {}
            for function, body in loops:
                macs = sum(MACS.get(instruction.name, 0) for instruction in body)
                if macs and (arguments.all or macs > largest.get(function, [(0, None)])[0][0]):
                    largest[function] = largest.get(function, []) * arguments.all + [(macs, body)]
            for function, chosen in sorted(largest.items()):
                if not arguments.all and re.match("pk_(add_extras|output|inside_.*|depthwise_lines_neon)$", function):
                    continue
                for macs, body in chosen:
                    for core in cores:
                        multiply, vector = issue_limits(core, body)
                        issue = all_issue_limit(core, body) if core in IN_ORDER else vector
                        figures = [("llvm-mca", cycles_by_mca(tools["llvm-mca"], core, body))]
                        if core in IN_ORDER:
                            figures.append(("issue rules", cycles_by_rules(core, body)))
                        for model, cycles in figures:
                            is_judged = core not in IN_ORDER or model == "issue rules"
                            ratio = cycles / issue
                            judged += is_judged
                            above += is_judged and ratio > LARGEST_RATIO
                            remark = "for information" if not is_judged else f"above {LARGEST_RATIO}" if ratio > LARGEST_RATIO else ""
                            print(f"{function.removeprefix('pk_'):31} {macs:5}  {core:11} {model:11} {cycles:7.1f} {cycles / macs:8.4f} "
                                  f"{multiply / macs:9.4f} {vector / macs:8.4f} {issue / macs:8.4f}  {ratio:5.2f} {remark}")
    print(f"{judged - above} of {judged} figures are within {LARGEST_RATIO} times the issue limit")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())

#!/bin/bash
# Builds the tests for arm64 and runs those of the core under qemu-user, on each kind of core that the kernels tell apart.
#
#   ARM64_SDK=FOLDER Tests/arm64.sh [-b] [-c CPU]... [FILTER...]
#
#   -b       does not build
#   -c CPU   cortex-a53 (no SDOT: Pi 3, Zero 2 W), cortex-a76 (SDOT: Pi 5), max (SMMLA too); all three, one after the other, if none is given
#   FILTER   what `swift test --filter` takes; InferenceTests and FixedPointTests if none is given. GoldenTests need PICKET_ZOO=FOLDER
#
# ARM64_SDK has `xswift build`, which is `swift build` with an SDK for arm64 Linux and sees this folder as /src, and the libraries of an arm64
# Linux and of Swift under root/sdk/sysroot. Needs qemu-aarch64-static. Prints the failures and the last lines of each run; the whole of it
# lies in .build-arm64/CPU.log. Exit status: 0 when every test passed.
set -eu
cd "$(dirname "$0")/.."
cpus=() build=1
while getopts bc: option; do
    case $option in
    b) build= ;;
    c) cpus+=("$OPTARG") ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ ${#cpus[@]} -gt 0 ] || cpus=(cortex-a53 cortex-a76 max)
[ $# -gt 0 ] || set -- InferenceTests FixedPointTests
filters=()
for filter; do filters+=(--filter "$filter"); done

sysroot=${ARM64_SDK:?is not set: a folder with xswift and root/sdk/sysroot}/root/sdk/sysroot
[ -z "$build" ] || "$ARM64_SDK/xswift" build -c release --build-tests --scratch-path .build-arm64 -j "$(nproc)"

# Where qemu looks for files first: the sysroot, and this folder as /src, because that is what the tests know it as.
view=$(mktemp -d)
trap 'rm -rf "$view"' EXIT
ln -s "$sysroot"/* "$view"
ln -s "$PWD" "$view/src"

status=0
for cpu in "${cpus[@]}"; do
    log=.build-arm64/$cpu.log
    echo "==> $cpu: $*"
    # Signing pointers as the architecture proposes would take most of the time.
    model=$cpu
    [ "$cpu" != max ] || model=max,pauth-impdef=on
    if qemu-aarch64-static -L "$view" -cpu "$model" \
        -E LD_LIBRARY_PATH="$sysroot/usr/libexec/swift/lib/swift/linux:$sysroot/usr/lib/aarch64-linux-gnu" \
        .build-arm64/release/PicketPackageTests.xctest --testing-library swift-testing "${filters[@]}" > "$log" 2>&1; then
        tail -1 "$log" | cut -c 1-200
    else
        status=1
        grep '✘' "$log" | cut -c 1-300 | head -20 || true
        tail -3 "$log" | cut -c 1-200
    fi
done
exit $status

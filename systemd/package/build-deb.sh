#!/usr/bin/env bash
# Makes picket_VERSION_ARCH.deb from a built binary: build-deb.sh BINARY ARCH FOLDER
#
# No debhelper: a package that is put together on any machine, from a binary that may be for another. What the binary needs is read from the
# binary itself.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
binary=$1 arch=$2 folder=$3
case $arch in
    amd64) tools=x86_64-linux-gnu machine='Advanced Micro Devices X86-64' ;;
    arm64) tools=aarch64-linux-gnu machine=AArch64 ;;
    *) echo "no package for '$arch': amd64 or arm64" >&2; exit 64 ;;
esac
[[ -x $binary ]] || { echo "no binary at $binary: run 'make static' first" >&2; exit 66; }
readelf -h "$binary" | grep -q "Machine: *$machine" || { echo "$binary is not for $arch" >&2; exit 65; }
strip=$tools-strip
command -v "$strip" > /dev/null || { echo "$strip is missing: apt-get install binutils-${tools//_/-}" >&2; exit 69; }

version=$(sed -n 's/.*static let version = "\(.*\)".*/\1/p' "$root/Sources/picket/Picket.swift")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
tree=$stage/tree
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2> /dev/null || echo 1735689600)}
export SOURCE_DATE_EPOCH=$epoch

put() { install -D -m "$1" "$root/$2" "$tree/$3"; }

install -D -m 0755 "$binary" "$tree/usr/bin/picket"
"$strip" --strip-all --remove-section=.comment --remove-section=.note "$tree/usr/bin/picket"
put 0644 systemd/picket.service lib/systemd/system/picket.service
put 0644 systemd/picket.sysusers.conf usr/lib/sysusers.d/picket.conf
put 0644 systemd/picket.tmpfiles.conf usr/lib/tmpfiles.d/picket.conf
put 0644 systemd/10-picket-watchdog.conf usr/share/picket/10-picket-watchdog.conf
put 0644 firmware-config/udev/60-picket.rules lib/udev/rules.d/60-picket.rules
while IFS= read -r file; do put 0644 "firmware-config/$file" "usr/share/picket/$file"; done < <(
    cd "$root/firmware-config" && find boards boot workflows demo -type f ! -path 'demo/training/*' ! -path 'demo/demo-log/*' | sort)

documents=$tree/usr/share/doc/picket
mkdir -p "$documents" "$tree/usr/share/man/man1"
install -m 0644 "$root/systemd/package/debian/copyright" "$documents/copyright"
gzip -9nc "$root/README.md" > "$documents/README.md.gz"
gzip -9nc "$root/firmware-config/README.md" > "$documents/boards.md.gz"
{
    echo "picket ($version) unstable; urgency=medium"
    echo
    echo '  * See README.md for what this version does.'
    echo
    echo " -- $(sed -n 's/^Maintainer: //p' "$root/systemd/package/debian/control")  $(date -u -R -d "@$epoch")"
} | gzip -9nc > "$documents/changelog.gz"
gzip -9nc "$root/systemd/package/debian/picket.1" > "$tree/usr/share/man/man1/picket.1.gz"
install -D -m 0644 "$root/systemd/package/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/picket"
if completion=$("$binary" --generate-completion-script bash 2> /dev/null); then
    install -D -m 0644 /dev/stdin "$tree/usr/share/bash-completion/completions/picket" < <(grep -v '^#!' <<< "$completion")
fi

# A library's package, with the names that it has had in the suites that are served. Without an entry the package cannot be made.
package_of() {
    case $1 in
        libc.so.6 | libm.so.6 | ld-linux-*) echo "libc6 (>= $(newest GLIBC))" ;;
        libstdc++.so.6) echo "libstdc++6 (>= $(newest_gcc))" ;;
        libgcc_s.so.1) echo 'libgcc-s1 (>= 3.4)' ;;
        libgpiod.so.2) echo 'libgpiod2 (>= 1.5.1), libgpiod2 (<< 2)' ;;
        libgpiod.so.3) echo 'libgpiod3 (>= 2.1)' ;;
        libjpeg.so.62) echo 'libjpeg62-turbo (>= 1.3.1)' ;;
        libsqlite3.so.0) echo 'libsqlite3-0 (>= 3.35)' ;;
        libv4l2.so.0) echo 'libv4l-0t64 (>= 0.5.0) | libv4l-0 (>= 0.5.0)' ;;
        *) echo "the binary needs $1, and nobody has said which package has it" >&2; return 1 ;;
    esac
}
# The newest version of a library's symbols that the binary asks for.
newest() { objdump -T "$binary" | grep -oE "\b$1_[0-9]+(\.[0-9]+)+" | sed "s/$1_//" | sort -uV | tail -n 1; }
# The release of GCC that brought the newest symbols of libstdc++ that are asked for.
newest_gcc() {
    local symbols
    symbols=$(newest GLIBCXX)
    case $symbols in
        3.4.3[0-9]) echo $((12 + ${symbols#3.4.} - 30)) ;;
        3.4.29) echo 11 ;;
        *) echo 9 ;;
    esac
}
needed=$(objdump -p "$binary" | sed -n 's/^ *NEEDED *//p')
depends=$(for library in $needed; do package_of "$library" || kill $$; done | tr ',' '\n' | sed 's/^ *//' | sort -u | paste -sd, | sed 's/,/, /g')

mkdir -p "$tree/DEBIAN"
for script in preinst postinst prerm postrm; do
    [[ ! -e $root/systemd/package/debian/$script ]] || install -m 0755 "$root/systemd/package/debian/$script" "$tree/DEBIAN/$script"
done
size=$(du -k -s --apparent-size --exclude=DEBIAN "$tree" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@DEPENDS@/$depends/" -e "s/@SIZE@/$size/" \
    "$root/systemd/package/debian/control" > "$tree/DEBIAN/control"
(cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum) > "$tree/DEBIAN/md5sums"
chmod -R u+rwX,go+rX,go-w "$tree"
chmod 0644 "$tree/DEBIAN/control" "$tree/DEBIAN/md5sums"

mkdir -p "$folder"
dpkg-deb --root-owner-group -Zxz --build "$tree" "$folder/picket_${version}_$arch.deb" > /dev/null
echo "$folder/picket_${version}_$arch.deb: $(du -k --apparent-size "$folder/picket_${version}_$arch.deb" | cut -f1) kB, installed $size kB"

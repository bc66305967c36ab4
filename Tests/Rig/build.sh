#!/usr/bin/env bash
# Builds the machine that the scenarios run in, from Debian packages alone: kernel, modules, a root with systemd, an initramfs.
#
#   build.sh [amd64|arm64]     environment: RIG (folder), SUITE (bookworm or trixie), MIRROR
#
# Needs root (chroot) and, for packages of the host that are missing, apt. Each step leaves a stamp: a build that was cut off goes on where
# it was, and a finished one takes a second. `rm -r` of the folder starts anew.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
arch=${1:-amd64}
suite=${SUITE:-bookworm}
out=${RIG:-${XDG_CACHE_HOME:-$HOME/.cache}/picket-rig}/$suite-$arch
work=$out/work
mirror=${MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '[rig %s] %s\n' "$suite-$arch" "$*" >&2; }
done_already() { [[ -e $work/$1.done ]]; }
mark() { touch "$work/$1.done"; }
fail() { say "$1 failed; the end of its log:"; tail -n 25 "$work/$1.log" >&2; exit 1; }

case $arch in
    amd64) triplet=x86_64-linux-gnu kernel_arch=x86 host_packages=(qemu-system-x86 gcc) ;;
    arm64) triplet=aarch64-linux-gnu kernel_arch=arm64 host_packages=(qemu-system-arm ipxe-qemu qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross) ;;
    *) echo "unknown architecture $arch" >&2; exit 64 ;;
esac
compiler=$triplet-gcc

host_tools() {
    local wanted=(mmdebstrap qemu-utils e2fsprogs cpio zstd xz-utils make kmod libelf1 libjpeg-dev "${host_packages[@]}") missing=() package
    for package in "${wanted[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        > "$work/host.log" 2>&1 || fail host
}

# An apt of its own, so that the host's lists and architectures stay as they are.
private_apt() {
    local root=$work/apt
    mkdir -p "$root"/{lists/partial,archives/partial,parts}
    : > "$root/status"
    {
        echo "deb [signed-by=$keyring] $mirror $suite main"
        echo "deb [signed-by=$keyring] $mirror $suite-updates main"
        echo "deb [signed-by=$keyring] ${mirror%/}-security $suite-security main"
    } > "$root/sources.list"
    cat > "$root/apt.conf" <<CONF
Dir::Etc::sourcelist "$root/sources.list";
Dir::Etc::sourceparts "$root/parts";
Dir::State "$root";
Dir::State::status "$root/status";
Dir::State::lists "$root/lists";
Dir::Cache "$root";
APT::Architecture "$arch";
APT::Architectures { "$arch"; "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
    export APT_CONFIG=$root/apt.conf
}

depends_on() { apt-cache depends "$1" | sed -n "s/^ *|\\?Depends: \\($2[^:]*\\).*/\\1/p" | head -n 1; }

# Kernel, headers and the sources of the drivers that Debian's kernel lacks.
fetch_kernel() {
    private_apt
    apt-get update -qq > "$work/fetch.log" 2>&1 || fail fetch
    local image headers common kbuild source
    image=$(depends_on "linux-image-$arch" linux-image-)
    version=${image#linux-image-}
    headers=linux-headers-$version
    common=$(depends_on "$headers" linux-headers-)
    kbuild=$(depends_on "$headers" linux-kbuild-)
    source=linux-source-$(grep -oE '^[0-9]+\.[0-9]+' <<< "$version")
    say "fetching $image and its sources"
    mkdir -p "$work/debs"
    (cd "$work/debs" && rm -f ./*.deb && apt-get download -q "$image" "$headers" "$common" "$kbuild:amd64" "$source" v4l2loopback-dkms \
        "busybox-static:$arch" >> "$work/fetch.log" 2>&1) || fail fetch
    rm -rf "$work/kernel" "$work/build" "$work/source" "$work/busybox"
    mkdir -p "$work"/{kernel,build,source,busybox}
    local deb
    dpkg-deb -x "$work/debs/${image}"_*.deb "$work/kernel"
    dpkg-deb -x "$work"/debs/busybox-static_*.deb "$work/busybox"
    for deb in "$work"/debs/linux-{headers,kbuild}-*.deb "$work"/debs/v4l2loopback-dkms_*.deb; do dpkg-deb -x "$deb" "$work/build"; done
    dpkg-deb --fsys-tarfile "$work/debs/${source}"_*.deb | tar -xO "./usr/src/$source.tar.xz" | xz -dc -T0 |
        tar -x -C "$work/source" --strip-components=1 "$source/drivers/gpio" "$source/kernel/irq"
    echo "$version" > "$work/version"
    echo "$kbuild" > "$work/kbuild"
}

# gpio-sim (with the simulated interrupts that it stands on) and v4l2loopback.
build_modules() {
    local version kbuild tree modules=$work/modules
    version=$(< "$work/version") kbuild=$(< "$work/kbuild")
    tree=$work/build/usr/src/linux-headers-$version
    # The packages expect to lie in /usr.
    find "$work/build/usr/src" -maxdepth 2 -name Makefile -exec sed -i "s#/usr/src/#$work/build/usr/src/#g" {} +
    rm -rf "$work/build/usr/src/$kbuild"
    ln -sfn "$work/build/usr/lib/$kbuild" "$work/build/usr/src/$kbuild"
    rm -rf "$modules" && mkdir -p "$modules"
    local objects=(gpio-sim.o v4l2loopback.o)
    cp "$work"/source/drivers/gpio/{gpio-sim.c,gpiolib.h} "$modules"
    [[ ! -e $work/source/drivers/gpio/dev-sync-probe.h ]] || cp "$work"/source/drivers/gpio/dev-sync-probe.[ch] "$modules"
    [[ ! -e $modules/dev-sync-probe.c ]] || objects+=(dev-sync-probe.o)
    cp "$work"/build/usr/src/v4l2loopback-*/*.[ch] "$modules"
    if ! grep -q '^CONFIG_IRQ_SIM=y' "$work/kernel/boot/config-$version"; then
        cp "$work/source/kernel/irq/irq_sim.c" "$modules"
        # What it calls is not exported to modules; this does the same by number.
        sed -i 's/handle_simple_irq(irq_to_desc(\(.*\)));/generic_handle_irq(\1);/' "$modules/irq_sim.c"
        grep -q MODULE_LICENSE "$modules/irq_sim.c" || printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >> "$modules/irq_sim.c"
        objects+=(irq_sim.o)
    fi
    echo "obj-m := ${objects[*]}" > "$modules/Makefile"
    local cross=()
    [[ $arch == amd64 ]] || cross=(CROSS_COMPILE=$triplet-)
    make -C "$tree" M="$modules" ARCH=$kernel_arch "${cross[@]}" CC="$compiler" modules > "$work/modules.log" 2>&1 || fail modules
    mkdir -p "$work/kernel/lib/modules/$version/extra"
    local module
    for module in "$modules"/*.ko; do
        "$triplet-strip" -g -o "$work/kernel/lib/modules/$version/extra/$(basename "$module")" "$module"
    done
    depmod -b "$work/kernel" "$version"
}

# module_files NAME...: the files of modules and of all that they need, in the order to load them.
module_files() {
    local name
    for name in "$@"; do
        modprobe -d "$work/kernel" -S "$(< "$work/version")" --show-depends "$name" 2> /dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
    done | awk '!seen[$0]++'
}

make_root() {
    # shellcheck source=packages.sh
    source "$here/packages.sh"
    rm -rf "$work/root"
    mmdebstrap --variant=minbase --mode=root --architectures="$arch" --include="$(IFS=,; echo "${rig_packages[*]}")" \
        --aptopt='Apt::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$suite" "$work/root" "$work/apt/sources.list" > "$work/root.log" 2>&1 || fail root
}

furnish() {
    source "$here/packages.sh"
    local root=$work/root version unit file
    version=$(< "$work/version")
    mkdir -p "$root/usr/lib/modules/$version"
    while read -r file; do install -D -m 0644 "$file" "$root/usr${file#"$work/kernel"}"; done < <(module_files "${rig_modules[@]}")
    cp "$work/kernel/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$root/usr/lib/modules/$version/"
    depmod -b "$root" "$version"
    mkdir -p "$root"/{job,data,rig} "$root/etc/systemd/system/multi-user.target.wants" "$root/etc/systemd/journald.conf.d"
    echo rig > "$root/etc/hostname"
    printf '/dev/vda / ext4 rw,noatime 0 0\n' > "$root/etc/fstab"
    sed -i 's#^root:[^:]*:#root::#' "$root/etc/shadow"
    install -m 0755 "$here/guest/agent.py" "$root/usr/local/sbin/rig-agent"
    install -m 0644 "$here/guest/rig-agent.service" "$root/etc/systemd/system/"
    ln -sf ../rig-agent.service "$root/etc/systemd/system/multi-user.target.wants/"
    for unit in "${rig_masked[@]}"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
    ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
    printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' > "$root/etc/systemd/journald.conf.d/rig.conf"
    # A camera that a camera's link leads to, as udev makes them for USB cameras.
    install -D -m 0644 "$here/guest/70-rig.rules" "$root/etc/udev/rules.d/70-rig.rules"
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
    for file in feed pinwatch; do
        "$compiler" -O2 -Wall -Wextra -Werror -static -o "$root/usr/local/bin/rig-$file" "$here/guest/$file.c"
    done
    "$compiler" -O2 -Wall -Wextra -Werror -shared -fPIC -o "$root/usr/local/lib/rig-refuse.so" "$here/guest/refuse.c"
    rm -f "$out/root.img"
    truncate -s 1200M "$out/root.img"
    mke2fs -q -t ext4 -L root -m 0 -E lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$out/root.img"
}

make_initramfs() {
    source "$here/packages.sh"
    local folder=$work/initramfs file name
    rm -rf "$folder" && mkdir -p "$folder"/{bin,proc,sys,dev,root,modules}
    cp "$work"/busybox/bin/busybox "$folder/bin/" 2> /dev/null || cp "$work"/busybox/usr/bin/busybox "$folder/bin/"
    while read -r file; do
        name=$(basename "$file")
        case $name in
            *.xz) name=${name%.xz}; xz -dc "$file" > "$folder/modules/$name" ;;
            *) cp "$file" "$folder/modules/" ;;
        esac
        echo "$name" >> "$folder/modules/order"
    done < <(module_files "${rig_boot_modules[@]}")
    install -m 0755 "$here/guest/init" "$folder/init"
    (cd "$folder" && find . | cpio --quiet -o -H newc) | zstd -q -3 > "$out/initrd"
    cp "$work/kernel/boot/vmlinuz-$(< "$work/version")" "$out/vmlinuz"
}

mkdir -p "$work"
host_tools
done_already kernel || { fetch_kernel && mark kernel; }
unset APT_CONFIG
done_already modules || { say 'building gpio-sim and v4l2loopback'; build_modules && mark modules; }
done_already root || { say 'making the root'; make_root && mark root; rm -f "$work/furnish.sum"; }
sum=$(find "$here/build.sh" "$here/packages.sh" "$here/guest" -maxdepth 1 -type f -exec sha256sum {} + | sort | sha256sum)
if [[ ! -e $out/root.img || ! -e $work/furnish.sum || $(< "$work/furnish.sum") != "$sum" ]]; then
    say 'making image and initramfs'
    furnish
    make_initramfs
    echo "$sum" > "$work/furnish.sum"
fi
say "ready: $out ($(du -sh --apparent-size "$out/root.img" | cut -f1) root, kernel $(< "$work/version"))"

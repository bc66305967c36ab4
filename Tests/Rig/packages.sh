# What the machine of the rig is made of. Read by build.sh.

# Picket's own libraries are not among them: they come with the .deb, from the suite's archive (see guest packages in machine.py).
case ${suite:-bookworm} in
    bookworm) rig_libraries=(libv4l-0 libjpeg62-turbo libgpiod2 libsqlite3-0 libstdc++6) ;;
    *) rig_libraries=(libv4l-0t64 libjpeg62-turbo libgpiod3 libsqlite3-0 libstdc++6) ;;
esac

rig_packages=(
    systemd systemd-sysv udev kmod dbus e2fsprogs util-linux procps
    python3-minimal libpython3-stdlib sqlite3 v4l-utils gpiod strace dmsetup psmisc adduser
    "${rig_libraries[@]}"
)

rig_modules=(
    vivid v4l2loopback gpio-sim irq_sim videodev softdog i6300esb ext4 vfat loop overlay
    dm-mod dm-delay dm-flakey 9p 9pnet_virtio virtio_console virtio_rng virtio_blk virtio_pci
)

# What finds the root.
rig_boot_modules=(virtio_pci virtio_mmio virtio_blk crc32c_generic ext4)

# What a machine on a mast has and a rig does not need; under emulation every unit costs time.
rig_masked=(
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-timesyncd.service
    getty.target systemd-networkd.service systemd-networkd.socket systemd-resolved.service systemd-pstore.service systemd-firstboot.service
    systemd-machine-id-commit.service systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-logind.service
    systemd-user-sessions.service ldconfig.service systemd-hwdb-update.service systemd-journal-catalog-update.service
    systemd-update-done.service proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount
    sys-kernel-tracing.mount remote-fs.target cryptsetup.target systemd-ask-password-console.path systemd-ask-password-wall.path
    systemd-journal-flush.service systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-repart.service systemd-random-seed.service
    systemd-network-generator.service
)

# expect: ENOSPC, EBUSY, EINVAL, EIO are explained in words with a cure; the process lives; frames within 2 s of the cure, plus the pause
# set: quick
# limit: 150
import subprocess

from rig import *

camera, chip, picket = Vivid(), Chip(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10"))
picket.drop_in("[Service]\nEnvironment=LD_PRELOAD=/usr/local/lib/rig-refuse.so\n")


def case(name, begin, words, end):
    start = time.monotonic()
    begin()
    picket.start()
    line = picket.journal.wait("event=camera.waiting", 20, since=start)
    time.sleep(2)
    cured = time.monotonic()
    end()
    found = picket.journal.wait("event=camera.found", 20, since=cured).at
    check(re.search(words, line.text), f"{name}: {line.text}")
    # The longest pause between two tries is 5 s.
    check(found - cured <= 7, f"{name}: frames {found - cured:.1f} s after the cure")
    picket.stop()


def refuse(text):
    return lambda: write("/run/rig-refuse", text + "\n")


def allow():
    os.remove("/run/rig-refuse")


case("ENOSPC", refuse("STREAMON 28"), "bandwidth.*(smaller size|another port)", allow)
case("EINVAL", refuse("STREAMON 22"), "choose another format or size", allow)
case("EIO", refuse("STREAMON 5"), "cable", allow)
other = []
case("EBUSY", lambda: (other.append(subprocess.Popen(["v4l2-ctl", "-d", camera.node(), "--stream-mmap", "--stream-count=100000",
                                                      "--stream-to=/dev/null"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)),
                       time.sleep(2)),
     "another program", lambda: (other[0].kill(), other[0].wait()))
picket.start()
picket.journal.wait("event=camera.found", 20, since=time.monotonic() - 1)
fatal = time.monotonic()
camera.control("inject_fatal_streaming_error")
lost = picket.journal.wait("event=camera.lost", 10, since=fatal)
found = picket.journal.wait("event=camera.found", 15, since=lost.at)
check(found.at - lost.at <= 2 * patience, f"fatal streaming error: {lost.text}; frames again after {found.at - lost.at:.1f} s")
check(picket.show("NRestarts") == "0", f"{picket.show('NRestarts')} restarts")

# expect: damaged, foreign or impossible database files are kept under another name and a new one begins; ready within 4 s each time
# set: quick
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 200ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
path = f"{STATE}/journal.sqlite"
picket.start()
time.sleep(4)
picket.stop()


def damage(at, length, byte=0x5A):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes([byte]) * length)


cases = {
    "header overwritten": lambda: damage(0, 100),
    "pages overwritten": lambda: damage(4096, 3 * 4096),
    "cut to a third": lambda: os.truncate(path, os.path.getsize(path) // 3),
    "a text": lambda: write(path, "this is no database\n" * 100),
    "other tables under the same names": lambda: (os.remove(path), sh(f"sqlite3 {path} 'CREATE TABLE events(x); CREATE TABLE runs(y); PRAGMA user_version=7'")),
    "a folder": lambda: (os.remove(path), os.mkdir(path)),
}
for name, spoil in cases.items():
    sh(f"rm -f {path}-wal {path}-shm")
    spoil()
    sh(f"chown -R picket:picket {STATE}")
    begin = time.monotonic()
    picket.start()
    ready = picket.start_times()
    until(lambda: picket.journal.find("kept as|corrupt", since=begin), 10 * patience, f"{name}: a word about what was found")
    time.sleep(3)
    rows = picket.database("SELECT count(*) FROM edges")[0][0] if os.path.isfile(path) else 0
    check(rows > 0 and ready <= 3 * patience + 1, f"{name}: ready {ready:.2f} s, {rows} new rows; {picket.journal.find('kept as|corrupt', since=begin)[0].text[:110]}")
    picket.stop()
check(picket.show("NRestarts") == "0", f"{len(glob.glob(path + '.corrupt*'))} old files kept, no restart")

"""Files that scenarios play: pictures, models. Made once in the rig's folder."""
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class MissingFixture(Exception):
    pass


def fixtures(arch, folder, needs):
    """The files that a scenario needs: name in the guest's /job -> file."""
    made = folder / "fixtures"
    made.mkdir(parents=True, exist_ok=True)
    files = {}
    if "base" in needs:
        files["fixtures/clip.mjpeg"] = ROOT / "firmware-config" / "demo" / "approach.mjpeg"
    if "zoo" in needs:
        files.update(zoo(made))
    return files


def zoo(made):
    folder = os.environ.get("PICKET_ZOO")
    if not folder:
        raise MissingFixture("PICKET_ZOO names no folder of real models and pictures")
    folder = Path(folder)
    model = next(iter(sorted(folder.glob("models/coco_ssd*.tflite"))), None)
    clip = folder / "clips" / "street.mjpeg"
    if model is None or not clip.exists():
        raise MissingFixture(f"no models/coco_ssd*.tflite or clips/street.mjpeg in {folder}")
    files = {"zoo/coco_ssd.tflite": model, "zoo/street.mjpeg": clip}
    sidecar = model.with_suffix(".yaml")
    if sidecar.exists():
        files["zoo/coco_ssd.yaml"] = sidecar
    raw = made / "street.yuyv"
    if not raw.exists():
        decoder = made / "yuyv"
        subprocess.run(["cc", "-O2", "-Wall", "-o", decoder, HERE / "yuyv.c", "-ljpeg"], check=True)
        with open(raw, "wb") as output:
            subprocess.run([decoder, clip, "40"], stdout=output, check=True)
    files["zoo/street.yuyv"] = raw
    return files

"""Runs the scenario that the host put into the shared folder."""
import runpy
import sys
import traceback

sys.path.insert(0, "/job")
from rig import report  # noqa: E402

try:
    runpy.run_path("/job/scenario.py", run_name="__main__")
except report.Enough:
    pass
except BaseException as error:
    traceback.print_exc()
    report.fail(f"{type(error).__name__}: {error}")
if report.failures():
    from rig import diagnose

    diagnose.collect()
report.finish()

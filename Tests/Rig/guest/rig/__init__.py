"""The words that scenarios are written in."""
import glob  # noqa: F401
import os  # noqa: F401
import re  # noqa: F401
import signal  # noqa: F401
import time  # noqa: F401

from .cameras import Loop, Vivid  # noqa: F401
from .pins import Chip  # noqa: F401
from .report import Enough, arch, check, fail, keep, kept, milliseconds, patience, phase, phases, power_cut, require, seen, until  # noqa: F401
from .service import CONFIGURATION, STATE, STATE_NODES, Journal, Picket, pipeline  # noqa: F401
from .shell import read, sh, status, write  # noqa: F401

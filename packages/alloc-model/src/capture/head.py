"""Logs what a program asks of jemalloc, under gdb.

    gdb -batch -x capture.py --args PROGRAM ARGUMENT...

The log goes to the file that the environment variable ALLOC_LOG names, or gdb's $alloc_log; else to alloc.log. It is flushed line by line.
The program is stopped when nothing moves any more; the log then ends with what each thread waits for, and all backtraces.

Needs gdb 12 or later with Python 3, and Linux on x86-64 or AArch64. Nothing is asked of the program: symbols of jemalloc's functions are enough;
with debug information the locks of its arenas have names.
"""

import bisect
import os
import re
import signal
import struct
import threading
import time

import gdb

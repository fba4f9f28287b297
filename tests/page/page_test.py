#!/usr/bin/env python3
"""The pages in a real browser: page_test.py <dropcowboy> [unittest's arguments]

PAGE_SCREENSHOTS in the environment: a directory for pictures of them, made if it is not there.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from page_case import PageCase  # noqa: E402
from simulator_page_test import SimulatorPageTest, StrictSimulatorPageTest  # noqa: E402, F401
from callback_page_test import CallbackPageTest  # noqa: E402, F401
from looks_test import LooksTest  # noqa: E402, F401

if __name__ == "__main__":
    PageCase.program = os.path.abspath(sys.argv.pop(1))
    PageCase.screenshots = os.environ.get("PAGE_SCREENSHOTS")
    if PageCase.screenshots:
        os.makedirs(PageCase.screenshots, exist_ok=True)
    unittest.main(verbosity=2)

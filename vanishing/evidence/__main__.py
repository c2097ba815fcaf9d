"""Measure the claims and the paper cards, and print the table; see `report.main`."""

import sys

from vanishing.evidence.report import main

sys.exit(main(sys.argv[1:]))

"""Measure the claims and the paper cards, and print the table; see `report.main`."""

import sys

from threadpoolctl import threadpool_limits

from vanishing.evidence.report import main

# As in the app (`vanishing.ui.runtime`): with more threads sums round otherwise in their last bits.
with threadpool_limits(limits=1, user_api="blas"):
    sys.exit(main(sys.argv[1:]))

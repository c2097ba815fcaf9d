"""What is set once for the process that serves the app."""

import gc
import sys
import weakref

from tests.pages.support import open_page
from vanishing.ui import runtime, site


def test_what_stays_is_left_out_of_the_search_for_garbage():
    open_page(site.PAGES[0])
    rooms = {name.split(".")[2] for name in sys.modules if name.endswith(".scenes")}
    assert {page.path for page in site.PAGES} <= rooms
    # The packages of a page's charts alone are more.
    assert gc.get_freeze_count() > 50_000
    assert gc.get_threshold()[0] == runtime.COLLECTED


def test_what_is_made_after_that_is_still_found():
    open_page(site.PAGES[0])

    class Held:
        pass

    held = Held()
    held.itself = held
    seen = weakref.ref(held)
    del held
    gc.collect()
    assert seen() is None

"""The router: every address goes through here to its page."""

from vanishing.ui import runtime, site

runtime.one_blas_thread()
runtime.one_heap()
site.route()

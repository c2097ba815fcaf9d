"""The router: every address goes through here to its page."""

from vanishing.ui import runtime, site

runtime.one_blas_thread()
site.route()

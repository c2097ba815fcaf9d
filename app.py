"""The router: every address goes through here to its page."""

# A worker process of a sweep loads this file too, under another name: it needs nothing of it.
if __name__ == "__main__":
    from vanishing.ui import runtime, site

    runtime.one_blas_thread()
    site.route()

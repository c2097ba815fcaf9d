"""`.deploy/serve` ends a Streamlit process that no longer answers, and ends with one that died."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.browser.conftest import ROOT
from tests.browser.deploy.conftest import answers, free_ports, until
from tests.patience import PATIENCE

STREAMLIT = """#!{python}
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

Path("{told}").write_text(str(__import__("os").getpid()))
HTTPServer(("127.0.0.1", int(sys.argv[4])), Health).serve_forever()
"""


@pytest.fixture
def served(tmp_path):
    """Serve something that starts at once and answers as Streamlit does."""
    script = tmp_path / "streamlit"
    script.write_text(STREAMLIT.format(python=sys.executable, told=tmp_path / "pid"), "utf-8")
    script.chmod(0o755)
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [ROOT / ".deploy/serve", str(port)],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CHECK_EVERY": "0.2"},
        stderr=subprocess.DEVNULL,
    )
    until(lambda: answers(f"http://127.0.0.1:{port}"), "it answers")
    # Time for `serve` to see it too: until then it is patient.
    time.sleep(1)
    yield process, int((tmp_path / "pid").read_text("utf-8"))
    process.terminate()
    process.wait(PATIENCE)


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "dies"])
def test_a_process_that_does_not_answer_is_ended(served, how):
    serve, app = served
    os.kill(app, how)
    assert serve.wait(PATIENCE) == 1
    assert gone(app)


def test_a_process_that_answers_is_left_alone_until_asked_to_end(served):
    serve, app = served
    with pytest.raises(subprocess.TimeoutExpired):
        serve.wait(2)
    serve.terminate()
    serve.wait(PATIENCE)
    assert gone(app)

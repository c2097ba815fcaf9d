"""Visitors of one server are apart: nobody reaches another's settings, session or files."""

import asyncio
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.browser.conftest import ROOT, start_server
from tests.load.socket import play
from tests.patience import PATIENCE
from tests.security.test_fuzz import rerun

SECRET, SAID = "chain_depth=13", "over 13 layers"
"""The setting of one visitor, in the link and in the words of their own page."""


@pytest.fixture(scope="module")
def address():
    process, address = start_server()
    yield address
    process.terminate()
    process.wait(10)


def session(address, *tokens):
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(stream, subprotocols=["streamlit", *tokens], max_size=None)


async def read(socket, message):
    """Send a message; return the session's id and all that comes until the script has run."""
    await socket.send(message.SerializeToString())
    name, drawn = "", []
    async with asyncio.timeout(PATIENCE):
        async for data in socket:
            got = ForwardMsg.FromString(data)
            name = got.new_session.initialize.session_id or name
            drawn.append(str(got))
            if got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and got.HasField(
                "script_finished"
            ):
                return name, "\n".join(drawn)
    raise ConnectionError("closed before the page was finished")


def test_a_visitor_sees_nothing_of_another_s_settings(address):
    async def talk():
        async with session(address) as one, session(address) as other:
            name, drawn = await read(one, rerun("chain", SECRET))
            assert SAID in drawn
            own, drawn = await read(other, rerun("chain"))
            assert own != name
            assert SAID not in drawn
            # A session's name is its only key (Streamlit gives it back after a lost connection):
            # nobody else is told it, and a guess makes a new session.
            assert name not in drawn
            guess = name[:-1] + ("0" if name[-1] != "0" else "1")
            async with session(address, "token", guess) as thief:
                taken, drawn = await read(thief, rerun("chain"))
            assert taken not in {guess, name, own}
            assert SAID not in drawn

    play(talk(), PATIENCE)


def test_widgets_of_one_session_are_not_set_by_another(address):
    async def talk():
        async with session(address) as one, session(address) as other:
            await read(one, rerun("chain"))
            message = rerun("chain", "chain_depth=17")
            message.rerun_script.widget_states.widgets.add(id="chain_depth", int_value=17)
            await read(other, message)
            assert "chain_depth=17" not in (await read(one, rerun("chain")))[1]

    play(talk(), PATIENCE)


def test_files_are_found_by_the_hash_of_their_content_alone(address):
    for guess in ("0" * 56, "..%2f..%2fapp.py", "../app.py", "%2e%2e/requirements.txt"):
        with pytest.raises(urllib.error.HTTPError, match=r"40[04]"):
            urllib.request.urlopen(f"{address}/media/{guess}.csv", timeout=PATIENCE)


def test_the_configuration_keeps_streamlit_s_protections_on():
    with (ROOT / ".streamlit/config.toml").open("rb") as file:
        settings = tomllib.load(file)
    server = settings["server"]
    assert server["enableXsrfProtection"] is True
    assert server["enableCORS"] is True
    assert server["maxUploadSize"] == 1
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False


def unbounded(requirements):
    """Return the lines that take any later version."""
    return [line for line in requirements.split() if not re.search(r",<\d", line)]


def test_packages_fit_one_another_and_none_is_taken_in_any_version():
    # No list of known faults can be asked on every machine; `pip-audit` does it where one can.
    files = (ROOT / "requirements.txt", ROOT / "tests/requirements.txt")
    assert [unbounded(file.read_text("utf-8")) for file in files] == [[], []]
    assert unbounded("streamlit>=1.67 numpy>=2.1,<3") == ["streamlit>=1.67"]
    subprocess.run([sys.executable, "-m", "pip", "check"], check=True, stdout=subprocess.DEVNULL)

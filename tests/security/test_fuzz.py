"""Links and messages that no browser of ours sends: the server serves on, and logs no fault."""

import asyncio
import random
import re
import subprocess
from urllib.parse import quote

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.browser import conftest
from tests.load.session import Session
from tests.load.socket import play
from tests.patience import PATIENCE
from vanishing.ui import site

SEED = 20261
ROUNDS = 40
NASTY = (
    *(
        "",
        "1e999",
        "-1e999",
        "nan",
        "-0",
        "9" * 5_000,
        "0x10",
        "1_000",
        "１２",
        "½",
        "\x00",
        "\ud7ff",
    ),
    *(
        "<script>alert(1)</script>",
        "$x$ **b** [l](javascript:0)",
        "../../etc/passwd",
        "{step}",
        "%s",
    ),
    *(
        "' OR 1=1 --",
        "\u202e\u200b",
        "é" * 300,
        "[1,2]",
        "null",
        "__class__",
        "\r\nSet-Cookie: a=b",
    ),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the address of a server, and the file that holds what it logs."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with log.open("wb") as file, pytest.MonkeyPatch.context() as patch:
        popen = subprocess.Popen
        logged = {"stdout": file, "stderr": subprocess.STDOUT}
        patch.setattr(subprocess, "Popen", lambda *given, **kept: popen(*given, **kept | logged))
        process, address = conftest.start_server()
    yield address, log
    process.terminate()
    process.wait(10)


async def opened(address, page="", query=""):
    session = await Session(address).connect()
    try:
        return await session.open(page, query)
    finally:
        session.leave()


async def told(socket, first=None):
    """Send a message; return the elements that come until the script has run, and the error boxes.

    None where the server ends the talk instead.
    """
    ids, errors = [], 0
    try:
        if first is not None:
            await socket.send(first)
        async with asyncio.timeout(PATIENCE):
            async for data in socket:
                message = ForwardMsg.FromString(data)
                element = message.delta.new_element
                errors += element.HasField("exception")
                kind = element.WhichOneof("type")
                if kind and hasattr(getattr(element, kind), "id"):
                    ids.append((kind, getattr(element, kind).id))
                if (
                    message.WhichOneof("type") == "script_finished"
                    and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
                ):
                    return [each for each in ids if each[1]], errors
    except ConnectionClosed:
        return None
    return None


def session(address):
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(stream, subprotocols=["streamlit"], max_size=None)


def rerun(page="", query="", **fields):
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.query_string = page, query
    for name, value in fields.items():
        setattr(message.rerun_script, name, value)
    return message


# --- what is sent ---------------------------------------------------------------------------------


def links(rng):
    """Give pages and queries: known names with unfit values, unknown, very many, very long."""
    for page in site.PAGES:
        names = [page.param(control.name) for control in page.controls]
        chosen = [*rng.sample(names, min(3, len(names))), rng.choice(NASTY[1:])]
        path = page.path if page is not site.PAGES[0] else ""
        yield path, "&".join(f"{quote(n)}={quote(rng.choice(NASTY))}" for n in chosen)
    yield "", "&".join(f"a{n}={n}" for n in range(3_000))
    yield "depth", f"depth_seed={'7' * 100_000}"
    yield "", "%ff%fe=%80&=&&==&%"
    yield "chain", "chain_f=tanh&" * 500


def unfit(rng, widgets):
    """Give widgets values of another kind than theirs, and one value to no widget."""
    message = rerun()
    for _, key in [*rng.sample(widgets, min(8, len(widgets))), ("", "$$ID-nobody-None")]:
        state = message.rerun_script.widget_states.widgets.add(id=key)
        match rng.randrange(8):
            case 0:
                state.int_value = rng.choice([-1, 2**62, 7])
            case 1:
                state.double_value = rng.choice([float("nan"), float("inf"), -1e308])
            case 2:
                state.string_value = rng.choice(NASTY)
            case 3:
                state.double_array_value.data.extend([float("nan"), 1e308] * 3)
            case 4:
                state.int_array_value.data.extend([-1, 10_000])
            case 5:
                state.string_array_value.data.extend(["x", rng.choice(NASTY)])
            case 6:
                state.json_value = "{"
            case 7:
                state.trigger_value = True
    return message


def broken(rng, whole):
    """Give bytes that are no message, or one cut off or changed."""
    changed = bytearray(whole)
    for _ in range(rng.randrange(1, 6)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return rng.choice(
        [rng.randbytes(rng.randrange(1, 200)), whole[: rng.randrange(len(whole))], bytes(changed)]
    )


# --- what comes of it -----------------------------------------------------------------------------


def still_well(address, log):
    """Check that a new visitor is served, and that no line of ours is in a logged traceback."""
    assert play(opened(address, "chain"), PATIENCE).errors == ()
    # What Streamlit logs of its own: messages that it could not read, and values that it refused.
    text = log.read_text("utf-8", "replace")
    assert ours(text) == []


def ours(text):
    """Return the lines of logged tracebacks in which our code ended, or what it called.

    Not those where Streamlit ended: it reads what a message says of a widget only when the widget
    is drawn, and that is done in our code.
    """
    found, last = [], ""
    for line in [*text.splitlines(), "Traceback"]:
        if line.startswith("Traceback"):
            found, last = [*found, last] if last else found, ""
        elif re.match(r'\s*File ".*/(vanishing|pages|app\.py)', line):
            last = line
        elif re.match(r'\s*File ".*/streamlit/', line):
            last = ""
    return found + re.findall(r".*at .*/vanishing/.*", text)


def test_a_traceback_of_ours_would_be_seen():
    ran, raised = '  File "/srv/vanishing/ui/links.py", line 3, in read', "KeyError: 3"
    read = '  File "/site-packages/streamlit/runtime/app_session.py", line 3'
    drawn = '  File "/site-packages/numpy/core.py", line 3'

    def said(*lines):
        return ours("\n".join(["Traceback (most recent call last):", *lines, raised]))

    assert len(said(read, ran)) == len(said(ran, "    return z[3]", drawn)) == 1
    assert said(ran, read) == said(read) == []


def test_links_of_any_kind_show_a_page_without_an_error(server):
    address, log = server
    sent = list(links(random.Random(SEED)))

    async def all_of_them():
        return await asyncio.gather(*(opened(address, *link) for link in sent))

    answers = play(all_of_them(), PATIENCE)
    wrong = [link for link, answer in zip(sent, answers, strict=True) if answer.errors]
    assert wrong == []
    still_well(address, log)


@pytest.mark.parametrize("page", ["", "chain", "training", "depth", "papers"])
def test_values_that_no_widget_gives_do_not_reach_our_code(server, page):
    address, log = server
    rng = random.Random(f"{SEED}{page}")

    async def talk():
        async with session(address) as socket:
            widgets, errors = await told(socket, rerun(page).SerializeToString())
            assert errors == 0
            assert len(widgets) >= 3
            # Streamlit itself refuses values of another kind, to whoever sent them and nobody else.
            for _ in range(6):
                message = unfit(rng, widgets)
                message.rerun_script.page_name = page
                assert await told(socket, message.SerializeToString()) is not None

    play(talk(), PATIENCE)
    still_well(address, log)


def test_bytes_that_are_no_message_end_that_session_alone(server):
    address, log = server
    rng = random.Random(SEED)
    whole = rerun("chain", "chain_f=tanh&chain_depth=12").SerializeToString()

    async def talk(data):
        async with session(address) as socket:
            try:
                await socket.send(data)
                await socket.send(whole)
                async with asyncio.timeout(PATIENCE):
                    answer = await told(socket)
            except ConnectionClosed:
                return 0
            return answer[1] if answer else 0

    async def all_of_them():
        return [await talk(broken(rng, whole)) for _ in range(ROUNDS)]

    assert play(all_of_them(), PATIENCE) == [0] * ROUNDS
    still_well(address, log)


@pytest.mark.parametrize(
    "message",
    [
        rerun(page_script_hash="0" * 32),
        rerun(page_name="no_such_page"),
        rerun(page_name="../app"),
        rerun(page_name="x" * 100_000),
        BackMsg(set_run_on_save=True),
        BackMsg(clear_cache=True),
        BackMsg(load_git_info=True),
        BackMsg(debug_shutdown_runtime=True),
        BackMsg(debug_disconnect_websocket=True),
    ],
    ids=lambda message: str(message)[:40],
)
def test_messages_that_our_pages_do_not_send_leave_the_server_serving(server, message):
    address, log = server

    async def talk():
        async with session(address) as socket:
            await socket.send(message.SerializeToString())
            answer = await told(socket, rerun("chain").SerializeToString())
            assert answer is None or answer[1] == 0
            await socket.send(rerun("chain", fragment_id="0" * 32).SerializeToString())

    play(talk(), PATIENCE)
    still_well(address, log)

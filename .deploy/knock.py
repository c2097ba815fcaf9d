"""Visit a Streamlit process once, so that the app loads and makes ready what visitors want first.

python .deploy/knock.py PORT
"""

import sys

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def knock(port: str) -> None:
    """Open the first page as a browser does, and leave when it is there."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        visit = BackMsg()
        visit.rerun_script.query_string = ""
        socket.send(visit.SerializeToString())
        while ForwardMsg.FromString(socket.recv(timeout=120)).WhichOneof("type") != (
            "script_finished"
        ):
            pass


if __name__ == "__main__":
    knock(sys.argv[1])

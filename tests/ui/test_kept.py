"""Frames of kept scenes are sent in few bytes, and hold what they held."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vanishing.charts.view import View
from vanishing.ui import site
from vanishing.ui.kept import Kept
from vanishing.ui.scene import Scene

PAGE = site.PAGES[0]


def kept(frame):
    """Return the one view of a scene that is kept, of this frame."""
    view = View("chart", {}, {"rows": frame}, "")
    return Kept().put(PAGE, PAGE.values({}), Scene(beside=((view,),))).beside[0][0]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ([0, 200], "uint8"),
        ([-1, 100], "int8"),
        ([-1, 200], "int16"),
        ([0, 70_000], "int32"),
        ([-(2**62), 2**62], "int64"),
        (np.array([2**64 - 1, 0], dtype="uint64"), "uint64"),
        (np.array([], dtype="int64"), "int64"),
        ([1e-300, np.inf], "double"),
        ([True, False], "bool"),
        (["A", "B"] * 8, "dictionary<values=large_string, indices=int8, ordered=0>"),
        (["A", None] * 8, "dictionary<values=large_string, indices=int8, ordered=0>"),
        (["one", "two"], "large_string"),
        ([str(i) for i in range(128)] * 5, "large_string"),
        (pd.Categorical(["A", "B"]), "dictionary<values=large_string, indices=int8, ordered=0>"),
    ],
)
def test_a_column_takes_few_bytes_and_holds_what_it_held(column, kind):
    frame = pd.DataFrame({"column": column})
    table = kept(frame).frames["rows"]
    assert str(table.schema.field("column").type) == kind
    assert table.column("column").to_pylist() == pa.array(frame["column"]).to_pylist()


def test_what_is_sent_is_the_frame_and_nothing_besides():
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}, index=[7, 8])
    view = kept(frame)
    sent = pa.ipc.open_stream(view.sent["rows"]).read_all()
    assert sent.equals(view.frames["rows"])
    assert sent.column_names == ["x", "y"]
    assert sent.schema.metadata is None

"""The record can fail: what is planted in what a page shows is found, and named."""

import copy
import math

import pandas as pd
import pyarrow as pa
import pytest

from tests.pages.support import open_page
from tests.record import bits, differences, digest, files, seen
from vanishing.ui import site

COLUMN = pd.DataFrame({"x": [1.0, -2.5, 3e-9, 0.0, 40.0], "name": list("aabbc"), "n": range(5)})


def digested(**columns):
    return digest.of(pa.Table.from_pandas(COLUMN.assign(**columns)))


def changed(**columns):
    return digest.differences(digested(), digested(**columns))


def replaced(place, value):
    return [value if i == place else x for i, x in enumerate(COLUMN.x)]


def test_the_same_is_the_same():
    assert changed() == []


@pytest.mark.parametrize("factor", [1 + 1e-9, 1 - 1e-12])
def test_last_bits_are_no_difference(factor):
    assert changed(x=COLUMN.x * factor) == []


@pytest.mark.parametrize(
    "x",
    [
        replaced(0, 1.0001),
        replaced(2, 4e-9),
        replaced(3, 1e-9),
        replaced(1, 2.5),
        replaced(0, math.inf),
        replaced(0, -math.inf),
        replaced(0, math.nan),
        [-2.5, 1.0, 3e-9, 0.0, 40.0],
        [1, 2, 3, 4, 5],
        list("abcde"),
    ],
    ids=[
        *("a number", "a small one", "no zero", "a sign", "inf", "-inf", "null"),
        *("two change places", "whole numbers", "texts"),
    ],
)
def test_another_column_of_numbers_is_found(x):
    found = changed(x=x)
    assert found
    assert all(one.startswith("column 'x': ") for one in found)


def test_infinities_and_zeros_alone():
    x = [math.inf, -math.inf, 0.0, 0.0, math.inf]
    assert digested(x=x)["x"]["+inf"] == 2
    assert digested(x=[0.0] * 5)["x"]["rms"] == 0.0
    assert digest.differences(digested(x=x), digested(x=[*x[:4], -math.inf])) == [
        "column 'x': +inf was 2, is 1",
        "column 'x': -inf was 1, is 2",
    ]


def test_numbers_whose_squares_overflow():
    assert digested(x=[1e300] * 5)["x"]["rms"] == pytest.approx(1e300)


def test_what_cancels_is_no_noise():
    x = [1.0, -1.0, 1e-17, 0.1, -0.1]
    assert digested(x=x)["x"]["mean"] == 0.0


def test_texts_and_columns():
    assert changed(name=list("aabbd"))[0].startswith("column 'name': values was ")
    assert changed(name=list("abbac"))
    assert changed(more=1) == ["column 'more' is new"]
    assert digest.differences(digested(more=1), digested()) == ["column 'more' is gone"]
    assert changed(n=[0, 1, 2, 3, 5])


# --- a page --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown():
    page = site.page_at("chain")
    return seen.shown(
        open_page(page, unfolded=True, **seen.params("chain_view=Number+types")), page
    )


@pytest.fixture
def planted(shown):
    return copy.deepcopy(shown)


def sole(shown, planted):
    (found,) = differences.of(shown, planted)
    return found


def test_a_planted_number_is_found(shown, planted):
    planted["charts"]["number types"]["lines"]["log10"]["min"] *= 1 + 1e-5
    assert sole(shown, planted).startswith(
        "chart 'number types', data set 'lines', column 'log10': min was -28.6"
    )


def test_a_planted_number_in_a_table_is_found(shown, planted):
    place = planted["sentences"].index("| float32 | 13 | 64 | 75 |")
    planted["sentences"][place] = "| float32 | 13 | 64 | 76 |"
    assert "| float32 | 13 | 64 | 75 |" in sole(shown, planted)


def test_a_planted_sentence_is_found(shown, planted):
    place = next(i for i, line in enumerate(shown["sentences"]) if "10,000 chains" in line)
    planted["sentences"][place] = shown["sentences"][place].replace("std(w) = 1", "std(w) = 2")
    found = sole(shown, planted)
    assert shown["sentences"][place] in found
    assert planted["sentences"][place] in found


def test_a_sentence_more_or_less_is_found(shown, planted):
    line = planted["sentences"].pop()
    assert sole(shown, planted) == f"a sentence is gone: {line}"
    assert sole(planted, shown) == f"a sentence is new: {line}"
    planted["sentences"] += [line, line]
    assert sole(shown, planted) == f"a sentence is new: {line}"


def test_only_sentences_to_notice_have_an_order(shown, planted):
    lines = planted["sentences"]
    title, first = lines[0], next(i for i, line in enumerate(lines) if line.startswith("- "))
    planted["sentences"] = [*lines[1:], title]
    assert differences.of(shown, planted) == []
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    planted["sentences"] = lines
    assert "another order" in sole(shown, planted)


def test_a_missing_chart_or_data_set_is_found(shown, planted):
    sets = planted["charts"]["number types"]
    del sets["marks"]
    assert sole(shown, planted) == "chart 'number types', data set 'marks' is missing"
    del planted["charts"]["number types"]
    assert sole(shown, planted) == "chart 'number types' is missing"
    assert sole(planted, shown) == "chart 'number types' is new"


def test_another_setting_or_link_is_found(shown, planted):
    planted["settings"]["depth"] = 31
    del planted["settings"]["f"]
    planted["link"] += "&chain_depth=31"
    assert differences.of(shown, planted) == [
        "the link was 'chain_view=Number+types', is 'chain_view=Number+types&chain_depth=31'",
        "setting 'depth' was 30, is 31",
        "setting 'f' was 'sigmoid', is 'not drawn'",
    ]


# --- what is left out, and the file --------------------------------------------------------------


def test_nothing_names_the_code(shown):
    assert any(line == f"fold: {seen.THE_CODE}" for line in shown["sentences"])
    assert not any("vanishing." in line for line in shown["sentences"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "| Time of sigmoid over that of ReLU | **6.99** | at least 2 *(half)* |",
            "| Time of sigmoid over that of ReLU | **~** | at least 2 *(half)* |",
        ),
        (
            "190 of 200 cells are not computed yet: at most about 1.5 minutes on 2 processes.",
            "190 of 200 cells are not computed yet: at most about ~.",
        ),
    ],
)
def test_only_times_are_faded(before, after):
    assert seen.faded(before) == after


@pytest.mark.parametrize("line", ["ReLU keeps 3.3 times as much.", "- Half come to at most 7.8."])
def test_other_numbers_stay(line):
    assert seen.faded(line) == line


def test_a_file_gives_back_what_was_written(tmp_path, shown, planted):
    planted["sentences"][3:3] = ["of its own", "of its own"]
    record = files.Record({"one": shown, "two": planted}, "bits", frozenset({"two"}))
    files.write("x", record, tmp_path)
    text = files.path("x", tmp_path).read_text("utf-8")
    assert text.count(shown["sentences"][0]) == 1
    assert files.read("x", tmp_path) == record
    assert files.read("y", tmp_path).cases == {}


def test_a_case_stays_fragile_as_long_as_its_link_is_the_same(shown, planted):
    record = files.Record({"one": shown, "two": shown}, "bits", frozenset({"one", "two"}))
    planted["link"] += "&chain_depth=31"
    assert record.known_fragile({"two": planted, "one": shown, "three": shown}) == {"one"}


def test_without_numbers_a_chart_can_still_be_missing(shown, planted):
    planted["charts"]["number types"]["lines"]["log10"]["min"] *= 2
    planted["sentences"].pop()
    before, now = map(bits.without_numbers, (shown, planted))
    assert differences.of(before, now) == []
    del planted["charts"]["number types"]
    assert differences.of(before, bits.without_numbers(planted))

"""How many words each page has, and which pages have the chosen one; the list of all words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from vanishing.charts.view import View, specification
from vanishing.glossary.term import Term

HERE, NOT_HERE = "the word is met here", "it is not"


def by_page(word: str, counts: Mapping[str, int], met: frozenset[str]) -> View:
    """Draw how many words each page has; the pages that have this one are filled.

    Data set: rows (page, words, met).
    """
    rows = pd.DataFrame(
        {
            "page": list(counts),
            "words": list(counts.values()),
            "met": [HERE if page in met else NOT_HERE for page in counts],
        }
    )
    most = max(counts, key=lambda page: counts[page])
    words = (
        f"{word} is met on {len(met)} of {len(counts)} pages. Most words, {counts[most]}, are on "
        f"the page {most}."
    )
    note = "Counted: words of this glossary in the texts of a page, at every setting recorded."
    return View("words by page", _spec(), {"rows": rows}, alt=words, note=note)


@lru_cache
def _spec() -> dict[str, Any]:
    kinds = [HERE, NOT_HERE]
    legend = alt.Legend(title=None, orient="top", labelLimit=260)
    axis = alt.Axis(labelOverlap=False, labelFlush=False)
    chart = (
        alt.Chart(alt.NamedData("rows"), height=320)
        .mark_bar(stroke="#0072B2", strokeWidth=1.5)
        .encode(
            x=alt.X("words:Q", title="words of this list on the page"),
            y=alt.Y("page:N", title=None, sort=None, axis=axis),
            color=alt.Color(
                "met:N",
                scale=alt.Scale(domain=kinds, range=["#0072B2", "transparent"]),
                legend=legend,
            ),
            tooltip=[
                alt.Tooltip("page:N", title="page"),
                alt.Tooltip("words:Q", title="words"),
                alt.Tooltip("met:N", title=" "),
            ],
        )
    )
    return specification(chart)


def listing(terms: Mapping[str, Term]) -> pd.DataFrame:
    """Return every word with its sentence."""
    rows = [(term.word, term.says) for term in terms.values()]
    return pd.DataFrame(rows, columns=["word", "in one sentence"])

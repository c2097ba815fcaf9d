"""The article's claims and their verdicts."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from tests.reader.rooms import evidence
from tests.reader.rooms.evidence import HELD, found_at, marks, told
from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.evidence import claims, model, store
from vanishing.evidence.blocks import MARKS
from vanishing.evidence.model import Claim, Verdict

__all__ = ["CHEAP", "CORNERS", "EXCEPTIONS", "HELD", "TEMPLATES", "also", "found_at", "plain"]

CHEAP = {"show": ("all",), "page": ("all",), "seed": (0, 1)}
CORNERS = (
    *({"of": claim.key} for claim in claims.CLAIMS),
    *({"of": claim.key, "live": True, "seed": 1} for claim in claims.CLAIMS),
    {"of": "C1", "live": True, "seed": 0},
    {"of": "C7", "sort": "verdict"},
)
EXCEPTIONS = evidence.EXCEPTIONS
ENOUGH, SEEDS, NEARBY, MORE, QUICK = 0.95, 20, 3, 10, 5.0
SIGNS = {icon: verdict for verdict, (_, icon) in MARKS.items()}


def plain(seen: Seen, text: str) -> str:
    """Return a text without what was written by hand, and the reason, which `also` reads."""
    claim = claims.get(seen.v.of)
    reason = model.reason(claim, store.shipped()[claim.key])
    return "…" if text == reason else evidence.unwritten(seen, text, claim, claim.only_if)


def also(seen: Seen) -> list[str]:
    """Return where verdict, sign, reason and repeats do not follow from each other."""
    claim = claims.get(seen.v.of)
    return [
        *evidence.wrong_marks(seen, claim),
        *_verdict(seen, claim),
        *_reason(seen, claim),
        *_stands(claim),
    ]


def _shown(seen: Seen) -> Verdict:
    """Return the verdict of the coloured line."""
    (line,) = (text for text in told(seen) if "-background[" in text)
    sign = re.search(r":material/\w+:", line)[0]
    verdict = SIGNS[sign]
    return verdict if verdict.value in line else Verdict.UNSETTLED


def _verdict(seen: Seen, claim: Claim) -> list[str]:
    """Hold the verdict against the signs in the table, and the list's against it."""
    signs = dict.fromkeys(("the claim needs", "with the condition"), True)
    for row in evidence.rows(seen):
        if row["role"] in signs:
            signs[row["role"]] &= row["mark"] == evidence.GREEN
    condition = bool(claim.narrowed) and signs["with the condition"]
    holds = signs["the claim needs"]
    first = Verdict.HOLDS if holds else Verdict.ONLY_IF if condition else Verdict.FAILS
    found = [] if _shown(seen) in (first, Verdict.UNSETTLED) else [f"the table says {first}"]
    listed = SIGNS[marks(seen)[claim.key]]
    return found + ([] if listed is _shown(seen) else [f"the list says {listed}"])


def _reason(seen: Seen, claim: Claim) -> list[str]:
    """Hold the numbers of the reason against the table's."""
    words = claim.why.get(model.judge(claim, store.shipped()[claim.key]))
    if words is None:
        return []
    parts = re.split(r"\{(\w+)\}", words)
    pattern = "".join("(.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    names = parts[1::2]
    (hit,) = [hit for text in told(seen) if (hit := re.fullmatch(pattern, text))] or (None,)
    if hit is None:
        return [f"no reason reads {words!r}"]
    (table,) = (text for text in told(seen) if text.startswith("| Figure"))
    wrong = []
    for name, said in zip(names, hit.groups(), strict=True):
        label = claim.figures[name].replace("|", "\\|")
        if not re.search(rf"\| {re.escape(label)} \| \**{re.escape(said)}(?: \(|\*| \|)", table):
            wrong.append(f"{label} is not {said}")
    return wrong


def _counts(claim: Claim, place: str) -> tuple[int, int]:
    runs = [one for one in store.repeated()[claim.key] if one.place == place]
    seeds, turned = sum(one.seeds for one in runs), sum(len(one.turned) for one in runs)
    return turned if place == "beyond" else seeds - turned, seeds


def _promised(claim: Claim, one: Any) -> int:
    if not (claim.drawn or claim.timed):
        return 1
    return SEEDS if not one.setting else MORE if claim.budget <= QUICK else NEARBY


def _stands(claim: Claim) -> list[str]:
    """Hold the seeds of the repeats against what was promised of them."""
    short = [one for one in store.repeated()[claim.key] if one.seeds != _promised(claim, one)]
    return [f"{one.setting!r} was repeated {one.seeds} times" for one in short]


def _repeats(place: str) -> Any:
    def belongs(seen: Seen, _: Said) -> dict[str, Any]:
        stood, tried = _counts(claims.get(seen.v.of), place)
        return {"stood": stood, "tried": tried, "where": True, "as": True}

    return belongs


def _turns(seen: Seen, m: Said) -> bool:
    turned = {
        one.setting or "the settings as they are": f"{len(one.turned)} of {one.seeds}"
        for one in store.repeated()[seen.v.of]
        if one.turned and not one.beyond
    }
    said = dict(re.findall(r"(?:^|, )([^()]+?) \((\d+ of \d+)\)", m["list"]))
    return said == turned


def _tally(seen: Seen, m: Said) -> bool | dict[str, Any]:
    """Count the signs of the list, where it is whole."""
    page = seen.beside(show="all", page="all")
    counts = Counter(SIGNS[sign] for sign in marks(page).values())
    holds, only, fails, unsettled = (counts[verdict] for verdict in Verdict)
    verbs = {"a": holds, "b": only, "d": unsettled}
    agree = {k: "s" if n == 1 else "" for k, n in verbs.items()}
    return {
        "n": len(claims.CLAIMS),
        "holds": holds,
        "only": only,
        "fails": fails,
        "does": "does" if fails == 1 else "do",
        "unsettled": unsettled,
        "rest": (";" in m.get("rest", ";")) == bool(unsettled),
        **agree,
    }


TRUE = lambda _s, _m: True  # noqa: E731
TEMPLATES = (
    Template(
        "Of {n} claims, {holds} hold{a:s?}, {only} hold{b:s?} only under a condition, and {fails} "
        "{does:do|does} not hold as stated",
        _tally,
    ),
    Template("; {unsettled} depend{d:s?} on the draw or the setting", _tally),
    Template(
        "in {share%} of {seeds} repeats with other seeds",
        lambda _s, _m: {"share": ENOUGH, "seeds": SEEDS},
    ),
    Template("{as:in|with} {stood} of {tried} {where:repeats|seeds}", _repeats("here")),
    Template(
        "in {stood} of {tried} runs {where:nearby \\((?:[^()]|\\(w\\))*\\)}", _repeats("nearby")
    ),
    Template(
        "Across its boundary it turns, as it should, in {stood} of {tried} runs "
        "{where:\\([^()]*\\)}",
        _repeats("beyond"),
    ),
    Template("It turns at {list:.+}.", _turns),
    Template("{seed:beforehand with seed 0}", TRUE),
    Template("Measured here, with seed {seed}.", lambda s, _: {"seed": s.v.seed}),
    Template("With seed 0 the verdict is", TRUE),
    Template("|", TRUE),
)

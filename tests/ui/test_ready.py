"""What is made ready before the bell: which scenes, in which order, and when it stands back."""

import logging
import pickle
import re
from concurrent.futures import BrokenExecutor, Executor, Future
from importlib import import_module
from itertools import islice, pairwise

import pytest

from tests.pages.support import with_values
from vanishing.concepts.order import ROOMS
from vanishing.engine import lanes
from vanishing.engine.lanes import Process
from vanishing.ui import follow, ready, sources, work
from vanishing.ui.controls import choice, scale, toggle
from vanishing.ui.kept import KEPT, SPECS, Kept, in_arrow
from vanishing.ui.page import Layout, Page, Preset, Slot, Values
from vanishing.ui.ready import Filling

PAGES = ready.pages_of(ROOMS)
HERE = {room: page for room, page in PAGES.items() if room not in ready.ELSEWHERE}
WAITING = "depth"
"""The room whose needs wait for a click."""


class Here(Executor):
    """A lane that computes at once, in this thread; it can be lost, and closed."""

    def __init__(self, before=lambda: None):
        self.before, self.calls = before, []

    def submit(self, call, /, *args, **named):
        self.before()
        self.calls.append(args)
        future = Future()
        try:
            future.set_result(pickle.loads(lanes.answer(pickle.dumps((call, args, named))))[1])
        except BrokenExecutor as error:
            future.set_exception(error)
        return future


def filling(pages, lane=None, free=lambda: True):
    return Filling(pages, lane or Here(), Kept(), free)


def page(key="p", **fields):
    several = choice("view", "View", "a", {"a": "A", "b": "B"})
    controls = (scale("n", "n", 2, (1, 2, 3)), toggle("on", "on"), scale("k", "k", 1, (1, 2)))
    given = {
        "controls": (several, *controls),
        "selector": "view",
        "layouts": {"a": Layout(("n", Slot("k", {"n": (3,)}))), "b": Layout(("on",))},
        "presets": (Preset("three", "", {"n": 3, "k": 2}), Preset("same", "", {"n": 2, "k": 2})),
    }
    rest = dict.fromkeys(("path", "title", "icon", "question", "answer", "source"), key)
    return Page(key, **rest, **given | fields)


# --- what, and in which order ---------------------------------------------------------------------


def short(values):
    return tuple(value for value in values.values())


def test_defaults_come_first_then_views_presets_and_steps_the_nearest_first():
    found = [(room, short(v)) for room, v in ready.cases({"x": page(), "y": page("q")})]
    default, other, three = ("a", 2, False, 1), ("b", 2, False, 1), ("a", 3, False, 2)
    assert found == [
        *(("x", default), ("y", default)),
        *(("x", other), ("y", other)),
        *(("x", three), ("y", three)),
        # The two pages take turns; what has been before is not given again.
        *(("x", ("a", 1, False, 1)), ("y", ("a", 1, False, 1))),
        *(("x", ("a", 3, False, 1)), ("y", ("a", 3, False, 1))),
        *(("x", ("b", 2, True, 1)), ("y", ("b", 2, True, 1))),
    ], "a control that is not drawn is at its default"


def test_every_page_s_defaults_views_and_presets_are_there_each_once():
    found = [(room, tuple(v.items())) for room, v in ready.cases(PAGES)]
    assert len(set(found)) == len(found)
    first = list(dict.fromkeys(room for room, _ in found))
    assert first == [*ROOMS], "each page's default before any page's second view"
    assert {room for room, v in found if follow.ALL not in dict(v).values()} == set(HERE)
    for room, one in HERE.items():
        views = one.control(one.selector).options if one.selector else ()
        asked = [{}, *({one.selector: view} for view in views), *(p.values for p in one.presets)]
        for changes in asked:
            values = one.values(ready.on_screen(one, changes))
            assert (room, tuple(values.items())) in found[:110]


def test_a_step_is_of_the_control_that_a_reader_moves_first():
    """The one that is followed; else the uppermost slider, which stands above the charts."""
    moved = {room: ready.moved_first(one, ready.on_screen(one, {})) for room, one in HERE.items()}
    assert moved["home"] == moved["chain"] == moved["layers"] == "depth"
    assert moved["recurrent"] == "gain"
    no_sliders = page(layouts=Layout(("view", "on")), selector="")
    assert ready.moved_first(no_sliders, {"view": "a", "on": False}) == "view"


def test_what_several_settings_need_alike_is_computed_once(monkeypatch):
    begun = []

    def runs(settings):
        begun.append(settings)
        yield 1

    alike, own = work.Ask(runs, "alike"), lambda v: work.Ask(runs, v.depth)
    scenes = import_module("vanishing.concepts.home.scenes")
    monkeypatch.setattr(scenes, "needs", lambda v: {"alike": alike, "own": own(v)})
    for depth in (3, 4, 3):
        *_, scene = ready.made(("home", tuple(scenes.PAGE.values({"depth": depth}).items())))
        assert scene.notice
    assert begun == ["alike", 3, 4]


def test_several_choices_are_changed_one_by_one_and_never_all_gone():
    chosen = PAGES["recurrent"].control("f")
    changed = ready._nearest(chosen, chosen.options[:1])
    assert changed == [(*chosen.options[:1], other) for other in chosen.options[1:]]


# --- scenes ---------------------------------------------------------------------------------------


def first_cases(room):
    """Give a page's defaults, views and presets: all but the steps."""
    one = PAGES[room]
    views = one.control(one.selector).options if one.selector else ()
    for changes in [{}, *({one.selector: v} for v in views), *(p.values for p in one.presets)]:
        yield one.values(ready.on_screen(one, changes))


QUICK = ("home", "claims", "papers", "descent")


@pytest.mark.parametrize("room", ROOMS)
def test_the_scenes_of_all_views_and_presets_are_whole_and_can_be_sent(room):
    """Of runs that take long only the first steps: what a scene holds does not depend on them."""
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    for values in islice(first_cases(room), 1 if room == WAITING else None):
        found = {name: started(ask) for name, ask in scenes.needs(values).items()}
        made = scenes.scene(values, found)
        assert lacking(made) == [], values
        if room not in ready.ELSEWHERE:
            scene = in_arrow(made)
            assert pickle.loads(pickle.dumps(scene)).notice == scene.notice


def lacking(scene):
    """Return what a scene has none of: charts with rows, words to notice, code to be read."""
    code = [sources.source_of(item) for item in scene.code]
    rows = [sum(map(len, chart.frames.values())) for chart in scene.views()]
    there = {
        "charts": rows,
        "rows": all(rows),
        "notice": scene.notice and all(words.strip() for words in scene.notice),
        "code": code,
        "code without checks": not any(re.search(r"^\s*limits\.", text, re.M) for text in code),
    }
    return [what for what, seen in there.items() if not seen]


def started(ask):
    """Return a first result of what is shown before it is complete, else the whole."""
    job = work.Job(ask)
    while not job.finished and not (job.some and ask.partial and job.steps > 1):
        job.push()
    return job.result


@pytest.mark.parametrize("room", QUICK)
def test_what_is_made_ready_is_what_the_page_makes_itself(room, monkeypatch):
    monkeypatch.setattr(ready, "SCENES", 3)
    scenes = import_module(f"vanishing.concepts.{room}.scenes")
    fill = filling({room: PAGES[room]})
    fill.fill()
    # Pictures that follow bring the scene of each value with them, and then it is enough.
    assert len(fill.into) >= 3
    first = [v for (_, v), _ in zip(ready.cases(fill.pages), range(3), strict=False)]
    made = [v for v in first if fill.into.holds(scenes.PAGE, v) and follow.ALL not in v.values()]
    assert made
    for values in made:
        kept = fill.into.get(scenes.PAGE, values)
        own = in_arrow(scenes.scene(values, work.finish(scenes.needs(values))))
        assert (kept.notice, kept.code, kept.equations) == (own.notice, own.code, own.equations)
        for one, other in zip(kept.views(), own.views(), strict=True):
            assert (one.name, one.alt, one.note) == (other.name, other.alt, other.note)
            assert one.spec is SPECS.shared(other.spec), (
                "one specification for all charts of a shape"
            )
            assert one.frames.keys() == other.frames.keys()
            assert all(one.frames[name].equals(other.frames[name]) for name in one.frames)


def test_pictures_of_all_values_bring_the_scene_of_each_where_the_page_opens():
    page = PAGES["descent"]
    fill = filling({"descent": page})
    opens = ready.on_screen(page, {})
    sizes = page.control("eta_bowl").options
    fill.fill([("descent", follow.wanted(page, opens))])
    assert len(fill.into) == 1 + len(sizes)
    assert all(fill.into.holds(page, page.values({**opens, "eta_bowl": size})) for size in sizes)
    scenes = import_module("vanishing.concepts.descent.scenes")
    values = page.values({**opens, "eta_bowl": sizes[-1]})
    own = scenes.scene(values, work.finish(scenes.needs(values)))
    assert fill.into.get(page, values).notice == own.notice
    other = {**opens, "kappa": page.control("kappa").options[0]}
    fill.fill([("descent", follow.wanted(page, other))])
    assert len(fill.into) == 2 + len(sizes), "elsewhere they are the visitors' own"


def test_the_stage_finds_what_is_ready_and_makes_nothing_itself(monkeypatch):
    KEPT.clear()
    wanted = PAGES["descent"].preset("Plateau").values
    fill = Filling({"descent": PAGES["descent"]}, Here(), KEPT, lambda: True)
    cases = [("descent", v) for _, v in ready.cases(fill.pages) if v["view"] == "plateau"]
    monkeypatch.setattr(ready, "cases", lambda _: cases)
    monkeypatch.setattr(ready, "SCENES", 2)
    fill.fill()
    assert len(KEPT) == 2
    monkeypatch.setattr("vanishing.concepts.descent.scenes.scene", None)
    at = with_values(PAGES["descent"], **wanted)
    assert not at.exception
    KEPT.clear()


def test_what_waits_for_a_click_or_is_too_large_is_not_made():
    def tell(room, **changes):
        v = import_module(f"vanishing.concepts.{room}.table").PAGE.values(changes)
        return list(ready.made((room, tuple(v.items()))))

    assert tell(WAITING) == []
    largest = {c.name: c.options[-1] for c in PAGES["training"].controls if c.kind == "scale"}
    assert tell("training", **largest) == []
    assert tell("home") != []


# --- when -----------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch):
    """Make scenes of a room that is not there, as many as are asked for."""
    pages = {"x": page(layouts=Layout(("n",)), selector="")}
    values = [Values({"n": n}) for n in range(10)]
    monkeypatch.setattr(ready, "cases", lambda _: (("x", v) for v in values))
    monkeypatch.setattr(ready, "made", numbered)
    return pages, values


def numbered(settings):
    """Give a real scene, whatever the number; of some numbers there is none."""
    ((_, n),) = settings[1]
    if n == 3:
        raise ArithmeticError("three")
    scenes = import_module("vanishing.concepts.home.scenes")
    v = scenes.PAGE.values({})
    yield in_arrow(scenes.scene(v, work.finish(scenes.needs(v))))


def test_visitors_come_first(counted):
    pages, _ = counted
    calls, fill = [], None

    def free():
        # Somebody waits, twice before each piece.
        calls.append(len(fill.lane.calls))
        return len(calls) % 3 == 0

    fill = filling(pages, free=free)
    fill.fill()
    assert len(fill.into) == 9
    assert all(calls.count(n) == 3 for n in range(len(fill.lane.calls)))
    assert all(later - before <= 1 for before, later in pairwise(calls))


def test_what_fails_is_said_once_and_left_out(counted, caplog):
    pages, values = counted
    fill = filling(pages)
    with caplog.at_level(logging.WARNING):
        fill.fill()
    assert [record.getMessage() for record in caplog.records] == [
        "not made ready: x {'n': 3}: ArithmeticError('three')"
    ]
    assert [n for n, v in enumerate(values) if not fill.into.holds(pages["x"], v)] == [3]


def test_what_a_visitor_has_had_made_meanwhile_is_not_made_again(counted):
    pages, values = counted
    scene = next(numbered(("home", (("n", 0),))))
    fill = filling(pages)
    mine = fill.into.put(pages["x"], values[5], scene)
    fill.fill()
    begun = {key for key, *_ in fill.lane.calls}
    assert len(begun) == 9, "nine and one that failed, but for the visitor's"
    assert fill.into.get(pages["x"], values[5]) is mine


@pytest.mark.parametrize(("bound", "most"), [("SCENES", 4), ("BYTES", 1), ("SECONDS", 0.0)])
def test_it_is_bounded(counted, monkeypatch, bound, most):
    pages, _ = counted
    monkeypatch.setattr(ready, bound, most)
    fill = filling(pages)
    fill.fill()
    assert len(fill.into) == {"SCENES": 4, "BYTES": 1, "SECONDS": 0}[bound]


def test_the_bounds_leave_half_to_visitors():
    assert KEPT._entries >= ready.SCENES * 2
    assert KEPT._most >= ready.BYTES * 2


def test_it_ends_where_no_process_is_to_be_had_and_says_so_once(counted, caplog):
    pages, _ = counted

    class Lost(Executor):
        def submit(self, call, /, *args, **named):
            future = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future

    fill = filling(pages, Lost())
    with caplog.at_level(logging.WARNING):
        fill.fill()
    assert len(caplog.records) == 1
    assert len(fill.into) == 0


def test_it_ends_with_the_program_and_says_nothing(counted, caplog):
    pages, _ = counted

    class Closed(Executor):
        def submit(self, call, /, *args, **named):
            raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    with caplog.at_level(logging.WARNING):
        filling(pages, Closed()).fill()
    assert not caplog.records


def test_a_killed_process_is_replaced(monkeypatch):
    monkeypatch.setattr(ready, "SCENES", 3)
    with Process() as own:
        own.submit(int).result()
        killed = own._process
        fill = filling({"home": PAGES["home"]}, own)
        killed.kill()
        fill.fill()
        assert own.pid != killed.pid
    assert len(fill.into) == 1 + len(PAGES["home"].control("depth").options)

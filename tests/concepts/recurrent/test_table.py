from vanishing.concepts.recurrent import table
from vanishing.concepts.recurrent.scenes import needs
from vanishing.ui import work

DEFAULTS = table.PAGE.defaults()
MOST = DEFAULTS | {
    control.name: control.options[-1] for control in table.PAGE.controls if control.kind == "scale"
}


def test_the_three_runs_differ_in_clipping_and_cell_only():
    plain, clipped, lstm = table.settings(DEFAULTS).values()
    assert [field for field, *_ in plain.difference(clipped)] == ["threshold"]
    assert [field for field, *_ in clipped.difference(lstm)] == ["cell"]
    assert plain.threshold == 0
    assert clipped.threshold == DEFAULTS["c"]


def test_every_setting_through_time_is_within_its_limits():
    for name in table.ACTIVATIONS:
        for init in table.WEIGHTS:
            one = table.recurrence(MOST | {"init": init}, name)
            assert (one.width, one.steps, one.nets) == (64, 200, table.NETS)


def fits(v) -> bool:
    return work.fits(needs(v))


def test_what_is_too_large_leads_to_what_fits():
    learn, most = (table.PAGE.values(v | {"view": "learn"}) for v in (DEFAULTS, MOST))
    assert fits(learn)
    assert table.PAGE.nearest(learn, fits) == {}
    assert not fits(most)
    changes = table.PAGE.nearest(most, fits)
    assert fits(table.PAGE.values({**most, **changes}))
    assert next(iter(changes)) == "updates"
    assert changes["updates"] >= 100
    long = table.PAGE.values({**learn, "updates": 2000, "length": 200})
    assert list(table.PAGE.nearest(long, fits)) == ["updates"]

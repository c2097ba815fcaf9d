"""What a reader has set is not lost when it leaves the screen."""

from tests.pages.support import assert_sound, open_page, press, with_values
from vanishing.concepts.dying.table import PAGE
from vanishing.ui import memory


def show(at, view):
    return at.segmented_control(key="dying_view").set_value(view).run()


def test_a_setting_comes_back_with_its_view():
    at = open_page(PAGE)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    show(at, "born")
    assert "dying_b" not in [s.key for s in at.select_slider]
    show(at, "neuron")
    assert_sound(at)
    assert at.select_slider(key="dying_b").value == -2.0


def test_it_comes_back_also_where_the_link_said_otherwise():
    at = with_values(PAGE, b=1.0)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    show(at, "born")
    show(at, "neuron")
    assert at.select_slider(key="dying_b").value == -2.0


def test_coming_back_by_the_navigation_finds_the_page_as_it_was_left():
    at = open_page(PAGE)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    at.switch_page("pages/home.py").run()
    at.switch_page("pages/dying.py").run()
    assert at.select_slider(key="dying_b").value == -2.0


def test_coming_back_by_a_link_finds_what_the_link_says():
    at = open_page(PAGE)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    at.switch_page("pages/home.py").run()
    at.query_params["dying_w1"] = "0.3"
    at.switch_page("pages/dying.py").run()
    assert at.select_slider(key="dying_w1").value == 0.3
    assert at.select_slider(key="dying_b").value == PAGE.control("b").default


def undo(at):
    return at.button(key="dying_undo").click().run()


def test_undo_takes_back_a_change_whose_work_was_still_running(monkeypatch):
    at = open_page(PAGE)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    with monkeypatch.context() as called_off:
        # A run that is called off does not come to its end.
        called_off.setattr(memory, "remember", lambda *_: None)
        at.select_slider(key="dying_b").set_value(-3.0).run()
    assert undo(at).select_slider(key="dying_b").value == -2.0
    assert undo(at).select_slider(key="dying_b").value == PAGE.control("b").default


def test_undo_pressed_again_while_the_first_state_is_computed_stays_there(monkeypatch):
    at = open_page(PAGE)
    at.select_slider(key="dying_b").set_value(-2.0).run()
    # The button on screen is still that of the run before.
    monkeypatch.setattr(memory, "can_undo", lambda _: True)
    monkeypatch.setattr(memory, "remember", lambda *_: None)
    undo(undo(at))
    assert_sound(at)
    assert at.select_slider(key="dying_b").value == PAGE.control("b").default


def test_a_preset_may_be_pressed_before_the_first_run_has_come_to_its_end(monkeypatch):
    with monkeypatch.context() as called_off:
        called_off.setattr(memory, "remember", lambda *_: None)
        at = open_page(PAGE)
    preset = PAGE.presets[0]
    assert preset.values["b"] != PAGE.control("b").default
    press(at, PAGE, preset.name)
    assert_sound(at)
    assert at.select_slider(key="dying_b").value == preset.values["b"]

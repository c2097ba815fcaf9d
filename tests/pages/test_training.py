from tests.pages import support
from vanishing.ui.tables.training import PAGE


def test_default_shows_the_sigmoid_net_stuck_and_the_relu_net_learning():
    at = support.open_page(PAGE)
    support.assert_sound(at)
    loss = support.charts(at)["scrubbed"]["loss"]
    last = loss.groupby("series").loss.last()
    assert last["A: sigmoid"] > 0.69
    assert last["B: ReLU"] < 0.1

"""The learner's questions (fractions, hints, a score, a link) and the teacher's lie, which a nudge finds out."""

import re

import pytest

from autograd_mini import Tensor, Value, gradients, step_through, tanh
from autograd_mini.errors import DrawingError, KindError
from autograd_mini.snapshot import Snapshot
from autograd_mini.stepping.wrong import TWISTS, describe_twist, plant

from ..support.stepped import at, expect, product, words


def test_a_link_opens_the_questions(visit):
    tab = visit(product(), "#step=1&ask")
    at(tab, 1)
    expect(tab.get_by_label("Ask me each number")).to_be_checked()
    expect(tab.get_by_label("What is p?")).to_be_visible()
    tab.keyboard.press("ArrowRight")
    expect(tab).to_have_url(re.compile("#step=2&ask$"))
    tab.get_by_label("Ask me each number").uncheck()
    expect(tab).to_have_url(re.compile("#step=2$"))


def test_a_link_without_a_step_opens_them_too(visit):
    tab = visit(product(), "#ask")
    at(tab, 0)
    expect(tab.get_by_label("Ask me each number")).to_be_checked()


RIGHT = ["1/2 0.5", "-1/3 -0.3333", "2/4 0.5", "1 / 8 0.125", "−1/4 -0.25", "1/0 inf", "≈1 1"]
WRONG = ["1/2/2 0.25", "1/ 1", "/2 0.5", "1/3 0.5", "0/0 0"]


def test_fractions_are_numbers(visit):
    tab = visit(product())
    pairs = [pair.rsplit(" ", 1) for pair in RIGHT + WRONG]
    found = tab.evaluate("pairs => pairs.map(([typed, shown]) => isNear(typed, shown))", pairs)
    assert found == [True] * len(RIGHT) + [False] * len(WRONG)


def test_hints_come_one_by_one(visit):
    a, b = Value(4.0, label="a"), Value(5.0, label="b")
    loss = (a * b) * 2.0
    loss.label = "loss"
    tab = visit(step_through(loss), "#step=5&ask")  # from a·b to a: 2 × 5
    hint = tab.get_by_role("button", name="Hint")
    hints = tab.locator(".hints li")
    expect(hints).to_have_count(0)
    hint.click()
    expect(hints.last).to_have_text("The chain rule: what a·b has, the upstream, times a·b's own derivative by a.")
    hint.click()
    expect(hints.last).to_have_text("That local derivative: ∂(a·b)/∂a = b = ? Here a·b = 4 × 5.")
    hint.click()
    expect(hints.last).to_have_text("It is 5. So 2 × 5 = ?")
    expect(hint).to_be_disabled()


def test_the_score_counts_what_was_found_alone(visit):
    tab = visit(product(), "#step=1&ask")

    def answer(name, number):
        tab.get_by_label(name).fill(number)
        tab.keyboard.press("Enter")

    answer("What is p?", "-6")
    score = tab.locator(".score")
    expect(score).to_have_text("Score: 1 of 1 by yourself, 0 with help, 0 shown.")
    tab.get_by_role("button", name="Next step").click()
    tab.get_by_role("button", name="Hint").click()
    expect(tab.locator(".hints")).to_have_text("It is below 0.")
    answer("What is p·0.1?", "-6/10")
    expect(score).to_have_text("Score: 1 of 2 by yourself, 1 with help, 0 shown.")
    tab.get_by_role("button", name="Next step").click()
    answer("What is tanh(p·0.1)?", "5")
    answer("What is tanh(p·0.1)?", "-0.537")
    tab.get_by_role("button", name="Next step").click()
    tab.get_by_role("button", name="Show me").click()
    expect(score).to_have_text("Score: 1 of 4 by yourself, 2 with help, 1 shown.")
    tab.keyboard.press("ArrowLeft")
    answer("What is tanh(p·0.1)?", "-0.537")  # once more does not count again
    expect(score).to_have_text("Score: 1 of 4 by yourself, 2 with help, 1 shown.")


def test_nothing_tells_the_number_that_is_asked_for(visit):
    tab = visit(product(), "#step=8&ask")
    expect(tab.locator(".nudge")).to_be_hidden()
    tab.get_by_role("button", name="Show me").click()
    expect(tab.locator(".nudge")).to_be_visible()


def test_questions_are_about_the_numbers_chosen(visit):
    tab = visit(product(), "#step=1&ask")
    tab.get_by_label("w", exact=True).fill("0.5")
    expect(words(tab)).to_contain_text("0.5 × (-2) = ?")  # a number is taken at the next frame, and asked of anew
    tab.get_by_label("What is p?").fill("-1")
    tab.keyboard.press("Enter")
    expect(tab.locator(".verdict")).to_have_text("Right: -1.")


def graph():
    w, x, b = Value(2.0, label="w"), Value(-1.0, label="x"), Value(0.5, label="b")
    p = w * x
    p.label = "p"
    loss = tanh(p + b) * x
    loss.label = "loss"
    return loss


def test_one_derivative_is_wrong_and_nothing_else():
    seen = set()
    for seed in range(60):
        right, taken = Snapshot(graph()), Snapshot(graph())
        lie = plant(taken, seed)
        seen.add(lie.words)
        wrong = []
        for mine, other in zip(taken.nodes, right.nodes, strict=True):
            assert (mine.data, mine.name, mine.label) == (other.data, other.name, other.label)
            pairs = zip(taken.local_derivatives(mine), right.local_derivatives(other), strict=True)
            wrong += [(mine, i) for i, (found, slope) in enumerate(pairs) if found != slope]
        assert [(node is lie.node, i) for node, i in wrong] == [(True, lie.position)]
    assert seen == {describe_twist(name) for name in TWISTS}


def test_the_same_number_plants_the_same_lie():
    assert step_through(graph(), wrong=5).html == step_through(graph(), wrong=5).html
    assert len({step_through(graph(), wrong=seed).html for seed in range(8)}) > 3


def test_the_graph_itself_does_not_lie():
    loss = graph()
    step_through(loss, wrong=1)
    right, found = gradients(graph()), gradients(loss)
    assert [*found.values()] == [*right.values()]


def test_a_chosen_card_lies_and_is_found(visit):
    loss = graph()
    p = loss.inputs[0].inputs[0].inputs[0]
    tab = visit(step_through(loss, wrong=p), "#step=8")
    expect(tab.locator("h1")).to_have_text("Which card lies?")
    expect(tab.locator("#asking")).to_be_hidden()
    said, accused = tab.locator(".teacher .verdict"), tab.get_by_label("The card that lies")
    expect(accused).to_have_value("5")  # the card that hands on
    tab.get_by_role("button", name="This one lies").click()
    expect(said).to_have_text("tanh(p + b) tells the truth. Look further.")
    accused.select_option("p")
    tab.get_by_role("button", name="This one lies").click()
    expect(said).to_have_text(re.compile(r"^Found, at try 2: of ∂p/∂[wx] it is"))


def test_a_nudge_finds_the_lie_out(visit):
    loss = graph()
    p = loss.inputs[0].inputs[0].inputs[0]
    page = step_through(loss, wrong=p)
    (run,) = page.runs
    liar = run["arrows"][run["wrong"]["arrow"]]
    assert run["cards"][liar["head"]]["name"] == "p"
    tab = visit(page)
    verdict = tab.locator(".nudge .remark")
    deceived = run["cards"][liar["tail"]]["name"]
    for name, is_right in [("loss", True), ("tanh(p + b)", True), ("p", True), (deceived, False)]:
        tab.get_by_label("Raise").select_option(name)
        expect(verdict).to_have_text(re.compile("^They agree" if is_right else "^They differ"))


def test_what_cannot_lie_is_refused():
    x = Value(2.0, label="x")
    with pytest.raises(DrawingError, match="no lie would show in x"):
        step_through(x, wrong=0)
    with pytest.raises(DrawingError, match="no lie would show in loss"):
        step_through(graph(), wrong=Value(1.0))
    with pytest.raises(DrawingError, match="no lie would show in sum"):
        step_through((Tensor([1.0, 2.0]) * 2.0).sum(), wrong=0)
    for bad in (1.5, "p", True):
        with pytest.raises(KindError, match="a whole number or a node of the graph as wrong"):
            step_through(graph(), wrong=bad)

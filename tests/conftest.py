"""How much hypothesis does (HYPOTHESIS_PROFILE=thorough for a long look, brief for a short one), and a browser."""

import contextlib
import os
import signal
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import Phase, settings

from .support.browsers import find_chromium, find_firefox, run_firefox

# It skips where Playwright is missing; looking for doctests, pytest would keep it half made for those who import it.
collect_ignore_glob = ["*stepped.py"]

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell runs beside ignores Ctrl-C, which is tested

settings.register_profile("brief", max_examples=4, deadline=None, print_blob=True)
settings.register_profile("default", max_examples=16, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=24, deadline=None, print_blob=True)
# For those who ask only whether a test fails: the default's examples, and no smaller ones looked for.
settings.register_profile(
    "failing", max_examples=16, deadline=None, phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# With a seed the examples are the same in every run. Else numbers written in our code would be drawn, too, from the
# modules loaded so far, and each worker has loaded others.
with contextlib.suppress(ImportError):  # an older hypothesis draws none
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = providers.Constants


@pytest.fixture(scope="module")
def jax_in_doubles():
    """JAX, where it is installed, computes in float64 for one file of tests; the next finds it as it was."""
    config = import_module("jax").config if find_spec("jax") else None
    before = config and config.jax_enable_x64
    if config:
        config.update("jax_enable_x64", True)
    yield
    if config:
        config.update("jax_enable_x64", before)


@pytest.fixture(scope="module")  # while Playwright is up, its event loop runs, and no test of others may start one
def browser():
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine: the stepper was not driven in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory):
    program = find_firefox()
    if program is None:
        pytest.skip("no Firefox on this machine: the stepper was driven in Chromium alone")
    pytest.importorskip("websockets", reason="pip install 'autograd_mini[browser]': Firefox was not driven")
    with run_firefox(program, tmp_path_factory.mktemp("firefox")) as firefox:
        yield firefox


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page from a file; afterwards nothing may have been fetched, and nothing complained of."""
    seen, complaints, contexts = [], [], []

    def visit(page, fragment="", **options):
        page.save(tmp_path / "graph.html")
        context = browser.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(20_000)
        tab.on("request", lambda request: seen.append(request.url.partition("#")[0]))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(f"{(tmp_path / 'graph.html').as_uri()}{fragment}")
        tab.wait_for_selector(".card:not(.away)")
        return tab

    yield visit
    for context in contexts:
        context.close()
    assert set(seen) == {(tmp_path / "graph.html").as_uri()}
    assert complaints == []

"""The browsers of this machine: Chromium, which Playwright drives, and Firefox, spoken to in WebDriver BiDi."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any


def find_chromium() -> str | None:
    """The program, where it is installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def find_firefox() -> str | None:
    """The program, where it is installed."""
    return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


class Firefox:
    """A Firefox without a window; Playwright drives only a Firefox of its own, so this speaks the W3C's protocol."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._sent = socket, 0
        self._tab = ""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def send(self, method: str, **params: Any) -> Any:
        """What a command answers; what happens meanwhile is noted."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            heard = json.loads(self._socket.recv(timeout=60))
            if heard.get("id") == self._sent:
                assert heard["type"] == "success", f"{method}: {heard['message']}"
                return heard["result"]
            if heard.get("params", {}).get("context") == self._tab or "source" in heard.get("params", {}):
                self._note(heard["method"], heard["params"])

    def _note(self, method: str, params: Any) -> None:
        if method == "log.entryAdded" and params["source"].get("context") == self._tab:
            self.complaints.append(params["text"])
        if method == "network.beforeRequestSent":
            self.requests.append(params["request"]["url"].partition("#")[0])

    def open(self, address: str, width: int = 1366, height: int = 768) -> None:
        """Open an address in a new tab, the only one that is listened to."""
        self._tab = self.send("browsingContext.create", type="tab")["context"]
        self.complaints, self.requests = [], []
        self.send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})
        self.send("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What an expression of JavaScript gives on the page."""
        text = f"Promise.resolve({expression}).then((x) => JSON.stringify(x) ?? 'null')"
        told = self.send("script.evaluate", expression=text, target={"context": self._tab}, awaitPromise=True)
        assert told["type"] == "success", told["exceptionDetails"]["text"]
        return json.loads(told["result"]["value"])

    def press(self, *keys: str) -> None:
        """Press keys one after another, as a hand does."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.send("input.performActions", context=self._tab, actions=[source])

    def click(self, selector: str) -> None:
        """Click in the middle of an element."""
        find = f"document.querySelector({json.dumps(selector)})"
        x, y = self.evaluate(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])"
            f"(({find}.scrollIntoView({{block: 'nearest'}}), {find}.getBoundingClientRect()))"
        )
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        actions = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self.send(
            "input.performActions", context=self._tab, actions=[{"type": "pointer", "id": "mouse", "actions": actions}]
        )

    def close(self) -> None:
        """Close the tab."""
        self.send("browsingContext.close", context=self._tab)


@contextmanager
def run_firefox(program: str, folder: Path) -> Iterator[Firefox]:
    """A Firefox whose profile lies in that folder."""
    from websockets.sync.client import connect

    command = [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    (folder / "user.js").write_text(QUIET, "utf-8")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = iter(process.stderr.readline, "")
        address = next(filter(None, (re.search(r"BiDi listening on (ws://\S+)", line) for line in said)))[1]
        drain = Thread(target=process.stderr.read, daemon=True)  # else it would wait for somebody to read
        drain.start()
        try:
            with connect(f"{address}/session", max_size=None) as socket:
                firefox = Firefox(socket)
                yield firefox
                firefox.send("browser.close")
            process.wait(30)
        finally:
            process.kill()
            drain.join()


QUIET = """
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
"""
"""It asks nothing of the network."""

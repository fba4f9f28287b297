"""A headless Chromium or Chrome, driven through its driver (W3C WebDriver) with nothing but Python.

Whatever is in the path will do: `chromedriver` with a browser that it finds by itself, or
`chromium.chromedriver`, as the snap of Ubuntu calls its own. The variables CHROMEDRIVER and CHROME
name others.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request

DRIVERS = ["chromedriver", "chromium.chromedriver"]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]


def find_driver():
    named = os.environ.get("CHROMEDRIVER")
    for name in [named] if named else DRIVERS:
        if shutil.which(name):
            return shutil.which(name)
    raise RuntimeError("no driver of a browser is in the path: 'apt-get install chromium-driver' on Debian, "
                       "'snap install chromium' on Ubuntu, or name one in CHROMEDRIVER (and the browser in CHROME)")


def find_browser(driver):
    """The program, or None for the one that the driver finds; a snap's driver finds none but its own."""
    if os.environ.get("CHROME"):
        return os.environ["CHROME"]
    if os.path.basename(driver) == "chromium.chromedriver":
        return None
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


class Browser:
    """Starts with `with`, and ends with it, driver and all."""

    def __init__(self):
        path = find_driver()
        self.driver = subprocess.Popen([path, "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                self.base = f"http://127.0.0.1:{found.group(1)}"
                break
        else:
            raise RuntimeError(path + " did not start")
        options = {"args": ["--headless=new", "--window-size=1400,900", "--disable-dev-shm-usage"]}
        if os.getuid() == 0:
            options["args"].append("--no-sandbox")
        program = find_browser(path)
        if program:
            options["binary"] = program
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": {"script": 60000}}}
        try:
            session = self._call("POST", "/session", {"capabilities": capabilities})
        except RuntimeError:
            self._end_driver()
            raise
        self.session = "/session/" + session["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", self.session)
        finally:
            self._end_driver()

    def _end_driver(self):
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, url):
        self._call("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        """The value that the script returns, or that its promise comes to."""
        return self._call("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_until(self, condition, *arguments):
        """Until a JavaScript expression is true; the driver gives up after a minute. One that fails, since
        what it looks for is not there, is not true yet."""
        try:
            self.run(
                "const given = [...arguments]; const condition = (...arguments) => (" + condition + ");"
                "return new Promise((done) => { const look = () => { let holds = false;"
                "try { holds = condition(...given); } catch { holds = false; }"
                "holds ? done(true) : setTimeout(look, 20); }; look(); })",
                *arguments,
            )
        except RuntimeError as error:
            raise AssertionError(f"{condition} {arguments}: {error}") from None

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.textContent ?? null", selector)

    def click(self, selector, text=None):
        """The element, or the one among such elements that has this text."""
        self.wait_until("[...document.querySelectorAll(arguments[0])]"
                        ".some((one) => arguments[1] === null || one.textContent === arguments[1])", selector, text)
        self.run("[...document.querySelectorAll(arguments[0])]"
                 ".find((one) => arguments[1] === null || one.textContent === arguments[1]).click()", selector, text)

    def resize(self, width, height):
        self._call("POST", self.session + "/window/rect", {"width": width, "height": height})

    def prefer_colours(self, scheme):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("POST", self.session + "/goog/cdp/execute",
                   {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def press(self, key):
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("POST", self.session + "/actions",
                   {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def save_screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._call("GET", self.session + "/screenshot")))

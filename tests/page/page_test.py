#!/usr/bin/env python3
"""The simulator's page in a real browser: page_test.py <dropcowboy> [<directory for screenshots>]"""

import http.client
import http.server
import json
import os
import queue
import subprocess
import sys
import threading
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402

ARROW_DOWN = "\ue015"
ESCAPE = "\ue00c"
HOSTILE = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"
program = ""
screenshots = None


class Receiver(http.server.ThreadingHTTPServer):
    """The sender's receiver of callbacks, and a foreign web page."""

    def __init__(self):
        received = self.received = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>elsewhere</title>")

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next(self):
        return self.received.get(timeout=60)


class PageTest(unittest.TestCase):
    def setUp(self):
        self.simulator = subprocess.Popen([program, "simulate"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                          text=True)
        self.addCleanup(self.stop_simulator)
        self.listening = json.loads(self.simulator.stdout.readline())
        threading.Thread(target=lambda: self.simulator.stdout.read(), daemon=True).start()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.browser = Browser()
        self.addCleanup(self.browser.__exit__)
        host = urllib.parse.urlsplit(self.listening["url"]).netloc
        self.connection = http.client.HTTPConnection(host)
        self.addCleanup(self.connection.close)
        self.open_page()

    def stop_simulator(self):
        self.simulator.terminate()
        self.simulator.wait()
        self.simulator.stdout.close()

    def open_page(self):
        self.browser.open(self.listening["page_url"])
        self.browser.wait_until("document.querySelector('#link.live') && account")

    def post(self, path, body, headers=None):
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def order(self, what, **order):
        self.assertEqual(200, self.post("/page/api/" + what, order, {"Origin": self.listening["page_url"][:-1]}))

    def send(self, **fields):
        body = {
            "team_id": self.listening["team_id"], "secret": self.listening["secret"],
            "brand_id": "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10", "phone_number": "+15550010001",
            "recording_id": "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21", "forwarding_number": "+15557654321",
            **fields,
        }
        return self.post("/v1/rvm", {key: value for key, value in body.items() if value is not None})

    def test_a_message_appears_and_its_callback_is_triggered(self):
        self.order("callback-fault", delay_ms=600000)
        self.send(foreign_id="order-17", callback_url=self.receiver.url)
        self.browser.wait_until("document.querySelector('.row .outcome')?.textContent === 'queued'")
        self.browser.press(ARROW_DOWN)
        self.browser.wait_until("!document.querySelector('#detail').hidden")
        self.assertIn("order-17", self.browser.run("return document.querySelector('#detail').textContent"))
        self.browser.run("const list = document.querySelector('#detail select'); list.value = '4006';"
                         "[...document.querySelectorAll('#detail button')]"
                         ".find((one) => one.textContent === 'Fail with').click()")
        self.assertEqual("User Busy", self.receiver.next()["reason"])
        self.browser.wait_until("document.querySelector('.row .outcome').textContent === 'User Busy'")
        self.browser.wait_until("document.querySelector('.row .callback-word').textContent === '200'")
        self.browser.press(ESCAPE)
        self.browser.wait_until("document.querySelector('#detail').hidden")

    def test_a_script_stays_text(self):
        self.send(recording_id=None, tts_body=HOSTILE, voice_id="v-1", foreign_id=HOSTILE, phone_number=HOSTILE,
                  callback_url=self.receiver.url)
        self.receiver.next()
        self.browser.wait_until("document.querySelector('.row')")
        self.browser.run("document.querySelector('.row').click()")
        self.browser.wait_until("document.querySelector('#detail blockquote')?.textContent === arguments[0]", HOSTILE)
        self.assertEqual(0, self.browser.run("return document.querySelectorAll('#messages-view img, #messages-view script').length"))
        self.assertIsNone(self.browser.run("return window.hacked ?? null"))

    def test_another_origin_gets_nothing(self):
        self.send(foreign_id="private")
        self.browser.open(self.receiver.url)
        page = self.listening["page_url"]
        for path in ["page/api/messages.json", "page/api/account", ""]:
            self.assertEqual("refused", self.browser.run(
                "return fetch(arguments[0]).then((answer) => answer.text(), () => 'refused')", page + path))
        self.assertEqual("error", self.browser.run(
            "return new Promise((done) => { const events = new EventSource(arguments[0]);"
            "events.onerror = () => done('error'); events.addEventListener('changes', () => done('read')); })",
            page + "page/api/events"))
        self.browser.run("return fetch(arguments[0], {method: 'POST', mode: 'no-cors', body: '{}'}).then(() => 0, () => 0)",
                         page + "page/api/clear")
        self.open_page()
        self.browser.wait_until("document.querySelector('.row .foreign')?.textContent === 'private'")

    def test_ten_thousand_messages_scroll(self):
        for number in range(10000):
            self.send(foreign_id=f"number-{number}")
        self.browser.wait_until("messages.size === 10000 && order.length === 10000")
        self.assertLess(self.browser.run("return document.querySelectorAll('.row').length"), 100)
        self.browser.run("document.querySelector('#scroll').scrollTop = 1e9")
        self.browser.wait_until("[...document.querySelectorAll('.row .foreign')].at(-1)?.textContent === 'number-0'")
        self.browser.run("document.querySelector('#scroll').scrollTop = 0")
        self.browser.wait_until("document.querySelector('.row .foreign')?.textContent === 'number-9999'")

    def test_it_can_be_looked_at(self):
        """A screenshot of each width and colour, if a directory for them was named."""
        self.browser.wait_until("document.querySelector('#example').textContent")
        self.save("empty")
        for ending in ["01", "02", "04", "05", "90", "98"]:
            self.send(phone_number="+155500100" + ending, foreign_id="order-" + ending, callback_url=self.receiver.url)
        self.send(phone_number="5551234", foreign_id="order-typo", callback_url=self.receiver.url)
        self.send(recording_id=None, tts_body="Hello, this is Ann of Sample Dental. Your cleaning is due.",
                  voice_id="b2f6a1d0-3c4e-4f5a-8b6c-7d8e9f0a1b2c", privacy="full", foreign_id="order-speech")
        self.order("fault", status=503)
        self.send(foreign_id="order-503")
        self.order("callback-fault", delay_ms=600000)
        self.send(phone_number="+15552223333", foreign_id="order-last", callback_url=self.receiver.url)
        self.browser.wait_until("messages.size === 10 && messages.get(7).state === 'failed'")
        sizes = {"wide": (1400, 900), "medium": (1000, 800), "narrow": (420, 800)}
        for colour in ["light", "dark"]:
            self.browser.prefer_colours(colour)
            for name, (width, height) in sizes.items():
                self.browser.resize(width, height)
                self.browser.run("choose(null)")
                self.save(f"{name}-{colour}-list")
                self.browser.run("choose(7)")
                self.browser.wait_until("document.querySelector('#detail h2')?.textContent.includes('5551234')")
                self.assertTrue(self.browser.run("return document.documentElement.scrollWidth <= innerWidth"), name)
                self.save(f"{name}-{colour}-message")
        self.browser.prefer_colours("light")
        self.browser.resize(1400, 900)
        self.browser.run("document.querySelector('#detail').scrollTop = 560; document.querySelector('#faults').open = true")
        self.save("trouble")
        self.browser.run("choose(null); show_tab('account')")
        self.browser.wait_until("document.querySelectorAll('#account-view table').length >= 4")
        self.save("account")

    def save(self, name):
        if screenshots:
            self.browser.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
            self.browser.save_screenshot(os.path.join(screenshots, name + ".png"))


if __name__ == "__main__":
    program = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        screenshots = sys.argv.pop(1)
    unittest.main()

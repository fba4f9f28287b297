"""What the tests of the pages have in common: a server of the tool's, a receiver, a browser."""

import http.client
import http.server
import io
import json
import queue
import subprocess
import threading
import unittest
import urllib.parse
import wave

from browser import Browser

ARROW_DOWN = "\ue015"
ESCAPE = "\ue00c"
HOSTILE = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"


def sound():
    """A tenth of a second of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(1600))
    return file.getvalue()


class Receiver(http.server.ThreadingHTTPServer):
    """The sender's receiver of callbacks; has a sound, too, and is a foreign web page."""

    daemon_threads = True

    def __init__(self):
        received = self.received = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, kind, body):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.answer("text/plain", b"")

            def do_GET(self):
                if self.path.endswith(".wav"):
                    self.answer("audio/wav", sound())
                else:
                    self.answer("text/html", b"<!doctype html><title>elsewhere</title>")

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next(self):
        return self.received.get(timeout=60)


class PageCase(unittest.TestCase):
    """Each test has a server of its own; all of them share the browser."""

    program = None  # the tool
    screenshots = None  # a directory for them, or None

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.__exit__)

    def start(self, *arguments):
        """A server of the tool's; what it says first, and "stop" to end it before the test does."""
        process = subprocess.Popen([self.program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   text=True)

        def stop():
            process.terminate()
            process.wait()
            reader.join()
            process.stdout.close()

        greeting = json.loads(process.stdout.readline())
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        self.addCleanup(stop)
        self.addCleanup(self.browser.open, "about:blank")
        return {**greeting, "stop": stop}

    def start_receiver(self):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        return receiver

    def connect(self, url):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
        self.addCleanup(connection.close)
        return connection

    def request(self, connection, method, path, body, headers=None):
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, text

    def open_page(self, url):
        """Its modules' `state` and `choose` are in reach of the scripts that a test runs."""
        self.browser.open(url)
        self.browser.wait_until("document.querySelector('#link.live')")
        self.browser.run("return Promise.all([import('/page/state.js'), import('/page/list.js')]).then("
                         "([of_state, of_list]) => { window.state = of_state.state; window.choose = of_list.choose; })")

    def wait_for_row(self, column, text):
        """The newest message's column."""
        self.browser.wait_until("document.querySelector('.row .' + arguments[0])?.textContent === arguments[1]",
                                column, text)

    def open_first(self):
        """The newest message, with all that is known of it."""
        self.browser.click(".row")
        self.browser.wait_until("!document.querySelector('#detail').hidden")
        return self.browser.text("#detail")

    def expect_no_markup(self, view="body"):
        self.assertEqual(0, self.browser.run(
            "return document.querySelector(arguments[0]).querySelectorAll('img, script, iframe').length", view))
        self.assertIsNone(self.browser.run("return window.hacked ?? null"))

    def expect_nothing_for_others(self, page, stranger, orders):
        """From the page of another origin: no file, no stream, and no order is carried out."""
        self.browser.open(stranger)
        for path in ["page/api/messages.json", "page/api/messages/1", "page/api/about", "page/state.js", ""]:
            self.assertEqual("refused", self.browser.run(
                "return fetch(arguments[0]).then((answer) => answer.text(), () => 'refused')", page + path), path)
        self.assertEqual("error", self.browser.run(
            "return new Promise((done) => { const events = new EventSource(arguments[0]);"
            "events.onerror = () => { events.close(); done('error'); };"
            "events.addEventListener('changes', () => done('read')); })", page + "page/api/events"))
        self.assertEqual("refused", self.browser.run(
            "return import(arguments[0]).then(() => 'read', () => 'refused')", page + "page/state.js"))
        for order in orders:
            self.browser.run("return fetch(arguments[0], {method: 'POST', mode: 'no-cors', body: '{}'})"
                             ".then(() => 0, () => 0)", page + "page/api/" + order)

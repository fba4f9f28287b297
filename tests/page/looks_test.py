"""How the pages look: nothing sticks out in any width, and pictures for people to look at."""

import os

from simulator_page_test import SimulatorCase

SIZES = {"wide": (1400, 900), "medium": (1000, 800), "narrow": (420, 800)}


class LooksTest(SimulatorCase):
    def save(self, name):
        self.assertTrue(self.browser.run("return document.documentElement.scrollWidth <= innerWidth"), name)
        if not self.screenshots:
            return
        self.browser.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
        self.browser.save_screenshot(os.path.join(self.screenshots, name + ".png"))

    def in_each_look(self, show):
        self.addCleanup(self.browser.resize, *SIZES["wide"])
        self.addCleanup(self.browser.prefer_colours, "")
        for colour in ["light", "dark"]:
            self.browser.prefer_colours(colour)
            for name, (width, height) in SIZES.items():
                self.browser.resize(width, height)
                show(f"{name}-{colour}-")

    def send_a_variety(self):
        for ending in ["01", "02", "04", "05", "90", "98"]:
            self.send(phone_number="+155500100" + ending, foreign_id="order-" + ending, callback_url=self.receiver.url)
        self.send(phone_number="5551234", foreign_id="order-typo", callback_url=self.receiver.url)
        self.send(recording_id=None, tts_body="Hello, this is Ann of Sample Dental. Your cleaning is due.",
                  voice_id="b2f6a1d0-3c4e-4f5a-8b6c-7d8e9f0a1b2c", privacy="full", foreign_id="order-speech")
        self.order("fault", status=503)
        self.send(foreign_id="order-503")
        self.order("callback-fault", delay_ms=600000)
        self.send(phone_number="+15552223333", foreign_id="order-last", callback_url=self.receiver.url)
        self.browser.wait_until("state.messages.size === 10 && state.messages.get(7).state === 'failed'")

    def test_the_simulators(self):
        self.in_each_look(lambda look: self.save(look + "empty"))
        self.send_a_variety()

        def show(look):
            self.browser.run("choose(null)")
            self.save(look + "list")
            self.browser.run("choose(7)")
            self.browser.wait_until("document.querySelector('#detail h2')?.textContent.includes('5551234')")
            self.save(look + "message")
            self.browser.run("document.querySelector('#detail').scrollTop = 560; document.querySelector('#faults').open = true")
            self.save(look + "trouble")
            self.browser.run("document.querySelector('#faults').open = false; choose(null)")
            self.browser.click("#tab-account")
            self.browser.wait_until("document.querySelectorAll('#account-view table').length >= 4")
            self.save(look + "account")
            self.browser.click("#tab-messages")

        self.in_each_look(show)
        self.browser.prefer_colours("light")
        self.browser.resize(1400, 1080)
        self.browser.run("choose(7)")
        self.browser.wait_until("!document.querySelector('#detail').hidden")
        self.save("page")  # that of docs/images

    def test_the_receivers(self):
        listening = self.start("listen")
        self.open_page(listening["page_url"])
        self.in_each_look(lambda look: self.save(look + "callbacks-empty"))
        for ending in ["01", "04", "05", "90"]:
            self.send(phone_number="+155500100" + ending, foreign_id="order-" + ending, callback_url=listening["url"])
        self.browser.wait_until("state.messages.size === 4")

        def show(look):
            self.browser.run("choose(null)")
            self.save(look + "callbacks")
            self.browser.run("choose(2)")
            self.browser.wait_until("!document.querySelector('#detail').hidden")
            self.save(look + "callback")

        self.in_each_look(show)

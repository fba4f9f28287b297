"""The page of `dropcowboy listen`: the same one, for callbacks."""

import json

from page_case import ARROW_DOWN, HOSTILE, PageCase


class CallbackPageTest(PageCase):
    def setUp(self):
        self.listening = self.start("listen")
        self.connection = self.connect(self.listening["url"])
        self.open_page(self.listening["page_url"])

    def call_back(self, **fields):
        body = {"drop_id": "0123456789abcdef01234567", "phone_number": "+15550010004", "status": "success",
                "foreign_id": "order-17", "product_cost": 0.09, **fields}
        return self.request(self.connection, "POST", "/", body)[0]

    def test_it_says_where_callbacks_are_to_go(self):
        self.browser.wait_until("!document.querySelector('#empty').hidden")
        self.assertEqual(self.listening["url"], self.browser.text("#callback-url"))
        self.assertEqual("Drop Cowboy callbacks", self.browser.run("return document.title"))

    def test_a_callback_appears_and_is_explained(self):
        self.assertEqual(200, self.call_back(status="failure", reason="No Answer"))
        self.wait_for_row("outcome", "No Answer")
        self.wait_for_row("foreign", "order-17")
        self.wait_for_row("callback-word", "nobody")
        self.browser.press(ARROW_DOWN)
        self.browser.wait_until("!document.querySelector('#detail').hidden")
        words = self.browser.text("#detail")
        for word in ["Callback about +15550010004", "No Answer (4005)", "try again later", "$0.09",
                     "nobody vouches for it", '"reason": "No Answer"', "answered 200"]:
            self.assertIn(word, words)
        for word in ["null", "undefined"]:
            self.assertNotIn(word, words.split('"drop_id"')[0])

    def test_what_comes_again_and_what_is_refused_is_shown_too(self):
        self.call_back()
        self.wait_for_row("outcome", "delivered")
        self.assertEqual(200, self.call_back())
        self.wait_for_row("outcome", "came before")
        self.assertEqual(400, self.request(self.connection, "POST", "/", [1])[0])
        self.wait_for_row("outcome", "refused: not_a_callback")
        self.open_first()

    def test_what_only_a_simulator_can_do_is_not_there(self):
        self.call_back()
        self.wait_for_row("outcome", "delivered")
        words = self.open_first()
        self.assertNotIn("What you can do", words)
        for hidden in ["#faults", "#tab-account", "#heads .of-simulator"]:
            self.assertIsNone(self.browser.run("return document.querySelector(arguments[0]).offsetParent", hidden), hidden)

    def test_a_script_in_any_field_stays_text(self):
        self.assertEqual(200, self.call_back(**{field: HOSTILE for field in [
            "drop_id", "phone_number", "foreign_id", "reason", "status", "status_code", "network", "event", "contact_id",
            "caller_id", "proof_of_delivery_url", "attempt_date", "product_cost", HOSTILE]}))
        self.assertEqual(200, self.request(self.connection, "POST", "/", {
            "event": HOSTILE, "event_id": HOSTILE, "data": {"to": HOSTILE, "reason": HOSTILE, "status": "failure"}})[0])
        self.browser.wait_until("state.messages.size === 2")
        for number in [1, 2]:
            self.browser.run("choose(arguments[0])", number)
            self.browser.wait_until("document.querySelector('#row-' + arguments[0] + '.chosen') &&"
                                    "document.querySelector('#detail dl')?.textContent.includes(arguments[1])", number, HOSTILE)
        self.expect_no_markup()

    def test_another_origin_gets_nothing(self):
        self.call_back()
        self.wait_for_row("outcome", "delivered")
        other = self.start("listen")["page_url"]
        self.expect_nothing_for_others(self.listening["page_url"], other, ["clear"])
        self.open_page(self.listening["page_url"])
        self.wait_for_row("foreign", "order-17")

    def test_all_is_downloaded_and_cleared(self):
        self.call_back()
        self.wait_for_row("outcome", "delivered")
        text = self.browser.run("return fetch(document.querySelector('#download').href).then((answer) => answer.text())")
        self.assertEqual("order-17", json.loads(text)[0]["request"]["foreign_id"])
        self.browser.click("#clear")
        self.browser.wait_until("!document.querySelector('.row') && !document.querySelector('#empty').hidden")

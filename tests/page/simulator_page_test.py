"""The simulator's page: what a person sees of messages, and what the buttons do."""

import json

from page_case import ARROW_DOWN, ESCAPE, HOSTILE, PageCase

BRAND = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10"
RECORDING = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"
V2_MEDIA = "0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e21"


class SimulatorCase(PageCase):
    arguments = ["simulate"]

    def setUp(self):
        self.listening = self.start(*self.arguments)
        self.receiver = self.start_receiver()
        self.connection = self.connect(self.listening["url"])
        self.open_page(self.listening["page_url"])

    def order(self, what, **order):
        origin = {"Origin": self.listening["v2_url"]}
        self.assertEqual(200, self.request(self.connection, "POST", "/page/api/" + what, order, origin)[0])

    def send(self, path="/v1/rvm", **fields):
        body = {
            "team_id": self.listening["team_id"], "secret": self.listening["secret"], "brand_id": BRAND,
            "phone_number": "+15550010001", "recording_id": RECORDING, "forwarding_number": "+15557654321", **fields,
        }
        headers = {"x-team-id": self.listening["team_id"], "x-secret": self.listening["secret"]}
        fields = {key: value for key, value in body.items() if value is not None}
        return self.request(self.connection, "POST", path, fields, headers)[0]

    def send_v2(self, path="/rvm", key=None, **fields):
        headers = {"x-key": self.listening["v2_key"], "x-secret": self.listening["v2_secret"]}
        if key:
            headers["Idempotency-Key"] = key
        return self.request(self.connection, "POST", path, fields, headers)[0]

    def fill(self, form, **values):
        """And sends it."""
        self.browser.run(
            "const form = document.getElementById(arguments[0]);"
            "for (const [name, value] of Object.entries(arguments[1])) {"
            "  const field = form.elements[name];"
            "  if (field.type === 'checkbox') field.checked = value; else field.value = value; }"
            "form.requestSubmit(); form.reset()", form, values)
        self.browser.wait_until("!document.querySelector('#said').hidden")
        self.assertNotIn("bad", self.browser.run("return document.querySelector('#said').className"))


class SimulatorPageTest(SimulatorCase):
    def test_it_is_understood_before_anything_was_sent(self):
        self.browser.wait_until("!document.querySelector('#empty').hidden")
        words = self.browser.text("#empty .of-simulator")
        for word in ["whom", "brand", "hear", "reply", "callback", "/v1/rvm", BRAND]:
            self.assertIn(word, words)
        self.assertNotIn(self.listening["secret"], self.browser.text("body"))
        self.assertEqual("Drop Cowboy simulator", self.browser.run("return document.title"))

    def test_a_message_appears_and_its_callback_is_triggered(self):
        self.order("callback-fault", delay_ms=600000)
        self.send(foreign_id="order-17", callback_url=self.receiver.url)
        self.wait_for_row("outcome", "queued")
        self.browser.press(ARROW_DOWN)
        self.browser.wait_until("!document.querySelector('#detail').hidden")
        self.assertIn("order-17", self.browser.text("#detail"))
        self.browser.run("document.querySelector('#detail select').value = '4006'")
        self.browser.click("#detail button", "Fail with")
        self.assertEqual("User Busy", self.receiver.next()["reason"])
        self.wait_for_row("outcome", "User Busy")
        self.wait_for_row("callback-word", "200")
        self.browser.press(ESCAPE)
        self.browser.wait_until("document.querySelector('#detail').hidden")

    def test_all_of_a_message_is_told(self):
        self.send(foreign_id="order-17", privacy="full", phone_number="+15550010004", callback_url=self.receiver.url)
        self.receiver.next()
        self.wait_for_row("outcome", "No Answer")
        self.wait_for_row("callback-word", "200")
        self.wait_for_row("hears", self.browser.run("return state.about.recordings[0].name"))
        words = self.open_first()
        brand = self.browser.run("return state.about.brands[0].company_name")
        for word in [brand, "+15557654321", "“Unknown Caller”", "order-17", self.receiver.url, "No Answer (4005)",
                     "try again later", "$0.", "validate()", "answers 200 queued", '"reason": "No Answer"',
                     "curl -X POST https://api.dropcowboy.com/v1/rvm", "x-secret: ***", '"secret": "***"']:
            self.assertIn(word, words)
        self.assertNotIn(self.listening["secret"], words)
        for word in ["null", "undefined"]:
            self.assertNotIn(word, words.split("Callbacks")[0])

    def test_a_message_of_the_newer_service_appears(self):
        key = "0197a2b4-6d0e-7b8e-a7a3-3c0c4a3f9d21"
        self.assertEqual(202, self.send_v2(key=key, to="+15550010002", media_id=V2_MEDIA, foreign_id="v2-1",
                                           callback_url=self.receiver.url))
        self.assertEqual(4000, self.receiver.next()["reason_code"])
        self.wait_for_row("outcome", "VoiceMail Not Detected")
        words = self.open_first()
        for word in ["Voicemail to +15550010002", "v2-1", "curl -X POST https://api-v2.dropcowboy.com/rvm",
                     "x-key: " + self.listening["v2_key"], "Idempotency-Key: " + key, "answers 202 queued"]:
            self.assertIn(word, words)
        self.assertNotIn(self.listening["v2_secret"], words)
        self.assertEqual(202, self.send_v2(key=key, to="+15550010002", media_id=V2_MEDIA, foreign_id="v2-1",
                                           callback_url=self.receiver.url))
        self.wait_for_row("outcome", "repeat, sent once")

    def test_what_the_request_did_wrong_stands_beside_the_words_of_validate(self):
        self.send(phone_number="5551234", callback_url=self.receiver.url)
        self.receiver.next()
        self.wait_for_row("outcome", "Must be E.164 format")
        self.open_first()
        service, ours = self.browser.run("return [...document.querySelectorAll('.both > div')].map((one) => one.textContent)")
        self.assertIn("answers 200 queued, then fails it: Must be E.164 format", service)
        self.assertIn("phone_number: ", ours)

    def test_audio_of_this_machine_can_be_played_and_no_other(self):
        self.send(recording_id=None, audio_url="https://media.example/hello.wav", audio_type="wav")
        self.wait_for_row("hears", "https://media.example/hello.wav")
        self.open_first()
        self.assertEqual(0, self.browser.run("return document.querySelectorAll('audio').length"))
        self.send(recording_id=None, audio_url=self.receiver.url + "hello.wav", audio_type="wav")
        self.wait_for_row("hears", self.receiver.url + "hello.wav")
        self.browser.click(".row")
        self.browser.wait_until("document.querySelector('audio')")
        self.assertAlmostEqual(0.1, self.browser.run(
            "const player = document.querySelector('audio'); return new Promise((done) => {"
            "player.onloadedmetadata = () => done(player.duration); player.onerror = () => done(player.error.message);"
            "player.preload = 'metadata'; player.load(); })"))

    def test_a_spoken_message_can_be_heard(self):
        text = "Hello, this is Ann. " * 40
        self.send(recording_id=None, tts_body=text, voice_id="b2f6a1d0-3c4e-4f5a-8b6c-7d8e9f0a1b2c")
        self.browser.wait_until("document.querySelector('.row')")
        self.open_first()
        self.browser.run("speechSynthesis.speak = (one) => { window.spoken = one.text; }")
        self.browser.click("#detail button", "Speak it")
        self.assertEqual(text, self.browser.run("return window.spoken"))

    def test_a_script_in_any_field_stays_text(self):
        fields = ["brand_id", "phone_number", "tts_body", "voice_id", "forwarding_number", "phone_ivr_id", "pool_id",
                  "caller_id", "foreign_id", "privacy", "postal_code", "callback_url", "audio_url", "audio_type",
                  "recording_id", "sms_body", "status_format", "opt_in", "team_id", HOSTILE]
        for path in ["/v1/rvm", "/v1/sms"]:
            self.send(path, **{field: HOSTILE for field in fields})
        for field in fields:  # one by one: a message shows one audio source and one reply route
            self.send(**{field: HOSTILE}, **({"recording_id": None} if field in ["tts_body", "audio_url"] else {}))
        for path in ["/rvm", "/sms"]:
            self.send_v2(path, HOSTILE, **{field: HOSTILE for field in ["to", "media_id", "body", "tts_body", "contact_id",
                                                                        "phone_line_id", "callback_url", "foreign_id"]})
        count = 2 + len(fields) + 2
        self.browser.wait_until("state.messages.size === arguments[0]", count)
        for number in range(1, count + 1):
            self.browser.run("choose(arguments[0])", number)
            self.browser.wait_until("document.querySelector('#detail pre')?.textContent && document.querySelector('#row-'"
                                    " + arguments[0] + '.chosen')", number)
        self.browser.run("choose(3)")  # brand_id
        self.browser.wait_until("document.querySelector('#detail').textContent.includes(arguments[0])", HOSTILE)
        self.expect_no_markup()

    def test_a_script_in_a_name_of_the_account_stays_text(self):
        headers = {"x-team-id": self.listening["team_id"], "x-secret": self.listening["secret"]}
        self.request(self.connection, "POST", "/v1/list", {"list_name": HOSTILE, **{"name": HOSTILE}}, headers)
        self.browser.click("#tab-account")
        self.browser.wait_until("document.querySelector('#account-view').textContent.includes(arguments[0])", HOSTILE)
        self.expect_no_markup()

    def test_another_origin_gets_nothing(self):
        self.send(foreign_id="private", callback_url=self.receiver.url)
        self.receiver.next()
        self.expect_nothing_for_others(self.listening["page_url"], self.receiver.url, [
            "clear", "fault", "callback-fault", "number", "messages/1/tell", "messages/1/repeat"])
        self.assertEqual(200, self.send(foreign_id="second"))
        self.open_page(self.listening["page_url"])
        self.wait_for_row("foreign", "second")
        self.assertEqual([1, "delivered"], self.browser.run("return [state.messages.get(1).callback.count, state.messages.get(1).state]"))

    def test_ten_thousand_messages_scroll(self):
        for number in range(10000):
            self.send(foreign_id=f"number-{number}")
        self.browser.wait_until("state.messages.size === 10000 && state.order.length === 10000")
        # Every frame of the way down: what is in sight is there, and little else.
        most, holes = self.browser.run("""
          const scroll = document.querySelector('#scroll'), frame = () => new Promise(requestAnimationFrame);
          return (async () => {
            let most = 0, holes = 0;
            for (let step = 0; step <= 100; ++step) {
              scroll.scrollTop = (scroll.scrollHeight - scroll.clientHeight) * step / 100;
              await frame(); await frame();
              most = Math.max(most, document.getElementsByTagName('*').length);
              const sight = scroll.getBoundingClientRect();
              const rows = [...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect());
              if (rows[0].top > sight.top || rows.at(-1).bottom < sight.bottom - 1) ++holes;
            }
            return [most, holes];
          })()""")
        self.assertLess(most, 1000)
        self.assertEqual(0, holes)
        self.assertEqual("number-0", self.browser.run("return [...document.querySelectorAll('.row .foreign')].at(-1).textContent"))
        self.browser.run("document.querySelector('#scroll').scrollTop = 0")
        self.wait_for_row("foreign", "number-9999")
        self.browser.run("const filter = document.querySelector('#filter'); filter.value = 'number-777';"
                         "filter.dispatchEvent(new Event('input'))")
        self.browser.wait_until("state.order.length === 11 && document.querySelectorAll('.row').length === 11")

    def test_what_a_person_looks_at_stays_while_messages_come_in(self):
        for number in range(200):
            self.send(foreign_id=f"number-{number}")
        self.browser.wait_until("state.order.length === 200")
        seen = "[...document.querySelectorAll('.row')].find((row) => row.getBoundingClientRect().top >= " \
               "document.querySelector('#scroll').getBoundingClientRect().top).querySelector('.foreign').textContent"
        self.browser.run("document.querySelector('#scroll').scrollTop = 36 * 100")
        self.browser.wait_until(seen + " === 'number-99'")
        for number in range(200, 250):
            self.send(foreign_id=f"number-{number}")
        self.browser.wait_until("state.order.length === 250")
        self.browser.wait_until(seen + " === 'number-99'")

    def test_callbacks_are_lost_repeated_and_delayed_by_hand(self):
        self.order("callback-fault", delay_ms=600000, times=3)
        for name in ["delayed", "lost", "repeated"]:
            self.send(foreign_id=name, callback_url=self.receiver.url)
        self.wait_for_row("foreign", "repeated")
        self.open_first()
        self.browser.click("#detail button", "Deliver")
        self.assertEqual("repeated", self.receiver.next()["foreign_id"])
        self.browser.click("#detail button", "Repeat the callback")
        self.assertEqual("repeated", self.receiver.next()["foreign_id"])
        self.wait_for_row("callback-word", "200 ×2")
        self.browser.run("choose(2)")
        self.browser.click("#detail button", "Lose its callback")
        self.browser.wait_until("document.querySelector('#row-2 .callback-word').textContent === 'lost'")
        self.browser.run("choose(1)")
        self.browser.click("#detail button", "Delay a minute")
        self.browser.wait_until("document.querySelector('#said').textContent === 'the callback waits'")

    def test_a_contact_opts_out(self):
        self.send(callback_url=self.receiver.url)
        self.receiver.next()
        self.wait_for_row("outcome", "delivered")
        self.open_first()
        self.browser.click("#detail button", "Opt out")
        self.browser.wait_until("document.querySelector('#said').textContent.includes('has opted out')")
        self.send(callback_url=self.receiver.url)
        self.assertEqual("Opt-in Revoked", self.receiver.next()["reason"])

    def test_trouble_is_made_by_forms(self):
        self.fill("fault-form", times="2", status="503")
        self.assertEqual([503, 503, 200], [self.send() for _ in range(3)])
        self.fill("callback-form", repeats="1")
        self.send(foreign_id="twice", callback_url=self.receiver.url)
        self.assertEqual(["twice", "twice"], [self.receiver.next()["foreign_id"] for _ in range(2)])
        self.fill("number-form", phone_number="+15552223333", code="4002")
        self.send(phone_number="+15552223333", callback_url=self.receiver.url)
        self.assertEqual("VoiceMail Full", self.receiver.next()["reason"])
        self.browser.click("#tab-account")
        self.browser.wait_until("document.querySelector('#account-view').textContent.includes('+15552223333')")

    def test_all_is_downloaded_and_cleared(self):
        self.send(foreign_id="order-17")
        self.browser.wait_until("document.querySelector('.row')")
        text = self.browser.run("return fetch(document.querySelector('#download').href).then((answer) => answer.text())")
        self.assertEqual(["order-17"], [message["request"]["foreign_id"] for message in json.loads(text)])
        self.assertNotIn(self.listening["secret"], text)
        self.browser.click("#clear")
        self.browser.wait_until("!document.querySelector('.row') && !document.querySelector('#empty').hidden")

    def test_a_message_of_a_program_that_is_gone_is_shown_no_more(self):
        self.send(foreign_id="gone")
        self.browser.wait_until("document.querySelector('.row')")
        self.assertIn("gone", self.open_first())
        port = self.listening["url"].split(":")[2].split("/")[0]
        self.listening["stop"]()
        self.start("simulate", "--port", port)
        self.browser.wait_until("document.querySelector('#detail').hidden")
        self.assertIsNone(self.browser.run("return state.chosen"))
        self.assertFalse(self.browser.run("return document.querySelector('#split').classList.contains('open')"))

    def test_the_account_is_in_a_second_tab(self):
        headers = {"x-team-id": self.listening["team_id"], "x-secret": self.listening["secret"]}
        self.assertEqual(200, self.request(self.connection, "POST", "/v1/list", {"list_name": "Leads"}, headers)[0])
        self.browser.click("#tab-account")
        self.browser.wait_until("document.querySelectorAll('#account-view table').length >= 4")
        words = self.browser.text("#account-view")
        for word in ["Brands", BRAND, "Recordings", RECORDING, "Number pools", "Contact lists", "Leads", V2_MEDIA]:
            self.assertIn(word, words)
        self.browser.click("#tab-messages")
        self.browser.wait_until("!document.querySelector('#messages-view').hidden")

    def test_messages_per_second_are_plotted(self):
        highest = "Math.min(...[...document.querySelector('#plot').getAttribute('d').matchAll(/ ([0-9.]+)/g)].map((one) => +one[1]))"
        self.assertEqual(23, self.browser.run("return " + highest))
        for _ in range(5):
            self.send()
        self.browser.wait_until(highest + " === 2")

    def test_keys_choose_filter_and_close(self):
        for name in ["one", "two", "three"]:
            self.send(foreign_id=name)
        self.browser.wait_until("state.order.length === 3")
        chosen = "document.querySelector('.row.chosen .foreign')?.textContent"
        for key, name in [("j", "three"), ("j", "two"), (ARROW_DOWN, "one"), ("k", "two")]:
            self.browser.press(key)
            self.browser.wait_until(chosen + " === arguments[0]", name)
        self.browser.press(ESCAPE)
        self.browser.wait_until("document.querySelector('#detail').hidden")
        self.browser.press("/")
        self.browser.wait_until("document.activeElement.id === 'filter'")
        for key in "one":
            self.browser.press(key)
        self.browser.wait_until("document.querySelectorAll('.row').length === 1 && document.querySelector('.row .foreign').textContent === 'one'")


class StrictSimulatorPageTest(SimulatorCase):
    arguments = ["simulate", "--strict"]

    def test_it_says_what_the_real_service_would_have_done(self):
        self.assertEqual(400, self.send(phone_number="5551234"))
        self.wait_for_row("outcome", "refused, not sent")
        self.open_first()
        service, ours = self.browser.run("return [...document.querySelectorAll('.both > div')].map((one) => one.textContent)")
        self.assertIn("the real service, which would have answered 200 queued, and failed it in its callback", service)
        self.assertIn("phone_number: ", ours)

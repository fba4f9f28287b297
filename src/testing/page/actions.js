// What the buttons do.

import {$, button, element, note, section} from "./dom.js";
import {state} from "./state.js";

let said_timer = 0;

function say(text, is_bad) {
  const said = $("said");
  said.textContent = text;
  said.classList.toggle("bad", is_bad);
  said.hidden = false;
  clearTimeout(said_timer);
  said_timer = setTimeout(() => { said.hidden = true; }, 6000);
}

export async function post(what, order = {}) {
  try {
    const answer = await fetch("/page/api/" + what, {method: "POST",
      headers: {"Content-Type": "application/json"}, body: JSON.stringify(order)});
    const words = await answer.json();
    say(words.done || words.message, !answer.ok);
  } catch {
    say("The program behind this page does not answer: is it still running?", true);
  }
}

function fill_reasons(list, selected) {
  list.replaceChildren(element("option", {value: "0", text: "delivered"}));
  for (const {code, reason} of state.about.reasons) {
    list.append(element("option", {value: String(code), text: code + " " + reason}));
  }
  if (selected) list.value = String(selected);
}

export function act_buttons(message) {
  if (!message.is_taken || message.state === "repeat") {
    return section("What you can do", note("Nothing will come of this request: the service has not taken it."));
  }
  const act = (what, order) => () => post("messages/" + message.number + "/" + what, order);
  const list = element("select", {class: "reasons", "aria-label": "Result"});
  fill_reasons(list, 4005);
  const waits = message.state === "accepted";
  return section("What you can do", element("div", {class: "buttons"},
    button("Deliver", act("tell", {code: 0})),
    button("Fail with", () => post("messages/" + message.number + "/tell", {code: Number(list.value)})), list,
    waits ? button("Lose its callback", act("lose")) : null,
    waits ? button("Delay a minute", act("delay", {delay_ms: 60000})) : null,
    message.callback ? button("Repeat the callback", act("repeat")) : null,
    button("Opt out", act("opt-out"), "The contact wants no more")));
}

const whole = (form, name) => Number(form.elements[name].value) || 0;
const is_on = (form, name) => form.elements[name].checked;

/// The panel of troubles.
export function set_up_forms() {
  const submit = (id, what, order_of) => $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    post(what, order_of(event.target));
    $("faults").open = false;
  });
  submit("fault-form", "fault", (form) => ({times: whole(form, "times"),
    status: whole(form, "status") || undefined, delay_ms: whole(form, "delay_ms"),
    after_judging: is_on(form, "after_judging"), cut: is_on(form, "cut")}));
  submit("callback-form", "callback-fault", (form) => ({times: whole(form, "times"),
    repeats: whole(form, "repeats"), delay_ms: whole(form, "delay_s") * 1000, lost: is_on(form, "lost")}));
  submit("number-form", "number", (form) => ({phone_number: form.elements.phone_number.value,
    code: form.elements.code.value === "" ? undefined : whole(form, "code")}));
}

/// Once it is known which reasons there are.
export function fill_forms() {
  const list = $("number-form").elements.code;
  if (list.options.length > 0) return;
  fill_reasons(list);
  list.append(element("option", {value: "", text: "as the service's simulated numbers say"}));
}

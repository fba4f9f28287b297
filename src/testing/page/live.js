// What happens, as it happens: server-sent events.

import {$} from "./dom.js";
import {show_detail} from "./detail.js";
import {choose, sort_soon} from "./list.js";
import {count} from "./rate.js";
import {state} from "./state.js";

function take(batch) {
  const {messages} = state;
  if (state.session !== null && state.session !== batch.session) {
    messages.clear();
    choose(null);
  }
  state.session = batch.session;
  let is_chosen_new = false;
  for (const message of batch.messages) {
    if (!messages.has(message.number)) count(message.at);
    messages.set(message.number, message);
    if (message.number === state.chosen) is_chosen_new = true;
  }
  if (messages.size > batch.kept) forget_before(batch.oldest);
  if (state.chosen !== null && state.chosen < batch.oldest) choose(null);
  sort_soon();
  if (is_chosen_new) show_detail();
}

function forget_before(oldest) {
  for (const number of state.messages.keys()) if (number < oldest) state.messages.delete(number);
}

/// `on_open` is called whenever there is a program behind the page, perhaps another one.
export function connect(on_open) {
  const link = $("link");
  const show = (text, is_live) => {
    link.textContent = text;
    link.classList.toggle("live", is_live);
  };
  const events = new EventSource("/page/api/events");
  events.addEventListener("changes", (event) => take(JSON.parse(event.data)));
  events.addEventListener("open", async () => {
    await on_open();
    show("live", true);
  });
  events.addEventListener("error", () => show("not connected", false));
}

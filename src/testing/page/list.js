// The table. Only the rows in sight are in the document, however many messages there are.

import {$, element, tag} from "./dom.js";
import {show_detail} from "./detail.js";
import {is_simulator, state} from "./state.js";
import {answer_word, callback_word, clock, outcome, subject} from "./words.js";

let row_height = 36;
let is_drawing = false;
let is_sorting = false;

export function draw_soon() {
  if (is_drawing) return;
  is_drawing = true;
  requestAnimationFrame(() => { is_drawing = false; draw(); });
}

export function sort_soon() {
  if (is_sorting) return;
  is_sorting = true;
  setTimeout(() => { is_sorting = false; sort_out(); }, 50);
}

function matches(message) {
  if (!state.filter) return true;
  const {request, result} = message;
  const text = [request.phone_number, request.foreign_id, request.tts_body, message.event, message.state,
    result && result.reason, message.answered_status].join(" ").toLowerCase();
  return state.filter.split(/\s+/).every((word) => text.includes(word));
}

// What a person looks at stays where it is while new messages come in above it.
function sort_out() {
  const scroll = $("scroll");
  const anchor = scroll.scrollTop > 0 ? state.order[Math.floor(scroll.scrollTop / row_height)] : undefined;
  const before = state.order.indexOf(anchor);
  state.order = [...state.messages.values()].filter(matches).map((message) => message.number)
    .sort((one, other) => other - one);
  $("space").style.height = state.order.length * row_height + "px";
  const after = state.order.indexOf(anchor);
  if (before >= 0 && after >= 0) scroll.scrollTop += (after - before) * row_height;
  draw_counts();
  draw_soon();
}

function row_of(message) {
  const is_chosen = message.number === state.chosen;
  const {request} = message;
  return element("div", {class: "row" + (is_chosen ? " chosen" : ""), role: "option", id: "row-" + message.number,
    "aria-selected": String(is_chosen), on: {click: () => choose(message.number)}},
  element("span", {class: "time", text: clock(message.at)}),
  element("span", {class: "number", text: request.phone_number || "no number"}),
  element("span", {class: "hears", text: subject(message)}),
  element("span", {class: "foreign", text: request.foreign_id || ""}),
  element("span", {class: "answer"}, tag(answer_word(message))),
  element("span", {class: "outcome"}, tag(outcome(message))),
  element("span", {class: "callback-word"}, tag(callback_word(message))));
}

function draw() {
  const scroll = $("scroll");
  row_height = matchMedia("(max-width: 600px)").matches ? 56 : 36;
  const is_empty = state.messages.size === 0;
  $("empty").hidden = !is_empty;
  scroll.hidden = is_empty;
  $("space").style.height = state.order.length * row_height + "px";
  const first = Math.max(0, Math.floor(scroll.scrollTop / row_height) - 5);
  const count = Math.ceil((scroll.clientHeight || 600) / row_height) + 10;
  const shown = state.order.slice(first, first + count).filter((number) => state.messages.has(number));
  $("rows").style.top = first * row_height + "px";
  $("rows").replaceChildren(...shown.map((number) => row_of(state.messages.get(number))));
  if (state.chosen !== null && shown.includes(state.chosen)) {
    scroll.setAttribute("aria-activedescendant", "row-" + state.chosen);
  } else {
    scroll.removeAttribute("aria-activedescendant");
  }
}

function draw_counts() {
  const tally = {delivered: 0, failed: 0, accepted: 0, other: 0};
  for (const message of state.messages.values()) {
    tally[message.state in tally ? message.state : "other"] += 1;
  }
  const all = state.messages.size;
  const total = state.order.length === all ? all : state.order.length + " of " + all;
  const parts = [total + (is_simulator() ? " messages" : " callbacks"), tally.delivered + " delivered",
    tally.failed + " failed"];
  if (is_simulator()) parts.push(tally.accepted + " queued");
  if (tally.other) parts.push(tally.other + (is_simulator() ? " not taken" : " others"));
  $("counts").textContent = parts.join(" · ");
}

export function choose(number) {
  state.chosen = number;
  $("split").classList.toggle("open", number !== null);
  if (number === null) $("detail").hidden = true;
  draw_soon();
  if (number !== null) show_detail();
}

export function move(by) {
  const {order, chosen} = state;
  if (order.length === 0) return;
  const at = order.indexOf(chosen);
  const next = at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by));
  const scroll = $("scroll");
  const top = next * row_height;
  if (top < scroll.scrollTop) scroll.scrollTop = top;
  if (top + row_height > scroll.scrollTop + scroll.clientHeight) {
    scroll.scrollTop = top + row_height - scroll.clientHeight;
  }
  choose(order[next]);
}

export function set_filter(text) {
  $("filter").value = text;
  state.filter = text.trim().toLowerCase();
  $("scroll").scrollTop = 0;
  sort_out();
}

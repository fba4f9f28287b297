// The page of a simulator, or of a receiver of callbacks: puts the parts together.

import {show_account} from "./account.js";
import {fill_forms, post, set_up_forms} from "./actions.js";
import {example_of} from "./curl.js";
import {$} from "./dom.js";
import {choose, draw_soon, move, set_filter, sort_soon} from "./list.js";
import {connect} from "./live.js";
import {draw_rate} from "./rate.js";
import {is_simulator, load_about, state} from "./state.js";

function show_tab(name) {
  for (const one of ["messages", "account"]) {
    $(one + "-view").hidden = one !== name;
    $("tab-" + one).setAttribute("aria-selected", String(one === name));
  }
  if (name === "account") show_account(); else draw_soon();
}

function show_role() {
  const {about} = state;
  const of_receiver = ["Drop Cowboy callbacks", "shows what a receiver on this machine gets"];
  const of_simulator = ["Drop Cowboy simulator", "plays the service at " + about.url + " and reaches nobody" +
    (about.strict ? " (strict)" : "")];
  const [title, where] = is_simulator() ? of_simulator : of_receiver;
  document.title = title;
  $("title").textContent = title;
  $("where").textContent = where;
  $("where").title = where;
  if (is_simulator()) {
    fill_forms();
    $("example").textContent = example_of(about);
  } else {
    $("callback-url").textContent = about.callback_url || "the receiver's address";
  }
}

function on_key(event) {
  if (event.target.matches("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || $("messages-view").hidden) return;
  const leave = () => { $("faults").open = false; choose(null); };
  const keys = {ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
    PageDown: () => move(15), PageUp: () => move(-15), Home: () => move(-Infinity), End: () => move(Infinity),
    Escape: leave, "/": () => $("filter").focus()};
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

set_up_forms();
$("scroll").addEventListener("scroll", draw_soon);
addEventListener("resize", draw_soon);
addEventListener("keydown", on_key);
$("filter").addEventListener("input", (event) => set_filter(event.target.value));
$("clear").addEventListener("click", () => post("clear"));
$("tab-messages").addEventListener("click", () => show_tab("messages"));
$("tab-account").addEventListener("click", () => show_tab("account"));
$("copy-example").addEventListener("click", () => navigator.clipboard.writeText($("example").textContent));
setInterval(draw_rate, 1000);
draw_rate();
const get_ready = async () => {
  await load_about();
  show_role();
  sort_soon();
};
await get_ready();
connect(get_ready);

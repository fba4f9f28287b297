// The second tab: what the simulated account holds.

import {$, element, note} from "./dom.js";
import {load_about, rows_in, state} from "./state.js";

function table(title, value, words) {
  const rows = rows_in(value);
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (one) => element("td", {text: one === undefined || one === null ? ""
    : typeof one === "object" ? JSON.stringify(one) : String(one)});
  return element("section", {}, element("h2", {text: title}),
    rows.length === 0 ? note(words || "none")
      : element("div", {class: "wide"}, element("table", {},
        element("thead", {}, element("tr", {}, ...keys.map((key) => element("th", {text: key})))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...keys.map((key) => cell(row[key]))))))));
}

export async function show_account() {
  await load_about();
  const {about} = state;
  const numbers = Object.entries(about.numbers).map(([phone_number, result]) =>
    ({phone_number, result: result.reason || "delivered"}));
  $("account-view").replaceChildren(
    table("Brands", about.brands), table("Recordings", about.recordings), table("Media", about.media),
    table("Number pools", about.pools), table("Contact lists", about.lists, "none was created yet"),
    table("Phone lines (v2)", about.lines), table("Media (v2)", about.v2_media), table("Voices (v2)", about.voices),
    table("Numbers with a result of your choice", numbers, "none: see Make trouble"));
}

// How many come in per second, the last minute.

import {$} from "./dom.js";

const per_second = new Map();

export function count(at) {
  const second = Math.floor(at / 1000);
  per_second.set(second, (per_second.get(second) || 0) + 1);
}

export function draw_rate() {
  const now = Math.floor(Date.now() / 1000);
  for (const second of per_second.keys()) if (second < now - 61) per_second.delete(second);
  const values = Array.from({length: 60}, (_, i) => per_second.get(now - 60 + i) || 0);
  const most = Math.max(1, ...values);
  $("plot").setAttribute("d", values.map((value, i) =>
    (i ? "L" : "M") + (i * 120 / 59).toFixed(1) + " " + (23 - 21 * value / most).toFixed(1)).join(""));
  $("rate-now").textContent = values[59] + "/s";
}

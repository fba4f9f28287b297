// The page of the simulator. Whatever comes from a request or a callback is put in as text, never
// as markup: element() is the only maker of elements, and it knows textContent only.
"use strict";

const $ = (id) => document.getElementById(id);
const kept_most = 20000;

function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  const {text, on, data, ...rest} = options;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on || {})) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// ---- What is known ----

const messages = new Map();  // by number
let order = [];              // the numbers that the filter lets through, newest first
let account = null;
let session = null;
let chosen = null;           // a number
let filter = "";
const per_second = new Map();

const names = new Map();     // of brands, recordings and the like, by id
const name_of = (id) => names.get(id) || id;

// ---- Words ----

const clock = (at) => new Date(at).toLocaleTimeString([], {hour12: false});

function heard(request) {
  if (request.sms_body !== undefined) return "Text: " + request.sms_body;
  if (request.tts_body !== undefined) return "Spoken: " + request.tts_body;
  if (request.audio_url !== undefined) return request.audio_url;
  const id = request.recording_id || request.media_id;
  return id ? name_of(id) : "nothing";
}

function reply_route(request) {
  if (request.forwarding_number) return "calls go to " + request.forwarding_number;
  if (request.phone_ivr_id) return "IVR " + request.phone_ivr_id;
  if (request.pool_id) return "number pool " + name_of(request.pool_id);
  if (request.phone_line_id) return "phone line " + name_of(request.phone_line_id);
  if (request.caller_id) return "caller ID " + request.caller_id;
  return "none named: the account's default, if it has one";
}

const shown_as = (request) => request.privacy === "full"
  ? "“Unknown Caller”"
  : request.caller_id || "a number of the pool or account";

const advice_words = {
  none: "", fix_and_resend: "mend the request or account, then send again",
  try_later: "try again later", do_not_resend: "do not send again", not_known: "a person has to look",
};

function outcome(message) {
  const result = message.result;
  switch (message.state) {
    case "accepted": return {word: "queued", kind: "wait"};
    case "delivered": return {word: "delivered", kind: "good"};
    case "failed": return {word: result.reason || "failed", kind: "bad"};
    case "refused": return {word: "refused, not sent", kind: "bad"};
    case "repeat": return {word: "repeat, sent once", kind: ""};
    default: return {word: "not taken, unclear to sender", kind: "bad"};
  }
}

function answer_word(message) {
  if (message.is_cut) return {word: "cut", kind: "bad"};
  if (!message.answered_status) return {word: "…", kind: "wait"};
  return {word: String(message.answered_status), kind: message.answered_status < 300 ? "good" : "bad"};
}

function callback_word(message) {
  const callback = message.callback;
  if (!message.is_taken || message.state === "repeat") return {word: "–", kind: ""};
  if (!message.is_told && !callback) return {word: "not asked", kind: ""};
  if (!callback) return {word: "waiting", kind: "wait"};
  return told_word(callback, callback.count);
}

function told_word(callback, count) {
  const times = count > 1 ? " ×" + count : "";
  if (callback.lost) return {word: "lost" + times, kind: "bad"};
  if (!callback.answered_status) return {word: "not reached" + times, kind: "bad"};
  return {word: callback.answered_status + times, kind: callback.answered_status < 300 ? "good" : "bad"};
}

const tag = ({word, kind}) => element("span", {class: "tag " + kind, text: word, title: word});

// ---- The list: only the rows in sight are in the document ----

let row_height = 36;
let drawing = false;

function draw_soon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw_list(); });
}

function matches(message) {
  if (!filter) return true;
  const {request, result} = message;
  const text = [request.phone_number, request.foreign_id, request.tts_body, message.state,
    result && result.reason, message.answered_status].join(" ").toLowerCase();
  return filter.split(/\s+/).every((word) => text.includes(word));
}

// What a person looks at stays where it is while new messages come in above it.
function sort_out() {
  const scroll = $("scroll");
  const anchor = scroll.scrollTop > 0 ? order[Math.floor(scroll.scrollTop / row_height)] : undefined;
  const before = order.indexOf(anchor);
  order = [...messages.values()].filter(matches).map((message) => message.number)
    .sort((one, other) => other - one);
  $("space").style.height = order.length * row_height + "px";
  const after = order.indexOf(anchor);
  if (before >= 0 && after >= 0) scroll.scrollTop += (after - before) * row_height;
  draw_counts();
  draw_soon();
}

function row_of(message) {
  const word = outcome(message);
  const row = element("div", {class: "row" + (message.number === chosen ? " chosen" : ""), role: "option",
    "aria-selected": String(message.number === chosen), on: {click: () => choose(message.number)}},
  element("span", {class: "time", text: clock(message.at)}),
  element("span", {class: "number", text: message.request.phone_number || "no number"}),
  element("span", {class: "hears", text: heard(message.request)}),
  element("span", {class: "foreign", text: message.request.foreign_id || ""}),
  element("span", {class: "answer"}, tag(answer_word(message))),
  element("span", {class: "outcome"}, tag(word)),
  element("span", {class: "callback-word"}, tag(callback_word(message))));
  return row;
}

function draw_list() {
  const scroll = $("scroll");
  row_height = matchMedia("(max-width: 600px)").matches ? 56 : 36;
  const empty = messages.size === 0;
  $("empty").hidden = !empty;
  scroll.hidden = empty;
  $("space").style.height = order.length * row_height + "px";
  const first = Math.max(0, Math.floor(scroll.scrollTop / row_height) - 5);
  const count = Math.ceil((scroll.clientHeight || 600) / row_height) + 10;
  const shown = order.slice(first, first + count).map((number) => row_of(messages.get(number)));
  $("rows").style.top = first * row_height + "px";
  $("rows").replaceChildren(...shown);
}

function draw_counts() {
  const tally = {delivered: 0, failed: 0, accepted: 0, other: 0};
  for (const message of messages.values()) {
    tally[message.state in tally ? message.state : "other"] += 1;
  }
  const total = order.length === messages.size ? messages.size : order.length + " of " + messages.size;
  $("counts").textContent = total + " messages · " + tally.delivered + " delivered · " + tally.failed +
    " failed · " + tally.accepted + " queued" + (tally.other ? " · " + tally.other + " not taken" : "");
}

function choose(number) {
  chosen = number;
  $("split").classList.toggle("open", number !== null);
  if (number === null) $("detail").hidden = true;
  draw_soon();
  if (number !== null) show_detail();
}

function move(by) {
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

// ---- One message ----

async function show_detail() {
  const number = chosen;
  const answer = await fetch("/page/api/messages/" + number);
  if (!answer.ok || number !== chosen) return;
  const message = await answer.json();
  const detail = $("detail");
  const top = detail.hidden ? 0 : detail.scrollTop;
  detail.replaceChildren(heading(message), story(message), contents(message), buttons(message),
    judgement(message), callbacks(message), as_curl(message), raw(message));
  detail.hidden = false;
  detail.scrollTop = top;
}

function set_filter(text) {
  $("filter").value = text;
  filter = text.trim().toLowerCase();
  $("scroll").scrollTop = 0;
  sort_out();
}

function section(title, ...children) {
  return element("section", {}, element("h3", {text: title}), ...children);
}

function heading(message) {
  return element("h2", {},
    element("span", {text: (message.path.endsWith("sms") ? "Text to " : "Voicemail to ") +
      (message.request.phone_number || "nobody")}),
    tag(outcome(message)),
    message.request.phone_number ? element("button", {text: "All to this number",
      on: {click: () => set_filter(message.request.phone_number)}}) : null,
    element("button", {text: "Close", title: "Esc", on: {click: () => choose(null)}}));
}

function story(message) {
  const steps = [element("li", {}, tag({word: "received " + clock(message.at), kind: ""})),
    element("li", {}, tag({...answer_word(message), word: "answered " + answer_word(message).word}))];
  if (message.is_taken) {
    steps.push(element("li", {}, tag(outcome(message))));
    steps.push(element("li", {}, tag({...callback_word(message), word: "callback " + callback_word(message).word})));
  }
  const facts = element("dl");
  const fact = (name, value) => {
    if (value) facts.append(element("dt", {text: name}), element("dd", {text: value}));
  };
  fact("cost", message.cost !== null && message.cost !== undefined ? "$" + message.cost : "");
  if (message.result) {
    fact("reason", message.result.reason &&
      message.result.reason + (message.result.code ? " (" + message.result.code + ")" : ""));
    fact("advice", advice_words[message.result.advice]);
  }
  return section("What happened", element("ol", {class: "steps"}, ...steps), element("p"), facts);
}

const is_here = (url) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//.test(url);

function audio(message) {
  const {body, request} = message;
  const source = body || request;
  const parts = [];
  if (source.tts_body !== undefined) {
    const words = String(source.tts_body);
    parts.push(element("blockquote", {text: words}));
    if ("speechSynthesis" in window) {
      parts.push(element("button", {text: "Speak it", on: {click: () => {
        speechSynthesis.cancel();
        speechSynthesis.speak(new SpeechSynthesisUtterance(words));
      }}}));
    }
  } else if (request.sms_body !== undefined) {
    parts.push(element("blockquote", {text: String(source.sms_body || source.body)}));
  } else {
    parts.push(element("span", {text: heard(request)}));
    if (source.audio_url && is_here(String(source.audio_url))) {
      parts.push(element("audio", {controls: "", preload: "none", src: String(source.audio_url)}));
    }
  }
  return parts;
}

function contents(message) {
  const {request} = message;
  const facts = element("dl");
  const fact = (name, value, note) => {
    const kids = Array.isArray(value) ? value : [element("span", {text: value})];
    facts.append(element("dt", {text: name}),
      element("dd", {}, ...kids, note ? element("div", {class: "note", text: note}) : null));
  };
  fact("whom", request.phone_number || "no phone_number");
  fact("brand", request.brand_id ? name_of(request.brand_id) : "none");
  fact("they hear", audio(message));
  fact("they see", shown_as(request), request.privacy === "full" ? "privacy: full" : "");
  fact("replies", reply_route(request));
  fact("foreign_id", request.foreign_id || "none", request.foreign_id ? "your id, echoed in the callback" : "");
  fact("callback_url", message.body && message.body.callback_url ? String(message.body.callback_url)
    : "none: you will not hear of the result");
  return section("The request", facts);
}

function reasons(selected) {
  const list = element("select", {class: "reasons", "aria-label": "Result"});
  fill_reasons(list, selected);
  return list;
}

function fill_reasons(list, selected) {
  list.replaceChildren(element("option", {value: "0", text: "delivered"}));
  for (const {code, reason} of (account ? account.reasons : [])) {
    list.append(element("option", {value: String(code), text: code + " " + reason}));
  }
  if (selected) list.value = String(selected);
}

function buttons(message) {
  if (!message.is_taken || message.state === "repeat") {
    return section("What you can do", element("p", {class: "note",
      text: "Nothing will come of this request: the service has not taken it."}));
  }
  const act = (what, order = {}) => post("messages/" + message.number + "/" + what, order);
  const list = reasons(4005);
  const waits = message.state === "accepted";
  return section("What you can do", element("div", {class: "buttons"},
    element("button", {text: "Deliver", on: {click: () => act("tell", {code: 0})}}),
    element("button", {text: "Fail with", on: {click: () => act("tell", {code: Number(list.value)})}}), list,
    waits ? element("button", {text: "Lose its callback", on: {click: () => act("lose")}}) : null,
    waits ? element("button", {text: "Delay a minute", on: {click: () => act("delay", {delay_ms: 60000})}}) : null,
    message.callback ? element("button", {text: "Repeat the callback", on: {click: () => act("repeat")}}) : null,
    element("button", {text: "Opt out", title: "The contact wants no more", on: {click: () => act("opt-out")}})));
}

function judgement(message) {
  const service = element("div", {}, element("b", {text: "The service"}));
  const said = message.is_taken
    ? "answers " + (message.path.startsWith("/v1/") ? "200" : "202") + " queued" +
      (message.is_faulty ? ", then fails it: " + message.result.reason : ", and tries the call")
    : "has not taken it" + (message.answered_body ? ": " + message.answered_body : "");
  service.append(element("p", {class: message.is_taken && !message.is_faulty ? "good" : "bad", text: said}));
  if (!message.is_taken && account && account.strict && message.state === "refused") {
    service.append(element("p", {class: "note", text: "Stricter than the real one, which answers 200 queued and fails it in its callback."}));
  }
  const ours = element("div", {}, element("b", {text: "validate()"}));
  const {validation} = message;
  if (!validation) {
    ours.append(element("p", {class: "note", text: "checks requests of v1"}));
  } else {
    const lines = [...validation.errors.map((issue) => ["bad", issue]),
      ...validation.warnings.map((issue) => ["wait", issue])];
    if (validation.errors.length === 0) ours.append(element("p", {class: "good", text: "nothing speaks against sending it"}));
    ours.append(element("ul", {}, ...lines.map(([kind, issue]) =>
      element("li", {class: kind, text: (issue.field ? issue.field + ": " : "") + issue.message}))));
  }
  return section("What is wrong with it", element("div", {class: "both"}, service, ours));
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function callbacks(message) {
  const told = message.callbacks.map((callback) => {
    const word = told_word(callback, 1);
    return element("div", {class: "callback"},
      element("p", {}, tag(word), element("span", {text: " " + clock(callback.at) + " " +
        (callback.event ? callback.event + " " : "") + (callback.attempt > 1 ? "attempt " + callback.attempt + " " : "") +
        "to " + callback.url})),
      element("pre", {text: pretty(callback.body)}));
  });
  if (told.length === 0) {
    told.push(element("p", {class: "note", text: message.is_told ? "none yet" : "none: nobody asked for one"}));
  }
  return section("Callbacks", ...told);
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

function as_curl(message) {
  const is_v1 = message.path.startsWith("/v1/");
  const lines = ["curl -X POST " + (is_v1 ? "https://api.dropcowboy.com" : "https://api-v2.dropcowboy.com") + message.path,
    "-H 'Content-Type: application/json'",
    "-H " + quoted((is_v1 ? "x-team-id: " : "x-key: ") + message.team_id), "-H 'x-secret: ***'"];
  if (message.idempotency_key) lines.push("-H " + quoted("Idempotency-Key: " + message.idempotency_key));
  lines.push("-d " + quoted(message.body ? JSON.stringify(message.body, null, 2) : "{}"));
  const text = lines.join(" \\\n  ");
  return section("As a curl line", element("pre", {text}), element("p"), copier(text));
}

function copier(text) {
  return element("button", {text: "Copy", on: {click: async (event) => {
    await navigator.clipboard.writeText(text);
    event.target.textContent = "Copied";
  }}});
}

function raw(message) {
  return section("The answer", element("pre", {text: message.is_cut
    ? "the connection was cut before the whole of this was sent:\n" + pretty(message.answered_body)
    : message.answered_status + "\n" + pretty(message.answered_body)}));
}

// ---- What it does ----

let said_timer = 0;
function say(text, is_bad) {
  const said = $("said");
  said.textContent = text;
  said.classList.toggle("bad", is_bad);
  said.hidden = false;
  clearTimeout(said_timer);
  said_timer = setTimeout(() => { said.hidden = true; }, 6000);
}

async function post(what, order) {
  try {
    const answer = await fetch("/page/api/" + what, {method: "POST",
      headers: {"Content-Type": "application/json"}, body: JSON.stringify(order)});
    const words = await answer.json();
    say(words.done || words.message, !answer.ok);
  } catch {
    say("The simulator does not answer: is it still running?", true);
  }
}

const whole = (form, name) => Number(form.elements[name].value) || 0;

function set_up_forms() {
  const submit = (id, what, order_of) => $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    post(what, order_of(event.target));
    $("faults").open = false;
  });
  submit("fault-form", "fault", (form) => ({times: whole(form, "times"),
    status: whole(form, "status") || undefined, delay_ms: whole(form, "delay_ms"),
    after_judging: form.elements.after_judging.checked, cut: form.elements.cut.checked}));
  submit("callback-form", "callback-fault", (form) => ({times: whole(form, "times"),
    repeats: whole(form, "repeats"), delay_ms: whole(form, "delay_s") * 1000, lost: form.elements.lost.checked}));
  submit("number-form", "number", (form) => ({phone_number: form.elements.phone_number.value,
    code: form.elements.code.value === "" ? undefined : whole(form, "code")}));
}

// ---- The account ----

async function load_account() {
  account = await (await fetch("/page/api/account")).json();
  names.clear();
  const listed = (value) => Array.isArray(value) ? value : [];
  for (const [key, id, name] of [["brands", "brand_id", "company_name"], ["recordings", "media_id", "name"], ["media", "media_id", "name"], ["pools", "pool_id", "name"],
    ["lines", "phone_line_id", "name"], ["v2_media", "media_id", "name"], ["voices", "voice_id", "name"]]) {
    for (const one of listed(account[key])) {
      if (one[id]) names.set(one[id], one[name] || one[id]);
    }
  }
  for (const list of document.querySelectorAll("select.reasons")) {
    if (list.options.length < 2) fill_reasons(list);
  }
  const of_number = $("number-form").elements.code;
  if (of_number.options[of_number.options.length - 1].value !== "") {
    of_number.append(element("option", {value: "", text: "as the service's simulated numbers say"}));
  }
  const host = account.url;
  $("where").textContent = "plays the service at " + host + " and reaches nobody" + (account.strict ? " (strict)" : "");
  draw_example();
  draw_soon();
}

function draw_example() {
  const first = (list, key) => Array.isArray(list) && list[0] ? list[0][key] : "";
  const body = {team_id: account.team_id, secret: "$DROPCOWBOY_SECRET", brand_id: first(account.brands, "brand_id"),
    phone_number: "+15550010001", recording_id: first(account.recordings, "media_id"),
    forwarding_number: "+15557654321", foreign_id: "first-one"};
  $("example").textContent = "curl " + account.url + "/rvm -H 'Content-Type: application/json' -d @- <<END\n" +
    JSON.stringify(body, null, 2) + "\nEND";
}

function table(title, rows, note) {
  const listed = Array.isArray(rows) ? rows : [];
  const keys = [...new Set(listed.flatMap((row) => Object.keys(row)))];
  const cell = (value) => element("td", {text: value === undefined || value === null ? ""
    : typeof value === "object" ? JSON.stringify(value) : String(value)});
  return element("section", {}, element("h2", {text: title}),
    listed.length === 0 ? element("p", {class: "note", text: note || "none"})
      : element("table", {}, element("thead", {}, element("tr", {}, ...keys.map((key) => element("th", {text: key})))),
        element("tbody", {}, ...listed.map((row) => element("tr", {}, ...keys.map((key) => cell(row[key])))))));
}

async function show_account() {
  await load_account();
  const numbers = Object.entries(account.numbers).map(([phone_number, result]) =>
    ({phone_number, result: result.reason || "delivered"}));
  $("account-view").replaceChildren(
    table("Brands", account.brands), table("Recordings", account.recordings), table("Media", account.media),
    table("Number pools", account.pools), table("Phone lines (v2)", account.lines), table("Media (v2)", account.v2_media),
    table("Voices (v2)", account.voices), table("Contact lists", account.lists, "none was created yet"),
    table("Numbers with a result of your choice", numbers, "none: see Make trouble"));
}

function show_tab(name) {
  for (const one of ["messages", "account"]) {
    $(one + "-view").hidden = one !== name;
    $("tab-" + one).setAttribute("aria-selected", String(one === name));
  }
  if (name === "account") show_account(); else draw_soon();
}

// ---- Messages per second ----

function count(at) {
  const second = Math.floor(at / 1000);
  per_second.set(second, (per_second.get(second) || 0) + 1);
}

function draw_rate() {
  const now = Math.floor(Date.now() / 1000);
  for (const second of per_second.keys()) if (second < now - 61) per_second.delete(second);
  const values = Array.from({length: 60}, (_, i) => per_second.get(now - 60 + i) || 0);
  const most = Math.max(1, ...values);
  $("plot").setAttribute("d", values.map((value, i) =>
    (i ? "L" : "M") + (i * 120 / 59).toFixed(1) + " " + (23 - 21 * value / most).toFixed(1)).join(""));
  $("rate-now").textContent = values[59] + "/s";
}

// ---- Live ----

function take(batch) {
  if (session !== null && session !== batch.session) messages.clear();
  session = batch.session;
  let is_chosen_new = false;
  for (const message of batch.messages) {
    if (!messages.has(message.number)) count(message.at);
    messages.set(message.number, message);
    if (message.number === chosen) is_chosen_new = true;
  }
  if (messages.size > batch.kept || messages.size > kept_most) {
    for (const number of messages.keys()) if (number < batch.oldest) messages.delete(number);
  }
  if (chosen !== null && chosen < batch.oldest) choose(null);
  sort_soon();
  if (is_chosen_new) show_detail();
}

let sorting = false;
function sort_soon() {
  if (sorting) return;
  sorting = true;
  setTimeout(() => { sorting = false; sort_out(); }, 50);
}

function connect() {
  const events = new EventSource("/page/api/events");
  events.addEventListener("changes", (event) => take(JSON.parse(event.data)));
  events.addEventListener("open", () => { $("link").textContent = "live"; $("link").classList.add("live"); load_account(); });
  events.addEventListener("error", () => { $("link").textContent = "not connected"; $("link").classList.remove("live"); });
}

function on_key(event) {
  if (event.target.matches("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || $("messages-view").hidden) return;
  const keys = {ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
    PageDown: () => move(15), PageUp: () => move(-15), Escape: () => { $("faults").open = false; choose(null); }, "/": () => $("filter").focus()};
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

set_up_forms();
$("scroll").addEventListener("scroll", draw_soon);
addEventListener("resize", draw_soon);
addEventListener("keydown", on_key);
$("filter").addEventListener("input", (event) => set_filter(event.target.value));
$("clear").addEventListener("click", () => post("clear", {}));
$("tab-messages").addEventListener("click", () => show_tab("messages"));
$("tab-account").addEventListener("click", () => show_tab("account"));
$("copy-example").addEventListener("click", () => navigator.clipboard.writeText($("example").textContent));
setInterval(draw_rate, 1000);
draw_rate();
draw_list();
connect();

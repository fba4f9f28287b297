// One message of the simulator: what was asked for, what became of it, what is wrong with it.

import {act_buttons} from "./actions.js";
import {callback_sections} from "./callback.js";
import {curl_of} from "./curl.js";
import {$, button, copier, element, facts, note, pretty, section, tag} from "./dom.js";
import {choose, set_filter} from "./list.js";
import {is_simulator, name_of, state} from "./state.js";
import {advice_words, answer_word, callback_word, clock, heard, outcome, reason_of, reply_route, shown_as,
  told_word} from "./words.js";

export async function show_detail() {
  const number = state.chosen;
  const answer = await fetch("/page/api/messages/" + number);
  if (!answer.ok) return;
  const message = await answer.json();
  if (number !== state.chosen) return;  // another one, or none, since
  const detail = $("detail");
  const top = detail.hidden ? 0 : detail.scrollTop;
  const parts = is_simulator() ? sections(message) : callback_sections(message);
  detail.replaceChildren(heading(message), ...parts.filter(Boolean));
  detail.hidden = false;
  detail.scrollTop = top;
}

function sections(message) {
  return [story(message), contents(message), act_buttons(message), judgement(message), callbacks(message),
    as_curl(message), answer(message)];
}

function heading(message) {
  const what = !is_simulator() ? "Callback about " : message.path.endsWith("sms") ? "Text to " : "Voicemail to ";
  const {phone_number} = message.request;
  return element("h2", {},
    element("span", {text: what + (phone_number || "nobody")}),
    tag(outcome(message)),
    phone_number ? button("All to this number", () => set_filter(phone_number)) : null,
    button("Close", () => choose(null), "Esc"));
}

function story(message) {
  const steps = [element("li", {}, tag({word: "received " + clock(message.at), kind: ""})),
    element("li", {}, tag({...answer_word(message), word: "answered " + answer_word(message).word}))];
  if (message.is_taken) {
    steps.push(element("li", {}, tag(outcome(message))));
    steps.push(element("li", {}, tag({...callback_word(message), word: "callback " + callback_word(message).word})));
  }
  return section("What happened", element("ol", {class: "steps"}, ...steps),
    facts([["cost", message.cost && "$" + message.cost], ["reason", reason_of(message)],
      ["advice", message.result && advice_words[message.result.advice]]]));
}

const is_here = (url) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//.test(url);

function speaker(words) {
  if (!("speechSynthesis" in window)) return null;
  return button("Speak it", () => {
    speechSynthesis.cancel();
    speechSynthesis.speak(new SpeechSynthesisUtterance(words));
  }, "by your browser's own voice");
}

function audio(message) {
  const {request} = message;
  const source = message.body || request;
  if (source.tts_body !== undefined) {
    const words = String(source.tts_body);
    return [element("blockquote", {text: words}), speaker(words)].filter(Boolean);
  }
  if (request.sms_body !== undefined) {
    return [element("blockquote", {text: String(source.sms_body || source.body)})];
  }
  const url = String(source.audio_url || "");
  const parts = [element("span", {text: heard(request)})];
  if (is_here(url)) parts.push(element("audio", {controls: "", preload: "none", src: url}));
  return parts;
}

function contents(message) {
  const {request, body} = message;
  return section("The request", facts([
    ["whom", request.phone_number || (request.contact_id ? "contact " + request.contact_id : "no phone_number")],
    ["brand", request.brand_id ? name_of(request.brand_id) : message.path.startsWith("/v1/") ? "none" : ""],
    ["they hear", audio(message)],
    ["they see", shown_as(request), request.privacy === "full" ? "privacy: full" : ""],
    ["replies", reply_route(request)],
    ["foreign_id", request.foreign_id || "none", request.foreign_id ? "your id, echoed in the callback" : ""],
    ["callback_url", body && body.callback_url ? String(body.callback_url)
      : message.is_told ? "none; a webhook hears of the result" : "none: you will not hear of the result"]]));
}

function service_words(message) {
  if (!message.is_taken) return "has not taken it" + (message.answered_body ? ": " + message.answered_body : "");
  const status = message.path.startsWith("/v1/") ? "200" : "202";
  return "answers " + status + " queued" +
    (message.is_faulty ? ", then fails it: " + message.result.reason : ", and tries the call");
}

/// What the real service would have done with what only a strict simulator refuses.
function strict_words(message) {
  if (!state.about.strict || message.is_taken || message.state !== "refused") return null;
  const status = message.path.startsWith("/v1/") ? "200" : "202";
  return note("Stricter than the real service, which would have answered " + status +
    " queued, and failed it in its callback.");
}

function own_words({validation}) {
  if (!validation) return [note("checks requests of v1")];
  const line = (kind, issue) =>
    element("li", {class: kind, text: (issue.field ? issue.field + ": " : "") + issue.message});
  const fine = element("p", {class: "good", text: "nothing speaks against sending it"});
  return [validation.errors.length === 0 ? fine : null,
    element("ul", {}, ...validation.errors.map((issue) => line("bad", issue)),
      ...validation.warnings.map((issue) => line("wait", issue)))];
}

function judgement(message) {
  const kind = message.is_taken && !message.is_faulty ? "good" : "bad";
  return section("What is wrong with it", element("div", {class: "both"},
    element("div", {}, element("b", {text: "The service"}),
      element("p", {class: kind, text: service_words(message)}), strict_words(message)),
    element("div", {}, element("b", {text: "validate()"}), ...own_words(message))));
}

function callbacks(message) {
  const told = message.callbacks.map((callback) => element("div", {class: "callback"},
    element("p", {}, tag(told_word(callback, 1)), element("span", {text: " " + clock(callback.at) + " " +
      (callback.event ? callback.event + " " : "") +
      (callback.attempt > 1 ? "attempt " + callback.attempt + " " : "") + "to " + callback.url})),
    element("pre", {text: pretty(callback.body)})));
  if (told.length === 0) told.push(note(message.is_told ? "none yet" : "none: nobody asked for one"));
  return section("Callbacks", ...told);
}

function as_curl(message) {
  const text = curl_of(message);
  return section("As a curl line", element("pre", {text}), element("p"), copier(text));
}

function answer(message) {
  const said = pretty(message.answered_body);
  return section("The answer", element("pre", {text: message.is_cut
    ? "the connection was cut before the whole of this was sent:\n" + said
    : message.answered_status + "\n" + said}));
}

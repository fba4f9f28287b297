// One callback that a receiver got.

import {copier, element, facts, note, pretty, section, tag} from "./dom.js";
import {advice_words, answer_word, clock, outcome, reason_of} from "./words.js";

export function callback_sections(message) {
  return [story(message), says(message), missing(message), body(message)];
}

function story(message) {
  const answered = answer_word(message);
  return section("What happened", element("ol", {class: "steps"},
    element("li", {}, tag({word: "received " + clock(message.at), kind: ""})),
    element("li", {}, tag(outcome(message))),
    element("li", {}, tag({...answered, word: "answered " + answered.word}))),
  note(message.vouched_by ? "vouched for by its " + message.vouched_by
    : "nobody vouches for it: whoever knows the URL can post this"),
  message.refused_for ? note("refused: " + message.refused_for.replaceAll("_", " ")) : null,
  message.state === "repeat" ? note("It came before: nothing was done about it again.") : null);
}

function says(message) {
  const {result} = message;
  return section("What it says", facts([
    ["reason", reason_of(message)], ["advice", result && advice_words[result.advice]],
    ["cost in all", message.cost && "$" + message.cost], ...Object.entries(message.facts)]));
}

function missing({issues}) {
  if (issues.length === 0) return null;
  return section("What is not as documented", element("ul", {}, ...issues.map((issue) =>
    element("li", {text: (issue.field ? issue.field + ": " : "") + issue.message}))));
}

function body(message) {
  const text = pretty(message.body);
  return section("Its body", element("pre", {text}), element("p"), copier(message.body));
}

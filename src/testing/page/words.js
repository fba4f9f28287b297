// What things are called. Pure, but for the names of what the account holds.

import {is_simulator, name_of} from "./state.js";

export const clock = (at) => new Date(at).toLocaleTimeString([], {hour12: false});

export function heard(request) {
  if (request.sms_body !== undefined) return "Text: " + request.sms_body;
  if (request.tts_body !== undefined) return "Spoken: " + request.tts_body;
  if (request.audio_url !== undefined) return request.audio_url;
  const id = request.recording_id || request.media_id;
  return id ? name_of(id) : "nothing";
}

export function reply_route(request) {
  if (request.forwarding_number) return "calls go to " + request.forwarding_number;
  if (request.phone_ivr_id) return "IVR " + request.phone_ivr_id;
  if (request.pool_id) return "number pool " + name_of(request.pool_id);
  if (request.phone_line_id) return "phone line " + name_of(request.phone_line_id);
  if (request.caller_id) return "caller ID " + request.caller_id;
  return "none named: the account's default, if it has one";
}

export const shown_as = (request) => request.privacy === "full"
  ? "“Unknown Caller”"
  : request.caller_id || "a number of the pool or account";

export const advice_words = {
  none: "", fix_and_resend: "mend the request or account, then send again",
  try_later: "try again later", do_not_resend: "do not send again", not_known: "a person has to look",
};

export function outcome(message) {
  const reason = message.result && message.result.reason;
  switch (message.state) {
    case "accepted": return {word: "queued", kind: "wait"};
    case "delivered": return {word: "delivered", kind: "good"};
    case "failed": return {word: reason || "failed", kind: "bad"};
    case "event": return {word: message.event || "says neither success nor failure", kind: ""};
    case "refused": return {word: is_simulator() ? "refused, not sent" : "refused: " + message.refused_for, kind: "bad"};
    case "repeat": return {word: is_simulator() ? "repeat, sent once" : "came before", kind: ""};
    default: return {word: "not taken, unclear to sender", kind: "bad"};
  }
}

export function answer_word(message) {
  if (message.is_cut) return {word: "cut", kind: "bad"};
  if (!message.answered_status) return {word: "…", kind: "wait"};
  return {word: String(message.answered_status), kind: message.answered_status < 300 ? "good" : "bad"};
}

export function told_word(callback, count) {
  const times = count > 1 ? " ×" + count : "";
  if (callback.lost) return {word: "lost" + times, kind: "bad"};
  if (!callback.answered_status) return {word: "not reached" + times, kind: "bad"};
  return {word: callback.answered_status + times, kind: callback.answered_status < 300 ? "good" : "bad"};
}

export function callback_word(message) {
  if (!is_simulator()) return {word: message.vouched_by || "nobody", kind: message.vouched_by ? "good" : ""};
  const {callback} = message;
  if (!message.is_taken || message.state === "repeat") return {word: "–", kind: ""};
  if (!message.is_told && !callback) return {word: "not asked", kind: ""};
  if (!callback) return {word: "waiting", kind: "wait"};
  return told_word(callback, callback.count);
}

export function reason_of(message) {
  const {result} = message;
  if (!result || !result.reason) return "";
  return result.reason + (result.code ? " (" + result.code + ")" : "");
}

/// The third column: what the contact hears, or what a receiver is told of.
export const subject = (message) => is_simulator() ? heard(message.request) : message.event || "callback";

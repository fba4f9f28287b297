#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/core.hpp"
#include "receiver/crypto.hpp"
#include "text/characters.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr std::size_t max_id = 200;  // leaves room for a tag
constexpr std::size_t max_who = 200;

std::string digest_of(const std::string& request) {
  return receiver::crypto::base64url(receiver::crypto::sha256(request), 16);
}

void check_id(std::string_view id, std::vector<Issue>& issues) {
  if (text::count_code_points(id) <= max_id) return;
  issues.push_back({Severity::error, "foreign_id", IssueCode::too_long,
                    "must be at most 200 characters, so that a tag fits"});
}

/// By whose number consent and limits go; empty, with an issue, if it cannot be told.
std::string number_of(const RvmRequest& request, std::vector<Issue>&) {
  return request.phone_number;
}

std::string number_of(const v2::RvmRequest& request, std::vector<Issue>& issues) {
  if (request.to || !request.contact_id) return request.to.value_or("");
  issues.push_back({Severity::error, "to", IssueCode::missing,
                    "is required instead of contact_id: consent and limits go by the number"});
  return {};
}

/// The message that the entry stands for; adds what is wrong with it to `issues`. Entry: one of
/// either kind.
template <class Entry>
NewMessage new_message(Core& core, const Entry& entry, Stored now, std::vector<Issue>& issues) {
  auto request = entry.request;
  if (!request.foreign_id) request.foreign_id = core.runtime().new_id();
  Validation found = validate(request);
  for (Issue& issue : found.errors) issues.push_back(std::move(issue));
  check_id(*request.foreign_id, issues);
  NewMessage message;
  message.foreign_id = *request.foreign_id;
  message.phone = number_of(request, issues);
  message.keyed = std::is_same_v<Entry, KeyedEntry>;
  if (issues.empty()) message.request = to_json(request);
  if (issues.empty()) message.content = digest_of(message.request);
  message.not_before = entry.not_before ? to_stored(*entry.not_before) : now;
  message.due = std::max(now, message.not_before);
  if (entry.expires) message.expires = to_stored(*entry.expires);
  return message;
}

[[noreturn]] void refuse_entries(std::vector<Issue> issues) {
  Error error = invalid_request(std::move(issues));
  error.message = "entries are not in order, so none was added";
  throw Exception(std::move(error));
}

template <class Entry>
std::vector<NewMessage> new_messages(Core& core, const std::vector<Entry>& entries) {
  const Stored now = to_stored(core.now());
  std::vector<NewMessage> all;
  all.reserve(entries.size());
  std::vector<Issue> problems;
  for (std::size_t index = 0; index < entries.size(); ++index) {
    std::vector<Issue> issues;
    all.push_back(new_message(core, entries[index], now, issues));
    for (Issue& issue : issues) {
      issue.message.insert(0, "(entry " + std::to_string(index) + ") ");
      problems.push_back(std::move(issue));
    }
  }
  if (!problems.empty()) refuse_entries(std::move(problems));
  return all;
}

void expect_same(Store& store, const NewMessage& one) {
  const auto found = store.find(one.foreign_id);
  if (found && found->content == one.content) return;
  refuse(one.foreign_id,
         "a message with this foreign_id is there already, with another content: give this one "
         "an id of its own");
}

/// Why a message may not be sent again; null if it may.
const char* objection(Store& store, const Found& found, Stored now) {
  // From when its last attempt had ended: it may have waited in the client before that.
  const Stored left_at = std::max(found.marked_at.value_or(now), found.settled_at.value_or(0));
  const bool has_waited = found.marked_at && now - left_at >= to_stored(callback_wait);
  if (found.state == State::unknown && !has_waited) {
    return "its callback can still come: an unknown message is sent again after 72 hours at the "
           "earliest";
  }
  if (found.state != State::unknown && found.state != State::failed) {
    return "only a message that failed, or stayed unknown, is sent again";
  }
  if (found.note == contradicted) {
    return "one callback said that it was delivered, another that it was not: it is not sent again";
  }
  if (found.note == unproven && !has_waited) {
    return "nobody vouches for the callback that said so, and another can still come: it is sent "
           "again after 72 hours at the earliest";
  }
  return store.is_resent(found.id) ? "it has been sent again already" : nullptr;
}

/// The same message once more.
template <class Entry, class Request>
NewMessage again(Core& core, const std::string& text, const std::string& new_foreign_id,
                 Stored now) {
  Entry entry;
  entry.request = Request::from_json(text).value();
  entry.request.foreign_id = new_foreign_id;
  std::vector<Issue> issues;
  NewMessage message = new_message(core, entry, now, issues);
  if (!issues.empty()) refuse_entries(std::move(issues));
  return message;
}

std::vector<Added> add_all(Core& core, const std::vector<NewMessage>& all) {
  std::vector<Added> added;
  if (all.empty()) return added;
  core.write([&](Store& store) {
    const std::vector<bool> inserted = store.insert_all(all);
    added.clear();
    added.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!inserted[i]) expect_same(store, all[i]);
      added.push_back({all[i].foreign_id, !inserted[i]});
    }
  });
  core.bell->ring();
  return added;
}

}  // namespace

std::vector<Added> add(Core& core, const std::vector<Entry>& entries) {
  return add_all(core, new_messages(core, entries));
}

std::vector<Added> add_keyed(Core& core, const std::vector<KeyedEntry>& entries) {
  return add_all(core, new_messages(core, entries));
}

Added resend(Core& core, std::string_view foreign_id, std::string new_foreign_id,
             std::string_view who) {
  if (text::is_blank(who) || !text::is_utf8(who) || text::count_code_points(who) > max_who ||
      text::has_control_character(who)) {
    refuse(foreign_id, "say who decided to send it again: a name of at most 200 characters");
  }
  const Stored now = to_stored(core.now());
  if (new_foreign_id.empty()) new_foreign_id = core.runtime().new_id();
  core.write([&](Store& store) {
    const auto found = store.find(foreign_id);
    if (!found) refuse(foreign_id, "there is no such message");
    if (const char* why_not = objection(store, *found, now)) refuse(foreign_id, why_not);
    const auto text = store.request_of(found->id);
    if (!text) refuse(foreign_id, "its text was purged: add it anew");
    NewMessage message = found->keyed
                             ? again<KeyedEntry, v2::RvmRequest>(core, *text, new_foreign_id, now)
                             : again<Entry, RvmRequest>(core, *text, new_foreign_id, now);
    message.not_before = found->not_before;
    message.due = std::max(now, found->not_before);
    message.expires = found->expires;
    message.resend_of = found->id;
    message.resent_by = std::string(who);
    if (!store.insert(message)) refuse(new_foreign_id, "a message with this id is there already");
  });
  core.bell->ring();
  return {new_foreign_id, false};
}

}  // namespace dropcowboy::outbox

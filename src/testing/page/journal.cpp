#include "testing/page/journal.hpp"

#include <algorithm>
#include <utility>

#include "testing/page/mask.hpp"
#include "testing/page/shallow_json.hpp"
#include "testing/page/views.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_entries = 20'000;
constexpr std::size_t max_bytes = std::size_t{64} << 20U;
constexpr std::size_t max_told = 20;
/// From one batch of changes to the next, so that a busy sender is told of in few.
constexpr std::chrono::milliseconds gathering{50};
constexpr std::size_t max_answer = 4096;

std::string text_in(const ordered_json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The secret in the header and that in the body: mistaken as one may be, both are secret.
std::vector<std::string> secrets_of(const httplib::Request& request, const ordered_json& body) {
  std::vector<std::string> secrets = {request.get_header_value("x-secret"),
                                      text_in(body, "secret")};
  secrets.erase(std::remove(secrets.begin(), secrets.end(), ""), secrets.end());
  return secrets;
}

std::string sender_of(const httplib::Request& request) {
  return request.get_header_value(request.has_header("x-key") ? "x-key" : "x-team-id");
}

/// Before it has a number.
Entry entry_of(const httplib::Request& request) {
  Entry entry;
  entry.path = request.path;
  ordered_json body = shallow_json(request.body);
  entry.secrets = secrets_of(request, body.is_object() ? body : ordered_json::object());
  if (body.is_object()) {
    mask_texts(body, entry.secrets);
    if (body.contains("secret")) body["secret"] = mask;
    entry.phone_number = text_in(body, body.contains("to") ? "to" : "phone_number");
    entry.essence = std::make_shared<const ordered_json>(essence_of(body, entry.phone_number));
    entry.body = std::make_shared<const std::string>(text_of(body));
    entry.size = entry.body->size();
  }
  entry.idempotency_key = request.get_header_value("Idempotency-Key");
  entry.team_id = sender_of(request);
  entry.received_bytes = request.body.size();
  return entry;
}

}  // namespace

std::uint64_t Journal::take(Taken taken) {
  Entry made = entry_of(taken.request);
  const std::lock_guard lock(mutex_);
  Entry& entry = add(std::move(made));
  entry.is_taken = true;
  entry.is_repeat = taken.is_repeat;
  entry.is_faulty = taken.is_faulty;
  entry.is_told = taken.is_told;
  entry.result = taken.result;
  entry.tell = std::move(taken.tell);
  touch(entry);
  return entry.number;
}

void Journal::answered(std::uint64_t number, const httplib::Request& request,
                       const RecordedRequest& record, bool is_cut) {
  Entry made = number == 0 ? entry_of(request) : Entry();
  const std::lock_guard lock(mutex_);
  Entry* entry = number == 0 ? &add(std::move(made)) : look_up(number);
  if (entry == nullptr) return;
  entry->answered_status = record.answered_status;
  entry->answered_body = record.answered_body.substr(0, max_answer);
  entry->is_cut = is_cut;
  resize(*entry, 0, entry->answered_body.size());
  touch(*entry);
}

void Journal::told(std::uint64_t number, const RecordedCallback& callback) {
  const std::lock_guard lock(mutex_);
  Entry* entry = look_up(number);
  if (entry == nullptr) return;
  if (entry->told.size() == max_told) {
    resize(*entry, entry->told.front().callback.body.size(), 0);
    entry->told.erase(entry->told.begin());
  }
  entry->told.push_back({clock_.now(), callback});
  resize(*entry, 0, callback.body.size());
  touch(*entry);
}

void Journal::heard(const ReceivedCallback& callback) {
  Entry entry;
  entry.callback = std::make_shared<const ReceivedCallback>(callback);
  entry.size = callback.body.size();
  const std::lock_guard lock(mutex_);
  touch(add(std::move(entry)));
}

void Journal::decided(std::uint64_t number, const DropResult& result) {
  const std::lock_guard lock(mutex_);
  Entry* entry = look_up(number);
  if (entry == nullptr) return;
  entry->result = result;
  touch(*entry);
}

void Journal::clear() {
  {
    const std::lock_guard lock(mutex_);
    entries_.clear();
    number_by_version_.clear();
    bytes_ = 0;
    ++version_;
  }
  changed_.notify_all();
}

Entry& Journal::add(Entry entry) {
  entry.number = next_number_++;
  entry.received_at = clock_.now();
  const std::size_t size = std::exchange(entry.size, 0);
  entries_.push_back(std::move(entry));
  resize(entries_.back(), 0, size);
  return entries_.back();
}

void Journal::resize(Entry& entry, std::size_t before, std::size_t now) {
  entry.size += now - before;
  bytes_ += now - before;
  while (&entry != &entries_.front() && (entries_.size() > max_entries || bytes_ > max_bytes)) {
    forget_oldest();
  }
}

void Journal::forget_oldest() {
  bytes_ -= entries_.front().size;
  number_by_version_.erase(entries_.front().version);
  entries_.pop_front();
}

const Entry* Journal::look_up(std::uint64_t number) const {
  if (entries_.empty() || number < entries_.front().number) return nullptr;
  const std::uint64_t index = number - entries_.front().number;
  return index < entries_.size() ? &entries_[static_cast<std::size_t>(index)] : nullptr;
}

Entry* Journal::look_up(std::uint64_t number) {
  return const_cast<Entry*>(std::as_const(*this).look_up(number));
}

void Journal::touch(Entry& entry) {
  number_by_version_.erase(entry.version);
  entry.version = ++version_;
  number_by_version_.emplace_hint(number_by_version_.end(), entry.version, entry.number);
  changed_.notify_all();
}

std::optional<Entry> Journal::find(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = look_up(number);
  return entry == nullptr ? std::nullopt : std::optional(*entry);
}

Changes Journal::changes_since(std::uint64_t version, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  Changes changes;
  changes.version = version_;
  changes.oldest = entries_.empty() ? next_number_ : entries_.front().number;
  changes.kept = entries_.size();
  if (version > version_) version = 0;  // of another simulator at this port
  for (auto at = number_by_version_.upper_bound(version); at != number_by_version_.end(); ++at) {
    if (changes.entries.size() == most) {
      changes.is_more = true;
      changes.version = changes.entries.back().version;
      break;
    }
    changes.entries.push_back(*look_up(at->second));
  }
  return changes;
}

bool Journal::wait_for_change(std::uint64_t version, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  const bool is_new =
      changed_.wait_for(lock, patience, [&] { return stopping_ || version_ != version; });
  if (is_new) changed_.wait_for(lock, gathering, [&] { return stopping_; });
  return !stopping_;
}

void Journal::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

}  // namespace dropcowboy::testing::page

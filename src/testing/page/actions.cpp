#include "testing/page/actions.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "testing/bounded_json.hpp"
#include "testing/documented_failures.hpp"
#include "testing/judge_tools.hpp"
#include "testing/path.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr long long max_times = 1'000'000;
constexpr long long max_delay = 7LL * 24 * 60 * 60 * 1000;

Answer done(const std::string& words) { return say({{"done", words}}); }

/// A whole number within its range, or `otherwise` if it is absent; nothing if it is anything else.
std::optional<long long> number_at(const json& order, const char* key, long long least,
                                   long long most, long long otherwise) {
  if (!has(order, key)) return otherwise;
  const json& value = order[key];
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<long long>();
  return number < least || number > most ? std::nullopt : std::optional(number);
}

Answer out_of_range(const std::string& key, long long least, long long most) {
  return refuse(400, key + " must be a whole number from " + std::to_string(least) + " to " +
                         std::to_string(most));
}

bool flag_at(const json& order, const char* key) { return has(order, key) && order[key] == true; }

/// 0 is a success; nothing for a code that the vendor does not document.
std::optional<DropResult> result_of_code(long long code) {
  if (code == 0) return DropResult{};
  const auto found = std::find_if(documented_failures.begin(), documented_failures.end(),
                                  [code](const DropResult& one) { return one.code == code; });
  return found == documented_failures.end() ? std::nullopt : std::optional(*found);
}

std::optional<DropResult> result_in(const json& order) {
  const auto code = number_at(order, "code", 0, 9999, -1);
  return code ? result_of_code(*code) : std::nullopt;
}

Answer unknown_code() {
  return refuse(400, "code must be 0 for delivered, or a failure's code that the vendor documents");
}

Answer nothing_pending() {
  return refuse(409, "no callback of this message is waiting: it was told already, or names none");
}

/// A POST that was made once, made again.
class RepeatedAnnouncement final : public Announcement {
 public:
  explicit RepeatedAnnouncement(RecordedCallback callback) : callback_(std::move(callback)) {}

  bool is_again() const noexcept override { return true; }

  std::optional<Notice> next(ServiceClock::TimePoint) override {
    Notice notice;
    notice.url = callback_.url;
    notice.body = callback_.body;
    notice.headers = callback_.headers;
    notice.event = callback_.event;
    notice.attempt = callback_.attempt;
    return notice;
  }

 private:
  const RecordedCallback callback_;
};

}  // namespace

Answer Actions::act(const httplib::Request& request) {
  const json order = bounded_json(request.body);
  if (!order.is_object()) return refuse(400, "the body must be a JSON object");
  const PathParts path = parts_of(request.target);  // "page", "api", what
  if (matches({"page", "api", "clear"}, path)) return clear();
  if (matches({"page", "api", "fault"}, path)) return inject_fault(order);
  if (matches({"page", "api", "callback-fault"}, path)) return inject_callback_fault(order);
  if (matches({"page", "api", "number"}, path)) return decide_number(order);
  if (!matches({"page", "api", "messages", "*", "*"}, path)) {
    return refuse(404, "the page has nothing at this path");
  }
  std::uint64_t number = 0;
  std::from_chars(path[3].data(), path[3].data() + path[3].size(), number);
  const auto entry = service_.journal()->find(number);
  if (!entry) return refuse(404, "this message is not kept any more");
  return act_on(*entry, path[4], order);
}

Answer Actions::clear() {
  service_.journal()->clear();
  return done("cleared");
}

Answer Actions::inject_fault(const json& order) {
  const auto times = number_at(order, "times", 1, max_times, 1);
  if (!times) return out_of_range("times", 1, max_times);
  const auto status = number_at(order, "status", 200, 599, 0);
  if (!status) return out_of_range("status", 200, 599);
  const auto delay = number_at(order, "delay_ms", 0, max_delay, 0);
  if (!delay) return out_of_range("delay_ms", 0, max_delay);
  SimulatedFault fault;
  if (*status != 0) fault.status = static_cast<int>(*status);
  fault.after_judging = flag_at(order, "after_judging");
  fault.delay = milliseconds(*delay);
  fault.drop_connection = flag_at(order, "cut");
  inject_(std::move(fault), static_cast<int>(*times));
  return done("it strikes the next " + std::to_string(*times) + " requests");
}

Answer Actions::inject_callback_fault(const json& order) {
  const auto times = number_at(order, "times", 1, max_times, 1);
  if (!times) return out_of_range("times", 1, max_times);
  const auto repeats = number_at(order, "repeats", 0, 100, 0);
  if (!repeats) return out_of_range("repeats", 0, 100);
  const auto delay = number_at(order, "delay_ms", 0, max_delay, 0);
  if (!delay) return out_of_range("delay_ms", 0, max_delay);
  SimulatedCallbackFault fault;
  fault.lost = flag_at(order, "lost");
  fault.repeats = static_cast<int>(*repeats);
  fault.delay = milliseconds(*delay);
  service_.callbacks().inject(fault, static_cast<int>(*times));
  return done("it strikes the callbacks of the next " + std::to_string(*times) + " messages");
}

Answer Actions::decide_number(const json& order) {
  const std::string number = text_at(order, "phone_number");
  if (!is_e164(number)) return refuse(400, "phone_number must be in E.164 form: +15552223333");
  if (!has(order, "code")) {
    service_.rulings().decide_number(number, std::nullopt);
    return done(number + " ends as the service's simulated numbers say");
  }
  const auto result = result_in(order);
  if (!result) return unknown_code();
  service_.rulings().decide_number(number, result);
  return done("messages to " + number + " end so from now on");
}

Answer Actions::act_on(const Entry& entry, const std::string& what, const json& order) {
  if (!entry.is_taken || entry.is_repeat) {
    return refuse(409, "the service has not taken this request: nothing will come of it");
  }
  if (what == "tell") return tell(entry, order);
  if (what == "opt-out") return opt_out(entry);
  if (what == "repeat") return repeat(entry);
  if (what == "lose") return lose(entry);
  if (what == "delay") return delay(entry, order);
  return refuse(404, "the page has nothing at this path");
}

Answer Actions::tell(const Entry& entry, const json& order) {
  const auto result = result_in(order);
  if (!result) return unknown_code();
  service_.rulings().decide_message(entry.number, *result);
  service_.journal()->decided(entry.number, *result);
  const bool was_pending = service_.callbacks().reschedule(
      entry.number, milliseconds(0), [](SimulatedCallbackFault& fault) { fault = {}; });
  if (!was_pending && entry.tell) entry.tell(entry.number, true);
  return done(entry.is_told ? "it is called back" : "decided; nobody is told, for want of a URL");
}

Answer Actions::opt_out(const Entry& entry) {
  const std::string& number = entry.phone_number;
  if (!is_e164(number)) return refuse(409, "this message has no number that could opt out");
  service_.rulings().decide_number(number, result_of_code(6005));
  const json said = {{"from", number}, {"opt_in", false}};
  service_.v2().post_event("contact.msg.opt_out", said.dump());
  return done(number + " has opted out: later messages fail with Opt-in Revoked");
}

Answer Actions::repeat(const Entry& entry) {
  const auto made = std::find_if(entry.told.rbegin(), entry.told.rend(),
                                 [](const ToldResult& one) { return !one.callback.lost; });
  if (made == entry.told.rend()) return refuse(409, "no callback was made yet");
  Announcements announcements;
  announcements.push_back(std::make_unique<RepeatedAnnouncement>(made->callback));
  service_.callbacks().tell_now(std::move(announcements), entry.number);
  return done("the same callback is made again");
}

Answer Actions::lose(const Entry& entry) {
  const bool was_pending = service_.callbacks().reschedule(
      entry.number, milliseconds(0), [](SimulatedCallbackFault& fault) { fault.lost = true; });
  return was_pending ? done("the callback is lost") : nothing_pending();
}

Answer Actions::delay(const Entry& entry, const json& order) {
  const auto wait = number_at(order, "delay_ms", 0, max_delay, 60'000);
  if (!wait) return out_of_range("delay_ms", 0, max_delay);
  const bool was_pending = service_.callbacks().reschedule(entry.number, milliseconds(*wait),
                                                           [](SimulatedCallbackFault&) {});
  return was_pending ? done("the callback waits") : nothing_pending();
}

}  // namespace dropcowboy::testing::page

#include "testing/contact_lists.hpp"

#include <algorithm>
#include <chrono>

#include "testing/judge_tools.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t max_rows = 10'000;

Answer unknown_list() { return refuse(404, "there is no such list"); }

long long milliseconds_since_epoch(ServiceClock::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Objection list_name(const json& body) {
  const auto name = body.find("list_name");
  if (name == body.end()) return "list_name is required";
  if (!name->is_string()) return "list_name must be a string";
  if (is_blank(name->get_ref<const std::string&>())) return "list_name must not be empty";
  return {};
}

bool is_field(const json& field) {
  constexpr const char* known[] = {
      "record_id", "first_name", "last_name", "company", "email",   "phone",
      "address1",  "address2",   "city",      "state",   "postal",  "country",
      "custom1",   "custom2",    "custom3",   "custom4", "custom5",
  };
  return std::any_of(std::begin(known), std::end(known),
                     [&](const char* name) { return field == name; });
}

Objection contacts(const json& body) {
  const auto fields = body.find("fields");
  if (fields == body.end() || !fields->is_array()) return "fields must be an array";
  if (!std::all_of(fields->begin(), fields->end(), is_field)) return "fields has an unknown field";
  if (std::find(fields->begin(), fields->end(), "phone") == fields->end()) {
    return "fields must have a phone";
  }
  const auto values = body.find("values");
  if (values == body.end() || !values->is_array()) return "values must be an array";
  if (values->size() > max_rows) return "values must have at most 10,000 contacts";
  const bool has_rows_only =
      std::all_of(values->begin(), values->end(), [](const json& row) { return row.is_array(); });
  if (!has_rows_only) return "values must be an array of arrays";
  const auto region = body.find("region");
  if (region == body.end()) return {};
  const bool is_country = region->is_string() && region->get_ref<const std::string&>().size() == 2;
  return is_country ? Objection() : "region must be an ISO country code";
}

/// Whether a number is one in the region. The plan of North America is known, others are not.
bool is_number_in(const std::string& region, const std::string& text) {
  if (is_e164(text)) return true;
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
  if (region != "US" && region != "CA") return digits.size() >= 4;
  if (digits.size() == 11 && digits[0] == '1') digits.erase(0, 1);
  return is_e164("+1" + digits);
}

bool is_absent(const json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

/// Why a row is rejected; empty if it is not.
std::string fault_of(const json& row, const json& fields, const std::string& region) {
  if (row.size() != fields.size()) return "The row does not have a value for each field";
  bool has_number = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (fields[i] != "phone" || is_absent(row[i])) continue;
    const std::string number = row[i].is_string() ? row[i].get<std::string>() : row[i].dump();
    if (!is_number_in(region, number)) return "Phone number not valid";
    has_number = true;
  }
  return has_number ? "" : "Phone number missing";
}

}  // namespace

Answer ContactLists::create(const json& body) {
  if (const auto objection = list_name(body)) return refuse(400, *objection);
  const std::string id = ids_.uuid();
  const List list{body["list_name"], milliseconds_since_epoch(clock_.now())};
  const std::lock_guard lock(mutex_);
  lists_[id] = list;
  return say({{"list_id", id}, {"list_name", list.name}, {"created_at", list.created_at}});
}

Answer ContactLists::get(const std::string& list_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(list_id);
  if (found == lists_.end()) return unknown_list();
  const List& list = found->second;
  return say({{"list_id", list_id},
              {"list_name", list.name},
              {"created_at", list.created_at},
              {"contact_count", list.contacts}});
}

Answer ContactLists::rename(const std::string& list_id, const json& body) {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(list_id);
  if (found == lists_.end()) return unknown_list();
  if (const auto objection = list_name(body)) return refuse(400, *objection);
  found->second.name = body["list_name"];
  return {};  // the vendor's own tests expect an empty body
}

Answer ContactLists::remove(const std::string& list_id) {
  const std::lock_guard lock(mutex_);
  if (lists_.erase(list_id) == 0) return unknown_list();
  return say({{"list_id", list_id}});
}

ordered_json ContactLists::all() const {
  const std::lock_guard lock(mutex_);
  ordered_json documents = ordered_json::array();
  for (const auto& [list_id, list] : lists_) {
    documents.push_back(
        {{"list_id", list_id}, {"list_name", list.name}, {"contact_count", list.contacts}});
  }
  return documents;
}

Answer ContactLists::append(const std::string& list_id, const json& body) {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(list_id);
  if (found == lists_.end()) return unknown_list();
  if (const auto objection = contacts(body)) return refuse(400, *objection);
  const json& values = body["values"];
  ordered_json rejected = ordered_json::array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string fault = fault_of(values[i], body["fields"], body.value("region", "US"));
    if (!fault.empty()) rejected.push_back({{"index", i}, {"reason", fault}});
  }
  const std::size_t accepted = values.size() - rejected.size();
  found->second.contacts += accepted;
  return say({{"accepted_count", accepted}, {"rejected", rejected}});
}

}  // namespace dropcowboy::testing

#include "testing/page/shallow_json.hpp"

#include <utility>
#include <vector>

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_depth = 32;
constexpr int max_keys = 1000;

class Reader final : public nlohmann::json_sax<ordered_json> {
 public:
  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(ordered_json::object()); }
  bool start_array(std::size_t) override { return open(ordered_json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }
  bool key(string_t& name) override {
    if (skipped_ > 0) return true;
    key_ = std::move(name);
    is_key_wanted_ = ++keys_ <= max_keys;
    return true;
  }

  ordered_json take() { return std::move(root_); }

 private:
  /// Where it is now; null if it is left out.
  ordered_json* place(ordered_json value) {
    if (skipped_ > 0) return nullptr;
    if (open_.empty()) return &(root_ = std::move(value));
    ordered_json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return is_key_wanted_ ? &(parent[key_] = std::move(value)) : nullptr;
  }

  bool put(ordered_json value) {
    place(std::move(value));
    return true;
  }

  bool open(ordered_json container) {
    ordered_json* placed = open_.size() == max_depth ? nullptr : place(std::move(container));
    placed == nullptr ? void(++skipped_) : open_.push_back(placed);
    return true;
  }

  bool close() {
    skipped_ > 0 ? void(--skipped_) : open_.pop_back();
    return true;
  }

  ordered_json root_;
  std::vector<ordered_json*> open_;  ///< only the innermost grows, so they stay where they are
  std::size_t skipped_ = 0;          ///< containers that are open and left out
  std::string key_;
  bool is_key_wanted_ = true;
  int keys_ = 0;
};

}  // namespace

ordered_json shallow_json(const std::string& text) {
  Reader reader;
  return ordered_json::sax_parse(text, &reader) ? reader.take() : ordered_json();
}

}  // namespace dropcowboy::testing::page

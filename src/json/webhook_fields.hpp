#pragma once

#include <array>
#include <string_view>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy::json {

/// A value in a JSON text; a container stands for its first character.
struct Value {
  enum class Type { null, boolean, number, string, object, array };

  Type type = Type::null;
  /// As written, but of a string its content.
  std::string_view text{};
};

/// What became of a member of a callback.
enum class Fit { absent, good, rounded, mistyped };

/// The documented type of a member of a callback, and the field that it fills.
struct FieldType {
  /// Puts the value into its field; one that does not fit, such as null, unsets it.
  Fit (*store)(Webhook& webhook, const Value& value);
  const char* complaint;
};

struct WebhookField {
  std::string_view name;
  /// Promised by the documentation of v1, so that its absence is worth a word.
  bool is_promised;
  FieldType type;
};

/// In the order of the documentation.
extern const std::array<WebhookField, 22> webhook_fields;

}  // namespace dropcowboy::json

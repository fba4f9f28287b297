#pragma once

#include <array>
#include <string_view>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {

/// A value in a JSON text.
struct Value {
  enum class Type { null, boolean, number, string, object, array };

  Type type = Type::null;
  /// As written, but of a string its content.
  std::string_view text{};
};

/// What became of a member of a callback; unchanged: it stays as it was before.
enum class Fit { absent, good, rounded, mistyped, unchanged };

/// The documented type of a member of a callback, and the field that it fills.
struct FieldType {
  /// Puts the value into its field; one that does not fit, such as null, unsets it (except a flag).
  Fit (*store)(Webhook& webhook, const Value& value);
  const char* complaint;
};

/// In which form of callback a member is expected, so that its absence is worth a word there. A
/// callback is one of either service, a result is a callback, or an event about a message of the
/// account's.
enum class Expected { never, in_v1, in_callback, in_envelope, in_result };

/// Where a member is read: an envelope has some at its top that mean nothing inside its data.
enum class Place { anywhere, top, data };

struct WebhookField {
  std::string_view name;
  Expected expected;
  FieldType type;
  Place place = Place::anywhere;
};

/// In the order of the documentation.
extern const std::array<WebhookField, 30> webhook_fields;

/// The object whose members count as if they stood at the top.
inline constexpr std::string_view envelope_data = "data";

}  // namespace dropcowboy

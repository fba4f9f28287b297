#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dropcowboy/result.hpp"

namespace dropcowboy {

/// What a tag binds together. The views are valid during the call only.
struct TaggedMessage {
  /// The account that sends.
  std::string_view team_id{};
  /// The caller's own id.
  std::string_view foreign_id{};
  /// The contact, in E.164 form.
  std::string_view phone_number{};
};

/// Makes the foreign_id that is sent out of the caller's own, so that a callback which carries it
/// back proves that it belongs to a message of this account. receiver::CallbackSigner is one; this
/// is the place for another scheme. Members are called from every thread that sends.
class DROPCOWBOY_API ForeignIdTagger {
 public:
  ForeignIdTagger() = default;
  ForeignIdTagger(const ForeignIdTagger&) = delete;
  ForeignIdTagger& operator=(const ForeignIdTagger&) = delete;
  virtual ~ForeignIdTagger() = default;

  /// How many characters tag() adds. The service takes 256 in all; the caller's ids are limited to
  /// the rest.
  virtual std::size_t tag_length() const noexcept = 0;

  /// The foreign_id to send: printable, at most 256 characters, and such that the caller's id can
  /// be read back from it. An Error, or an exception, stops the send before a byte leaves; nothing
  /// is ever sent untagged.
  virtual Result<std::string> tag(const TaggedMessage& message) const = 0;
};

}  // namespace dropcowboy

#pragma once

#include <any>
#include <string_view>

#include "text/redactor.hpp"

namespace dropcowboy::delivery {

/// What the body of a 2xx answer means.
enum class Meaning {
  success,  ///< what was asked for
  refusal,  ///< an understood "no"
  unclear,  ///< neither
};

/// An answer's body, read once.
struct Understood {
  Meaning meaning = Meaning::unclear;
  /// What a success says, in the type that the operation's answers have; empty if they say nothing.
  std::any value{};
};

/// How an operation reads its answers. Texts that are kept have the secret cut out; values stay as
/// they came. Throws nothing but std::bad_alloc.
using Understand = Understood (*)(std::string_view body, const text::Redactor& redact);

}  // namespace dropcowboy::delivery

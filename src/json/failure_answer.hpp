#pragma once

#include <string_view>

#include "core/service_words.hpp"

namespace dropcowboy::json {

/// Of JSON the members that services use for it (`message`, `error`, `errors`, `detail`, `title`,
/// ... texts, objects or arrays), with the code that stands beside them; of HTML the title; of
/// anything else the text, on one line and UTF-8. Empty if it says nothing. Linear in the body's
/// length.
ServiceWords decode_failure_answer(std::string_view body);

}  // namespace dropcowboy::json

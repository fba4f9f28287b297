#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/account.hpp"
#include "text/redactor.hpp"

namespace dropcowboy::json {

/// Success if it is a JSON array. More than 1,000 elements of fewer than 32 bytes on average are no
/// listing of the service's, and would take many times the answer's memory.
delivery::Reading read_listing(std::string_view body);

/// The elements of a body that reads as success; nothing of any other. Element: Brand, Media or
/// Pool. The secret is cut out of the texts that are kept; values stay as they came.
template <class Element>
std::optional<std::vector<Element>> decode_listing(std::string_view body,
                                                   const text::Redactor& redact);

extern template std::optional<std::vector<Brand>> decode_listing(std::string_view,
                                                                 const text::Redactor&);
extern template std::optional<std::vector<Media>> decode_listing(std::string_view,
                                                                 const text::Redactor&);
extern template std::optional<std::vector<Pool>> decode_listing(std::string_view,
                                                                const text::Redactor&);

}  // namespace dropcowboy::json

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/account.hpp"

namespace dropcowboy::json {

/// Success if it is a JSON array.
delivery::Reading read_listing(std::string_view body);

/// The elements of a body that reads as success; nothing of any other. Element: Brand, Media or
/// Pool.
template <class Element>
std::optional<std::vector<Element>> decode_listing(std::string_view body);

extern template std::optional<std::vector<Brand>> decode_listing(std::string_view body);
extern template std::optional<std::vector<Media>> decode_listing(std::string_view body);
extern template std::optional<std::vector<Pool>> decode_listing(std::string_view body);

}  // namespace dropcowboy::json

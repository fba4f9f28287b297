#pragma once

#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/account.hpp"

namespace dropcowboy::json {

/// Success if it is a JSON array.
delivery::Reading read_listing(std::string_view body);

/// The elements of a body that reads as success. Element: Brand, Media or Pool.
template <class Element>
std::vector<Element> decode_listing(std::string_view body);

extern template std::vector<Brand> decode_listing(std::string_view body);
extern template std::vector<Media> decode_listing(std::string_view body);
extern template std::vector<Pool> decode_listing(std::string_view body);

}  // namespace dropcowboy::json

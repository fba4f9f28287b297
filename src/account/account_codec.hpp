#pragma once

#include "delivery/understood.hpp"

namespace dropcowboy {

/// Success, with a std::vector<Element>, if the body is a JSON array. More than 1,000 elements of
/// fewer than 32 bytes on average are no listing of the service's, and would take many times the
/// answer's memory. Element: Brand, Media or Pool.
template <class Element>
delivery::Understood understand_listing(std::string_view body, const text::Redactor& redact);

}  // namespace dropcowboy

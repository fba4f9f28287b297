#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "json/document.hpp"

namespace dropcowboy::json {

/// Reads the elements of an array of the service's: fill(element, text) for each, whose own text is
/// kept in its `json`. Nothing if it is no array, or no listing of the service's: more than 1,000
/// elements of fewer than 32 bytes on average, which would take many times the answer's memory.
/// `element_name` names an element in issues.
template <class Element, class Fill>
std::optional<std::vector<Element>> read_listing(std::string_view array,
                                                 std::string_view element_name,
                                                 const text::Redactor& redact, Fill fill) {
  constexpr std::size_t shortest_mean_length = 32;
  constexpr std::size_t any_length_up_to = 1000;  // elements
  if (!is_array(array)) return std::nullopt;
  std::size_t count = 0;
  for (Members elements(array); elements.next();) ++count;
  if (count > any_length_up_to && count > array.size() / shortest_mean_length) return std::nullopt;
  std::vector<Element> listing;
  listing.reserve(count);
  for (Members elements(array); elements.next();) {
    Element& element = listing.emplace_back();
    fill(element, elements.value());
    keep_text(elements.value(), element_name, redact, element.json, element.issues);
  }
  return listing;
}

}  // namespace dropcowboy::json

#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace dropcowboy {

/// What a text field of a request holds, and so what is checked of it.
enum class FieldKind { id, phone_number, url, callback_url, prose, postal_code, plain };

/// An optional text key of a request's wire body.
template <class Request>
struct TextField {
  std::string_view name;
  std::optional<std::string> Request::*member;
  FieldKind kind;
};

template <class Request, std::size_t N>
bool is_text_field(const std::array<TextField<Request>, N>& fields, std::string_view key) {
  return std::any_of(fields.begin(), fields.end(),
                     [key](const TextField<Request>& field) { return field.name == key; });
}

}  // namespace dropcowboy

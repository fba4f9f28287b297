#pragma once

#include <string>

#include "delivery/understood.hpp"
#include "dropcowboy/v2/account.hpp"

namespace dropcowboy::v2 {

// How the answers of the calls around a send are read: {"data": ..., "meta": ...}.

/// Success, with an Element, if `data` is an object.
template <class Element>
delivery::Understood understand_one(std::string_view body, const text::Redactor& redact);

/// Success, with a std::vector<Element>, if `data` is an array, or an object that holds one under
/// the elements' name.
template <class Element>
delivery::Understood understand_list(std::string_view body, const text::Redactor& redact);

/// Success, without a value, if nothing is said, or an object that does not say no.
delivery::Understood understand_done(std::string_view body, const text::Redactor& redact);

/// Where a file is to be put.
struct Upload {
  std::string url{};
  std::string content_type{};
};

/// A file that was registered, and is not there yet.
struct UploadOffer {
  std::string media_id{};
  Upload mp3{};
  Upload wav{};
};

/// Success, with an UploadOffer, if there is an id.
delivery::Understood understand_offer(std::string_view body, const text::Redactor& redact);

/// Success, with the id as a std::string, if there is one.
delivery::Understood understand_consent(std::string_view body, const text::Redactor& redact);

}  // namespace dropcowboy::v2

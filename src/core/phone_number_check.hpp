#pragma once

#include <string_view>

namespace dropcowboy {

/// What a spreadsheet, an address book or a web page did to a phone number, and how to mend that;
/// null if nothing.
const char* complaint_about_disguise(std::string_view number) noexcept;

/// What is wrong with a phone number and what to do about it; null if nothing is.
const char* complaint_about_number(std::string_view number) noexcept;

}  // namespace dropcowboy

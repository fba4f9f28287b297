// Phone numbers as spreadsheets, address books and web pages leave them.

#include "text/number_disguise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/contact_list.hpp"
#include "dropcowboy/rvm.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using ::testing::HasSubstr;
using text::find_disguise;
using text::NumberDisguise;

struct Row {
  std::string number;
  NumberDisguise disguise;
  const char* said;
};

std::vector<Row> rows() {
  const std::string number = "+15552220001";
  return {
      {"\xC2\xA0" + number, NumberDisguise::special_space, "no-break"},
      {number + "\xC2\xA0", NumberDisguise::special_space, "no-break"},
      {"+1\xE2\x80\xAF"
       "5552220001",
       NumberDisguise::special_space, "no-break"},
      {"\xE2\x80\x8B" + number, NumberDisguise::zero_width, "invisible"},
      {"\xEF\xBB\xBF" + number, NumberDisguise::zero_width, "byte order mark"},
      {number + "\xC2\xAD", NumberDisguise::zero_width, "invisible"},
      {"\xE2\x80\xAA" + number + "\xE2\x80\xAC", NumberDisguise::direction_mark, "direction mark"},
      {number + "\xE2\x81\xA9", NumberDisguise::direction_mark, "direction mark"},
      {"\xEF\xBC\x8B"
       "15552220001",
       NumberDisguise::foreign_digits, "full-width"},
      {"+1\xEF\xBC\x95"
       "552220001",
       NumberDisguise::foreign_digits, "full-width"},
      {"\xD9\xA1\xD9\xA5\xD9\xA5", NumberDisguise::foreign_digits, "0 to 9"},
      {"'" + number, NumberDisguise::apostrophe, "apostrophe"},
      {" '15552220001", NumberDisguise::apostrophe, "apostrophe"},
      {"\xE2\x80\x98" + number, NumberDisguise::apostrophe, "apostrophe"},
      {"1.55522E+10", NumberDisguise::scientific, "scientific notation"},
      {"1,55522E+10", NumberDisguise::scientific, "scientific notation"},
      {"+1.55522e10", NumberDisguise::scientific, "scientific notation"},
      {"2E+09", NumberDisguise::scientific, "scientific notation"},
      {"15552220001.0", NumberDisguise::decimal, "decimal number"},
      {"15552220001,00", NumberDisguise::decimal, "decimal number"},
      {"15552220001.", NumberDisguise::decimal, "decimal number"},
  };
}

TEST(NumberDisguise, IsFoundAndNamedInRequestsAndContactsWithARegionAndWithout) {
  for (const auto& [number, disguise, said] : rows()) {
    EXPECT_EQ(find_disguise(number), disguise) << number;
    RvmRequest request = support::good_request();
    request.phone_number = number;
    const auto found = validate(request).errors;
    ASSERT_EQ(found.size(), 1U) << number;
    EXPECT_EQ(found[0].code, IssueCode::invalid_phone_number);
    EXPECT_THAT(found[0].message, HasSubstr(said));
    for (const bool has_region : {false, true}) {
      ContactRows contacts;
      contacts.fields = {"phone"};
      contacts.values = {{number}};
      if (has_region) contacts.region = "US";
      const auto faults = validate(contacts).errors;
      ASSERT_EQ(faults.size(), 1U) << number;
      EXPECT_THAT(faults[0].message, HasSubstr(said));
    }
  }
}

TEST(NumberDisguise, IsNotSeenInWhatPeopleWrite) {
  for (const char* number :
       {"", "+15552220001", "(555) 222-0001", "555.222.0001", "555.1234", "1-800-555-0001",
        "+49 30 1234", "555 222 0001 x12", "tel:+15552220001", "E10", "-", "+", "\xFF"}) {
    EXPECT_EQ(find_disguise(number), NumberDisguise::none) << number;
  }
}

/// With a region numbers may be written as in that country, but they must be numbers.
TEST(Contacts, AColumnThatHasShiftedIsNoPhoneNumber) {
  for (const char* value : {"Jane", "jane55522@acme.test", "CA", "12 Main Street", " "}) {
    ContactRows contacts;
    contacts.fields = {"phone"};
    contacts.values = {{value}};
    contacts.region = "US";
    ASSERT_EQ(validate(contacts).errors.size(), 1U) << value;
    EXPECT_THAT(validate(contacts).errors[0].message, HasSubstr("no column has shifted")) << value;
  }
}

TEST(Contacts, MayHaveNumbersAsPeopleOfARegionWriteThem) {
  for (const char* value : {"5552220001", "(555) 222-0001", "1-800-FLOWERS",
                            "555 222 0001 extension 12", "12", "tel:555-222-0001"}) {
    ContactRows contacts;
    contacts.fields = {"phone"};
    contacts.values = {{value}};
    contacts.region = "US";
    EXPECT_TRUE(validate(contacts).ok()) << value;
  }
}

}  // namespace
}  // namespace dropcowboy

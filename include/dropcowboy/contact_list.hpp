#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/cancel_token.hpp"
#include "dropcowboy/error.hpp"
#include "dropcowboy/issue.hpp"

namespace dropcowboy {

/// A contact list of the account, as the service describes it.
struct ContactList {
  /// Its id in every other call; safe to keep.
  std::string list_id{};
  /// For people; several lists may have the same.
  std::string list_name{};
  /// When the list was made.
  std::optional<std::chrono::system_clock::time_point> created_at{};
  /// Not told of a list that was just created.
  std::optional<std::uint64_t> contact_count{};
  /// What of the answer does not have its documented type; its field is left unset.
  std::vector<Issue> issues{};
  /// The answer as received, the secret cut out; keys that this library does not know are in it.
  std::string json{};
};

/// A table of contacts: a row each, a column for each field.
struct ContactRows {
  /// Out of record_id, first_name, last_name, company, email, phone, address1, address2, city,
  /// state, postal, country, custom1 to custom5. One must be phone; it, like any, may come several
  /// times.
  std::vector<std::string> fields{};
  /// Each row as long as `fields`, with a value, in E.164 form, in one phone column at least; what
  /// a contact lacks is an empty string. Any number of rows.
  std::vector<std::vector<std::string>> values{};
  /// The ISO country code ("US", capital letters) by whose rules the service reads phone numbers
  /// that are not in E.164 form. If it is set, numbers are left to the service, which rejects row
  /// by row; only what a spreadsheet has mangled, or is visibly no number, is refused here.
  std::optional<std::string> region{};
};

/// Everything that is wrong with a table; rows and columns are named by their index, the first is
/// 0. Of many faulty rows the first 100 are told, and how many there are. Never quotes a value.
DROPCOWBOY_API Validation validate(const ContactRows& rows);

/// How far Client::append_contacts() has come.
struct AppendProgress {
  /// Rows that the service has answered for.
  std::size_t rows_done = 0;
  /// All rows of the table.
  std::size_t rows_total = 0;
  /// Rows of rows_done that the service took.
  std::size_t accepted_count = 0;
  /// Rows of rows_done that it did not take.
  std::size_t rejected_count = 0;
};

/// Settings of Client::append_contacts(), which makes as many calls to the service as it needs.
struct AppendOptions {
  /// Rows in one call to the service. Default and maximum 10,000, the service's limit.
  std::size_t rows_per_call = 10'000;
  /// For one call to the service. Default: ClientOptions::total_timeout.
  std::optional<std::chrono::milliseconds> total_timeout{};
  /// Stops between two calls, and the one under way (whose rows may then be unknown). Default:
  /// none.
  CancelToken cancel = CancelToken::never();
  /// Told after each call that the service has answered, on the calling thread. What it throws is
  /// swallowed. Default: none.
  std::function<void(const AppendProgress&)> on_progress{};
};

/// A row that the service did not take.
struct RejectedRow {
  /// In ContactRows::values.
  std::size_t index = 0;
  /// In the service's words; may hold the number.
  std::string reason{};
};

/// Consecutive rows of ContactRows::values: from `first` on, `count` of them.
struct RowRange {
  /// The index of the first row.
  std::size_t first = 0;
  /// How many rows.
  std::size_t count = 0;

  /// True if there is no row in it.
  bool empty() const noexcept { return count == 0; }
};

/// What became of every row. The three ranges follow one another and are all rows together.
struct AppendReport {
  /// Rows that the service says it took.
  std::size_t accepted_count = 0;
  /// Those of `answered` that are not in the list, in order.
  std::vector<RejectedRow> rejected{};

  /// The service has answered for these: they are in the list, but for `rejected`.
  RowRange answered{};
  /// The call that carried these ended without a clear answer, or with one that does not account
  /// for each of them: they may be in the list. Appending them again may add them twice; compare
  /// ContactList::contact_count first.
  RowRange unknown{};
  /// These are certainly not in the list. Append from here to go on.
  RowRange not_added{};

  /// Why it stopped; nothing if the service has answered for all rows.
  std::optional<Error> error{};
  /// Warnings about the answers: elements of them that could not be used.
  std::vector<Issue> issues{};

  /// True if every row was answered for; some may be `rejected`.
  bool ok() const noexcept { return !error; }
};

}  // namespace dropcowboy

#pragma once

#include <dropcowboy/outbox/outbox.hpp>
#include <string>
#include <vector>

#include "outbox_commands.hpp"
#include "outbox_permissions.hpp"

// Messages on their way into the outbox.
namespace dropcowboy::tool {

/// The request that the flags and their file make: an RvmRequest of v1 or of the v2 API. An Error
/// of the library's is thrown.
template <class Request>
Request request_of(const EntryFlags& flags);

/// Sets what was given. Values that are no word of their key are returned as errors.
std::vector<Issue> set(const FlagValues& values, RvmRequest& request);
std::vector<Issue> set(const FlagValues& values, dropcowboy::v2::RvmRequest& request);

/// By whose number consent and limits go; empty if there is none.
std::string number_of(const RvmRequest& request);
std::string number_of(const dropcowboy::v2::RvmRequest& request);

/// What add and import store, and what was wrong with it. Where there are issues, or there is an
/// error, nothing has been stored yet. Entry: outbox::Entry, or KeyedEntry.
template <class Entry>
struct Batch {
  std::vector<Entry> entries{};
  std::vector<PlacedPermission> permissions{};  ///< of those who agreed
  std::vector<std::size_t> lines{};             ///< where each entry stands in the CSV
  std::vector<Issue> issues{};                  ///< each with its line
  std::size_t repeated_rows = 0;                ///< the same message once more in the same file
};

/// The rows of a CSV file. UsageError if it cannot be read.
template <class Entry>
Batch<Entry> read_batch(const OutboxImport& command);

/// What store() did.
struct Stored {
  std::size_t added = 0;
  std::size_t was_there = 0;
  std::size_t without_consent = 0;  ///< nobody has recorded a "yes" for these
  std::size_t forbidden = 0;        ///< the last word about these is a "no"
  bool interrupted = false;
  std::vector<std::string> foreign_ids{};  ///< if there is one entry only
  std::optional<Error> error{};            ///< what had been stored by then stays
};

/// Records the permissions and stores the entries, a few hundred in a commit, with a bar if they
/// are many. Stops between commits if it is told to.
template <class Entry>
Stored store(const outbox::Outbox& box, const Batch<Entry>& batch, const CancelToken& stop);

}  // namespace dropcowboy::tool

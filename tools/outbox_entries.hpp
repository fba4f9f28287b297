#pragma once

#include <dropcowboy/outbox/outbox.hpp>
#include <string>
#include <vector>

#include "outbox_commands.hpp"
#include "outbox_words.hpp"

// Messages on their way into the outbox.
namespace dropcowboy::tool {

/// The request that the flags and their file make. An Error of the library's is thrown.
RvmRequest request_of(const EntryFlags& flags);
/// The same of the v2 API.
dropcowboy::v2::RvmRequest keyed_request_of(const EntryFlags& flags);

/// What add and import store, and what was wrong with it. Where there are issues, or there is an
/// error, nothing has been stored yet.
struct Batch {
  std::vector<outbox::Entry> entries{};
  std::vector<Word> words{};         ///< of those who agreed
  std::vector<std::size_t> lines{};  ///< where each entry stands in the CSV
  std::vector<Issue> issues{};       ///< each with its line
  std::size_t repeated_rows = 0;     ///< the same message once more in the same file
};

/// The rows of a CSV file. UsageError if it cannot be read.
Batch read_batch(const OutboxImport& command);

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

/// Records the words and stores the entries, a few hundred in a commit, with a bar if they are
/// many. Stops between commits if it is told to.
Stored store(const outbox::Outbox& box, const Batch& batch, const CancelToken& stop);
/// The same for one message of the v2 API.
Stored store(const outbox::Outbox& box, const outbox::KeyedEntry& entry,
             const std::vector<Word>& words);

}  // namespace dropcowboy::tool

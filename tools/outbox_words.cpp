#include "outbox_words.hpp"

#include <utility>

#include "time_argument.hpp"

namespace dropcowboy::tool {

namespace {

std::string first_of(const std::optional<std::string>& own,
                     const std::optional<std::string>& flag) {
  return own && !own->empty() ? *own : flag.value_or("");
}

}  // namespace

Word word_from(const std::string& phone_number, bool allowed, const WordFlags& flags,
               const WordFlags& own, const std::string& place) {
  const std::string where = place.empty() ? "" : place + ": ";
  Word word;
  word.place = place;
  word.permission.phone_number = phone_number;
  word.permission.allowed = allowed;
  word.permission.source = first_of(own.source, flags.source);
  word.permission.proof = first_of(own.proof, flags.proof);
  if (word.permission.source.empty()) {
    throw UsageError(where + "no source: say where this is known from, \"sign-up form\"");
  }
  const std::string at = first_of(own.at, flags.at);
  if (!at.empty()) word.permission.at = moment_from(where + "the time of a word", at);
  if (allowed && at.empty()) {
    throw UsageError(where +
                     "no time: say when the person agreed (2026-05-01). A \"yes\" that counted "
                     "from today would outrank a \"no\" that came since");
  }
  return word;
}

void refuse_to_outrank(const outbox::Outbox& box, const std::vector<Word>& words,
                       const std::string& remedy) {
  constexpr std::size_t most = 10;
  std::size_t count = 0;
  std::string places;
  for (const Word& word : words) {
    const auto before = box.permission_of(word.permission.phone_number).value();
    const bool outranks =
        word.permission.allowed && before && !before->allowed && *word.permission.at > *before->at;
    if (!outranks) continue;
    if (++count <= most) {
      places += "\n  " + (word.place.empty() ? "a number of the command line" : word.place) +
                ": a \"no\" was recorded for " + in_utc(*before->at);
    }
  }
  if (count == 0) return;
  throw UsageError(std::to_string(count) +
                   " people said \"no\" earlier than this \"yes\", which would outrank it: " +
                   remedy + "; nothing was recorded" + places);
}

void record(const outbox::Outbox& box, const std::vector<Word>& words) {
  std::vector<outbox::Permission> permissions;
  permissions.reserve(words.size());
  for (const Word& word : words) permissions.push_back(word.permission);
  box.permit(permissions).value();
}

}  // namespace dropcowboy::tool

// The bytes of a connection: it makes no difference in which pieces they come, and what is kept of
// them is bounded.
#include "receiver/http_reader.hpp"

#include "fuzz.hpp"

namespace {

using dropcowboy::fuzz::require;
using dropcowboy::receiver::HttpReader;

constexpr HttpReader::Limits limits{512, 128};

/// What came of the bytes, as text. `piece` is how many are fed at a time.
std::string outcome_of(std::string_view bytes, std::size_t piece) {
  using State = HttpReader::State;
  HttpReader reader(limits);
  std::string outcome;
  const auto take_all = [&] {
    while (reader.state() == State::complete) {
      const auto request = reader.request();
      require(request.body.size() <= limits.body_bytes, "a body is bounded");
      std::size_t size = request.method.size() + request.target.size();
      for (const auto& header : request.headers) size += header.name.size() + header.value.size();
      require(size <= limits.header_bytes, "headers are bounded");
      outcome += std::string(request.method) + ' ' + std::string(request.target) + '\n';
      for (const auto& header : request.headers) outcome += header.name + ':' + header.value + '\n';
      outcome += std::string(request.body) + (reader.keeps_alive() ? "\nkept\n" : "\nclosed\n");
      reader.next();
    }
  };
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    take_all();
  }
  return outcome + std::to_string(reader.refusal());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = dropcowboy::fuzz::text_of(data, size);
  const std::string whole = outcome_of(bytes, bytes.size());
  require(whole == outcome_of(bytes, 1), "byte by byte is as in one piece");
  require(whole == outcome_of(bytes, 7), "and so is any other way");
  return 0;
}

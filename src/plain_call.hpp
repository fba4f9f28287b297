#pragma once

#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "delivery/pipeline.hpp"
#include "errors.hpp"

namespace dropcowboy {

/// Makes one blocking call that carries no message to a person, and decodes the body of its good
/// answer. Does not throw. `path` is encoded; `body` may be empty.
template <class Value>
Result<Value> call(const delivery::Pipeline& pipeline, const delivery::Operation& operation,
                   std::string_view path, std::string body, const SendOptions& options,
                   Value (*decode)(std::string_view body)) {
  Delivery known = Delivery::not_sent;
  try {
    if (auto error = pipeline.refuse_after_fork()) return *std::move(error);
    const delivery::Message message{operation, pipeline.url(path), std::move(body), {}};
    if (operation.effect != delivery::Effect::reads) known = Delivery::unknown;
    auto answer = pipeline.run(message, options);
    if (!answer) return std::move(answer).error();
    return decode(answer->http.body);
  } catch (const std::bad_alloc&) {
    return out_of_memory(known);
  }
}

}  // namespace dropcowboy

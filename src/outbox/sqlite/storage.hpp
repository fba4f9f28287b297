#pragma once

#include <memory>

#include "dropcowboy/outbox/outbox.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox::sqlite {

/// Opens the file of these options, or makes it. Throws Exception: configuration, storage.
std::unique_ptr<Storage> open_storage(const Options& options);

}  // namespace dropcowboy::outbox::sqlite

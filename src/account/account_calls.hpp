#pragma once

#include <optional>
#include <vector>

#include "delivery/pipeline.hpp"
#include "dropcowboy/account.hpp"

namespace dropcowboy {

// The calls behind Client's members of the same names. They throw nothing but std::bad_alloc.

Result<AccountCheck> check_account(const delivery::Pipeline& pipeline, const CallOptions& options);
Result<std::vector<Brand>> list_brands(const delivery::Pipeline& pipeline,
                                       const CallOptions& options);
Result<std::vector<Media>> list_recordings(const delivery::Pipeline& pipeline,
                                           std::optional<bool> api_allowed,
                                           const CallOptions& options);
Result<std::vector<Media>> list_media(const delivery::Pipeline& pipeline,
                                      const CallOptions& options);
Result<std::vector<Pool>> list_pools(const delivery::Pipeline& pipeline,
                                     const CallOptions& options);

}  // namespace dropcowboy

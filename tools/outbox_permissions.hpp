#pragma once

#include <dropcowboy/outbox/outbox.hpp>
#include <string>
#include <vector>

#include "outbox_commands.hpp"

// What people said, on its way into the outbox.
namespace dropcowboy::tool {

/// A permission, and where it stands: "line 3"; empty if on the command line.
struct PlacedPermission {
  outbox::Permission permission{};
  std::string place{};
};

/// Made of what a row says (`own`) and, where that is empty, of the flags. UsageError, naming the
/// place, if a "yes" has no source or no time: one that counted from today would outrank a "no"
/// that came since.
PlacedPermission permission_from(const std::string& phone_number, bool allowed,
                                 const PermissionFlags& flags, const PermissionFlags& own,
                                 const std::string& place);

/// UsageError with all places if one of these "yes" would take the place of a recorded "no";
/// `remedy` ends it.
void refuse_to_outrank(const outbox::Outbox& box, const std::vector<PlacedPermission>& permissions,
                       const std::string& remedy);

/// Records them, all or none. Throws Exception.
void record(const outbox::Outbox& box, const std::vector<PlacedPermission>& all);

}  // namespace dropcowboy::tool

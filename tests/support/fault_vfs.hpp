#pragma once

#include <cstdint>

namespace dropcowboy::support {

/// What a disk does to SQLite. Writes and syncs are counted from 1 over all files of the process.
enum class DiskFault {
  none,
  fails,       ///< from the n-th on, every write and sync fails: the disk is broken
  fails_once,  ///< the n-th fails
  is_full,     ///< from the n-th on, there is no room
  kills,       ///< the process ends at once, before the n-th is done
  power_cut,   ///< the same, and of each file all is lost that was not synced
};

/// Takes the place of SQLite's own way to the disk for the connections opened from now on. Not
/// thread-safe against connections that are at work.
void install_fault_vfs();
/// Strikes at the n-th write or sync from now on; count() begins anew.
void set_disk_fault(DiskFault fault, std::int64_t at);
/// The next `count` reads answer this code of SQLite's; 0 ends that.
void set_read_fault(int code, std::int64_t count);
/// The writes and syncs since set_disk_fault().
std::int64_t disk_operations();

}  // namespace dropcowboy::support

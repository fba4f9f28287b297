#include "support/fault_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace dropcowboy::support {

namespace {

/// What a write has replaced, to be put back when the power is cut.
struct Undo {
  sqlite3_int64 offset;
  std::vector<char> old;
};

/// What is not synced yet of one file, whoever has it open.
struct Content {
  sqlite3_int64 synced_size = 0;
  std::vector<Undo> undo{};
  int users = 0;
};

struct FaultFile {
  sqlite3_file base;
  std::string* name;
  Content* content;
  sqlite3_file* real;  // follows in memory
};

std::atomic<DiskFault> fault{DiskFault::none};
std::atomic<std::int64_t> strikes_at{0};
std::atomic<std::int64_t> operations{0};
std::atomic<std::int64_t> failing_reads{0};
std::atomic<int> read_failure{SQLITE_IOERR_READ};
std::mutex mutex;
std::map<std::string, Content> contents;
std::set<FaultFile*> files;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs shim{};
sqlite3_io_methods methods{};

FaultFile* own(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return own(file)->real; }

/// Puts back everything that was not synced.
void lose_unsynced() {
  std::set<Content*> done;
  for (FaultFile* file : files) {
    if (!done.insert(file->content).second) continue;
    const auto& undo = file->content->undo;
    for (auto one = undo.rbegin(); one != undo.rend(); ++one) {
      if (one->old.empty()) continue;
      file->real->pMethods->xWrite(file->real, one->old.data(), static_cast<int>(one->old.size()),
                                   one->offset);
    }
    file->real->pMethods->xTruncate(file->real, file->content->synced_size);
  }
}

/// Counts one operation; what it has to answer if the fault strikes, else SQLITE_OK.
int strike(int failure) {
  const std::int64_t number = ++operations;
  const std::int64_t at = strikes_at;
  switch (fault.load()) {
    case DiskFault::none: return SQLITE_OK;
    case DiskFault::fails: return number >= at ? failure : SQLITE_OK;
    case DiskFault::fails_once: return number == at ? failure : SQLITE_OK;
    case DiskFault::is_full: return number >= at ? SQLITE_FULL : SQLITE_OK;
    case DiskFault::kills:
      if (number >= at) std::_Exit(9);
      return SQLITE_OK;
    case DiskFault::power_cut:
      if (number >= at) {
        const std::lock_guard lock(mutex);
        lose_unsynced();
        std::_Exit(9);
      }
      return SQLITE_OK;
  }
  return SQLITE_OK;
}

void remember(FaultFile* file, int amount, sqlite3_int64 offset) {
  const std::lock_guard lock(mutex);
  sqlite3_int64 size = 0;
  file->real->pMethods->xFileSize(file->real, &size);
  Undo undo{offset, {}};
  if (offset < size) {
    undo.old.resize(static_cast<std::size_t>(std::min<sqlite3_int64>(amount, size - offset)));
    file->real->pMethods->xRead(file->real, undo.old.data(), static_cast<int>(undo.old.size()),
                                offset);
  }
  file->content->undo.push_back(std::move(undo));
}

int close_file(sqlite3_file* file) {
  FaultFile* self = own(file);
  {
    const std::lock_guard lock(mutex);
    files.erase(self);
    if (--self->content->users == 0) contents.erase(*self->name);
  }
  delete self->name;
  return self->real->pMethods->xClose(self->real);
}

int write_file(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  if (const int code = strike(SQLITE_IOERR_WRITE); code != SQLITE_OK) return code;
  remember(own(file), amount, offset);
  return real(file)->pMethods->xWrite(real(file), bytes, amount, offset);
}

int sync_file(sqlite3_file* file, int flags) {
  if (const int code = strike(SQLITE_IOERR_FSYNC); code != SQLITE_OK) {
    return code == SQLITE_FULL ? SQLITE_IOERR_FSYNC : code;
  }
  const int code = real(file)->pMethods->xSync(real(file), flags);
  const std::lock_guard lock(mutex);
  own(file)->content->undo.clear();
  real(file)->pMethods->xFileSize(real(file), &own(file)->content->synced_size);
  return code;
}

void set_methods() {
  methods.iVersion = 2;  // without memory mapped files: they would pass this by
  methods.xClose = close_file;
  methods.xWrite = write_file;
  methods.xSync = sync_file;
  methods.xRead = [](sqlite3_file* f, void* into, int amount, sqlite3_int64 offset) {
    if (failing_reads > 0 && failing_reads-- > 0) return read_failure.load();
    return real(f)->pMethods->xRead(real(f), into, amount, offset);
  };
  methods.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
    return real(f)->pMethods->xTruncate(real(f), size);
  };
  methods.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
    return real(f)->pMethods->xFileSize(real(f), size);
  };
  methods.xLock = [](sqlite3_file* f, int level) {
    return real(f)->pMethods->xLock(real(f), level);
  };
  methods.xUnlock = [](sqlite3_file* f, int level) {
    return real(f)->pMethods->xUnlock(real(f), level);
  };
  methods.xCheckReservedLock = [](sqlite3_file* f, int* out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
  };
  methods.xFileControl = [](sqlite3_file* f, int what, void* argument) {
    return real(f)->pMethods->xFileControl(real(f), what, argument);
  };
  methods.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
  methods.xDeviceCharacteristics = [](sqlite3_file* f) {
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
  };
  methods.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
  };
  methods.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
  };
  methods.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
  methods.xShmUnmap = [](sqlite3_file* f, int remove) {
    return real(f)->pMethods->xShmUnmap(real(f), remove);
  };
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile* self = own(file);
  self->base.pMethods = nullptr;
  self->real = reinterpret_cast<sqlite3_file*>(self + 1);
  const int code = real_vfs->xOpen(real_vfs, name, self->real, flags, out_flags);
  if (self->real->pMethods == nullptr) return code;
  self->base.pMethods = &methods;
  self->name = new std::string(name == nullptr ? "" : name);
  const std::lock_guard lock(mutex);
  self->content = &contents[*self->name];
  if (++self->content->users == 1) {
    self->real->pMethods->xFileSize(self->real, &self->content->synced_size);
  }
  files.insert(self);
  return code;
}

}  // namespace

void install_fault_vfs() {
  if (real_vfs != nullptr) return;
  real_vfs = sqlite3_vfs_find(nullptr);
  set_methods();
  shim = *real_vfs;
  shim.pNext = nullptr;
  shim.zName = "fault";
  shim.szOsFile = static_cast<int>(sizeof(FaultFile)) + real_vfs->szOsFile;
  shim.xOpen = open_file;
  sqlite3_vfs_register(&shim, 1);
}

void set_disk_fault(DiskFault kind, std::int64_t at) {
  fault = DiskFault::none;
  operations = 0;
  strikes_at = at;
  fault = kind;
}

void set_read_fault(int code, std::int64_t count) {
  read_failure = code;
  failing_reads = count;
}

std::int64_t disk_operations() { return operations; }

}  // namespace dropcowboy::support

#include "dropcowboy/outbox/outbox.hpp"

#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/core.hpp"
#include "outbox/keyed_store.hpp"

namespace dropcowboy::outbox {

struct Outbox::Impl {
  explicit Impl(Options options) : core(std::move(options)) {}
  RunReport run(const Client* client, const v2::Client* keyed_client, const RunOptions& options);
  Core core;
};

namespace {

Error in_a_child() {
  return not_sent(
      ErrorKind::configuration,
      "this outbox was opened before fork(): open it only after fork(), or in a program "
      "that is started with exec()");
}

/// Calls work(), whose exceptions become an Error.
template <class Value, class Work>
Result<Value> guarded(const Core& core, Work work) {
  if (!core.is_own_process()) return in_a_child();
  try {
    return work();
  } catch (const Exception& exception) {
    return exception.error();
  } catch (const std::bad_alloc&) {
    return out_of_memory(Outcome::not_sent);
  } catch (...) {
    return not_sent(ErrorKind::configuration, threw);
  }
}

template <class Work>
Result<void> guarded_void(const Core& core, Work work) {
  return guarded<void>(core, [&]() -> Result<void> {
    work();
    return {};
  });
}

}  // namespace

RunReport Outbox::Impl::run(const Client* client, const v2::Client* keyed_client,
                            const RunOptions& options) {
  RunReport report;
  if (!core.is_own_process()) {
    report.error = in_a_child();
    return report;
  }
  return outbox::run(core, client, keyed_client, options);
}

Outbox::Outbox(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Outbox::Outbox(Outbox&&) noexcept = default;

Outbox& Outbox::operator=(Outbox&& other) noexcept {
  Outbox old(std::move(*this));
  impl_ = std::move(other.impl_);
  return *this;
}

// In a child made by fork() the connections are left as they are: closing them would take the
// parent's locks away.
Outbox::~Outbox() {
  if (!impl_ || impl_->core.is_own_process()) return;
  new (std::nothrow) std::shared_ptr<Impl>(std::move(impl_));
}

Result<Outbox> Outbox::open(Options options) {
  auto issues = problems_with(options);
  if (!issues.empty()) {
    Error error =
        not_sent(ErrorKind::configuration, "the outbox's options cannot work as they are");
    error.issues = std::move(issues);
    return error;
  }
  try {
    return Outbox(std::make_shared<Impl>(std::move(options)));
  } catch (const Exception& exception) {
    return exception.error();
  } catch (const std::bad_alloc&) {
    return out_of_memory(Outcome::not_sent);
  }
}

Result<std::vector<Added>> Outbox::add(const std::vector<Entry>& entries) const {
  return guarded<std::vector<Added>>(impl_->core,
                                     [&] { return outbox::add(impl_->core, entries); });
}

Result<std::vector<Added>> Outbox::add_keyed(const std::vector<KeyedEntry>& entries) const {
  return guarded<std::vector<Added>>(impl_->core,
                                     [&] { return outbox::add_keyed(impl_->core, entries); });
}

Result<void> Outbox::permit(const std::vector<Permission>& permissions) const {
  return guarded_void(impl_->core, [&] { outbox::permit(impl_->core, permissions); });
}

Result<std::optional<Permission>> Outbox::permission_of(std::string_view phone_number) const {
  return guarded<std::optional<Permission>>(
      impl_->core, [&]() -> Result<std::optional<Permission>> {
        return impl_->core.reader().permission_of(phone_number);
      });
}

RunReport Outbox::run(const Client& client, const RunOptions& options) const {
  return impl_->run(&client, nullptr, options);
}

RunReport Outbox::run(const v2::Client& client, const RunOptions& options) const {
  return impl_->run(nullptr, &client, options);
}

RunReport Outbox::run(const Client& client, const v2::Client& keyed_client,
                      const RunOptions& options) const {
  return impl_->run(&client, &keyed_client, options);
}

Result<Recorded> Outbox::record(const receiver::CallbackEvent& event) const {
  return guarded<Recorded>(impl_->core, [&] { return outbox::record(impl_->core, event); });
}

Result<Status> Outbox::status() const {
  return guarded<Status>(impl_->core, [&] { return outbox::status(impl_->core); });
}

Result<Page> Outbox::list(const Query& query) const {
  return guarded<Page>(
      impl_->core, [&] { return impl_->core.reader().list(query, to_stored(impl_->core.now())); });
}

Result<RvmRequest> Outbox::request_of(std::string_view foreign_id) const {
  return guarded<RvmRequest>(impl_->core, [&]() -> Result<RvmRequest> {
    const auto text = impl_->core.reader().request_of(foreign_id);
    if (!text) refuse(foreign_id, "there is no such message of v1, or its text was purged");
    return RvmRequest::from_json(*text);
  });
}

Result<v2::RvmRequest> Outbox::keyed_request_of(std::string_view foreign_id) const {
  return guarded<v2::RvmRequest>(impl_->core, [&]() -> Result<v2::RvmRequest> {
    const auto text = impl_->core.reader().keyed().request_of(foreign_id);
    if (!text) refuse(foreign_id, "there is no such keyed message, or its text was purged");
    return v2::RvmRequest::from_json(*text);
  });
}

Result<Added> Outbox::resend(std::string_view foreign_id, std::string new_foreign_id,
                             std::string_view who) const {
  return guarded<Added>(impl_->core, [&] {
    return outbox::resend(impl_->core, foreign_id, std::move(new_foreign_id), who);
  });
}

Result<void> Outbox::cancel(std::string_view foreign_id) const {
  return guarded_void(impl_->core, [&] { outbox::cancel(impl_->core, foreign_id); });
}

Result<void> Outbox::release(std::string_view foreign_id) const {
  return guarded_void(impl_->core, [&] { outbox::release(impl_->core, foreign_id); });
}

Result<std::uint64_t> Outbox::release_adopted() const {
  return guarded<std::uint64_t>(impl_->core, [&] { return outbox::release_adopted(impl_->core); });
}

Result<PurgeReport> Outbox::purge(TimePoint settled_before) const {
  return guarded<PurgeReport>(impl_->core,
                              [&] { return outbox::purge(impl_->core, settled_before); });
}

Result<CheckReport> Outbox::check_file() const {
  return guarded<CheckReport>(impl_->core, [&] { return outbox::check_file(impl_->core); });
}

Result<std::uint64_t> Outbox::adopt() const {
  return guarded<std::uint64_t>(impl_->core, [&] { return outbox::adopt(impl_->core); });
}

}  // namespace dropcowboy::outbox

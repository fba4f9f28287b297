#include "v2/messenger.hpp"

#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "messages/foreign_id_tag.hpp"
#include "messages/send_answer.hpp"
#include "messages/sending.hpp"
#include "text/characters.hpp"
#include "v2/calls.hpp"
#include "v2/message_codec.hpp"

namespace dropcowboy::v2 {

static_assert(Prepared::lifetime == delivery::key_lifetime, "promised and kept");

namespace {

using delivery::Operation;

constexpr Operation message_operation(std::string_view name) noexcept {
  Operation operation{name, HttpMethod::post, delivery::Effect::keyed, &understand_send};
  operation.if_unknown =
      "The message may have been taken: do not send another one; send the same Prepared again "
      "while resend_safe_until allows it, or wait for its result";
  operation.if_unauthorized = refused_credentials;
  return operation;
}

constexpr Operation send_rvm = message_operation("v2 POST /rvm");
constexpr Operation send_sms = message_operation("v2 POST /sms");

constexpr MessageKind kind_of(const RvmRequest&) noexcept { return MessageKind::voicemail; }
constexpr MessageKind kind_of(const SmsRequest&) noexcept { return MessageKind::sms; }
MessageKind kind_of(const Prepared& prepared) noexcept { return prepared.kind(); }

const Operation& operation_for(MessageKind kind) noexcept {
  return kind == MessageKind::sms ? send_sms : send_rvm;
}

/// Whether the vendor documents a foreign_id for such a message.
constexpr bool always_has_id(const RvmRequest&) noexcept { return true; }
constexpr bool always_has_id(const SmsRequest&) noexcept { return false; }

/// Of a message that may exist already nothing can be said but that.
Error after(bool may_exist, Error error) noexcept {
  if (may_exist) error.outcome = Outcome::unknown;
  return error;
}

}  // namespace

struct Messenger::Message {
  std::string foreign_id{};
  std::string wire_foreign_id{};
  std::string key{};
  std::shared_ptr<PreparedAccess::State> prepared{};
  KeysUnderWay::Claim claim{};

  Result<Receipt> result(Result<delivery::Response> answer, Runtime& runtime) noexcept;
  void attempt_was_lost(Runtime& runtime) noexcept;

 private:
  Result<Receipt> receipt(delivery::Response answer) noexcept;
  void learn(Error& error, Runtime& runtime) noexcept;
};

/// The final result, and what it teaches about the message is remembered.
Result<Receipt> Messenger::Message::result(Result<delivery::Response> answer,
                                           Runtime& runtime) noexcept {
  const bool was_accepted = answer.has_value();
  Result<Receipt> made = was_accepted ? receipt(*std::move(answer)) : std::move(answer).error();
  if (!made) made.error().foreign_id = std::move(foreign_id);
  if (prepared && was_accepted) *prepared->may_exist = true;
  if (prepared && !made) learn(made.error(), runtime);
  return made;
}

Result<Receipt> Messenger::Message::receipt(delivery::Response answer) noexcept {
  Receipt receipt;
  try {
    auto& said = *std::any_cast<SendAnswer>(&answer.value);
    receipt.status = std::move(said.status);
    receipt.message_id = std::move(said.message_id);
    receipt.request_id = std::move(said.request_id);
    receipt.body = (*answer.redact)(std::move(answer.http.body));
  } catch (const std::bad_alloc&) {
    return out_of_memory(Outcome::unknown);
  }
  if (!receipt.request_id && !answer.http.request_id.empty()) {
    receipt.request_id = std::move(answer.http.request_id);
  }
  receipt.idempotency_key = std::move(key);
  receipt.foreign_id = std::move(foreign_id);
  receipt.wire_foreign_id = std::move(wire_foreign_id);
  receipt.http_status = answer.http.status;
  receipt.attempts = std::move(answer.attempts);
  return receipt;
}

void Messenger::Message::learn(Error& error, Runtime& runtime) noexcept {
  if (error.outcome != Outcome::unknown) return;
  if (!error.attempts.empty()) attempt_was_lost(runtime);
  const auto now = runtime.wall_now();
  const auto until = prepared->prepared_at + Prepared::lifetime;
  const bool is_age_known = now >= prepared->prepared_at - delivery::key_clock_error;
  if (is_age_known && now < until) error.resend_safe_until = until;
}

/// An attempt has an unknown outcome.
void Messenger::Message::attempt_was_lost(Runtime& runtime) noexcept {
  *prepared->may_exist = true;
  claim.rest_until(runtime.now() + delivery::keyed_pause);
}

Messenger::Messenger(std::shared_ptr<const delivery::Pipeline> pipeline)
    : pipeline_(std::move(pipeline)),
      rvm_url_(pipeline_->url("/rvm")),
      sms_url_(pipeline_->url("/sms")),
      background_(pipeline_) {}

// ---- From a request to bytes and a key ----

template <class Request>
std::optional<Error> Messenger::refuse(const Request& request,
                                       const std::string& foreign_id) const {
  if (auto error = pipeline_->refuse_after_fork()) return error;
  Validation found = validate(request);
  if (auto issue = check_tagged_length(pipeline_->options(), foreign_id)) {
    found.errors.push_back(*std::move(issue));
  }
  if (pipeline_->options().foreign_id_tagger && !request.to && request.contact_id) {
    found.errors.push_back({Severity::error, "to", IssueCode::missing,
                            "is required with a foreign_id_tagger, which binds the number"});
  }
  if (!found.ok()) return invalid_request(std::move(found.errors));
  return refused_by_application(pipeline_->options(),
                                {kind_of(request), request.to ? std::string_view(*request.to) : "",
                                 foreign_id, request.contact_id ? *request.contact_id : ""});
}

/// What is sent as foreign_id; empty if none is.
template <class Request>
Result<std::string> Messenger::wire_id(const Request& request,
                                       const std::string& foreign_id) const {
  if (pipeline_->options().foreign_id_tagger) {
    return tag_foreign_id(pipeline_->options(), foreign_id, *request.to);
  }
  return always_has_id(request) || request.foreign_id ? foreign_id : std::string();
}

/// An Error (not_sent) if the message is refused. `foreign_id` is set in any case.
template <class Request>
Result<Frozen> Messenger::freeze(const Request& request, std::string& foreign_id) const {
  Frozen frozen;
  try {
    foreign_id = request.foreign_id ? *request.foreign_id : pipeline_->runtime()->new_id();
    if (auto error = refuse(request, foreign_id)) return *std::move(error);
    frozen.key = pipeline_->runtime()->new_key();
  } catch (const Exception& exception) {
    return exception.error();  // no id, or no key, could be made
  }
  if (!is_key(frozen.key)) {
    return not_sent(ErrorKind::configuration,
                    "runtime made an idempotency key that is not 1 to 255 printable ASCII "
                    "characters: mend its new_key()");
  }
  auto wire = wire_id(request, foreign_id);
  if (!wire) return std::move(wire).error();
  frozen.kind = kind_of(request);
  frozen.foreign_id = foreign_id;
  frozen.wire_foreign_id = *std::move(wire);
  frozen.to = request.to.value_or("");
  frozen.contact_id = request.contact_id.value_or("");
  frozen.body = frozen.wire_foreign_id.empty() ? body_of(request, std::nullopt)
                                               : body_of(request, frozen.wire_foreign_id);
  return frozen;
}

Prepared Messenger::with_age(const Prepared& prepared, std::chrono::milliseconds age) const {
  const auto& state = *PreparedAccess::state(prepared);
  const auto prepared_at = pipeline_->runtime()->wall_now() - age;
  return PreparedAccess::make(
      std::make_shared<PreparedAccess::State>(state.frozen, prepared_at, state.may_exist));
}

template <class Request>
Result<Prepared> Messenger::prepare(const Request& request) const {
  std::string foreign_id;
  auto frozen = freeze(request, foreign_id);
  if (!frozen) return with_foreign_id(std::move(frozen).error(), std::move(foreign_id));
  // To the millisecond, as it is stored.
  const auto now = std::chrono::floor<std::chrono::milliseconds>(pipeline_->runtime()->wall_now());
  return PreparedAccess::make(
      std::make_shared<PreparedAccess::State>(*std::move(frozen), now, false));
}

// ---- From bytes and a key to a call ----

/// A list of its own: whoever carries the request sends the key, or none of the headers.
delivery::Headers Messenger::headers_with(const std::string& key) const {
  std::vector<HttpHeader> headers;
  const auto& common = *pipeline_->parts().headers_with_body;
  headers.reserve(common.size() + 1);
  headers = common;
  headers.push_back({"Idempotency-Key", key});
  return std::make_shared<const std::vector<HttpHeader>>(std::move(headers));
}

delivery::PreparedRequest Messenger::call_for(const Frozen& frozen,
                                              delivery::KeyHistory key) const {
  return {operation_for(frozen.kind),
          frozen.kind == MessageKind::sms ? sms_url_ : rvm_url_,
          frozen.body,
          frozen.foreign_id,
          headers_with(frozen.key),
          key};
}

template <class Request>
Result<delivery::PreparedRequest> Messenger::ready(const Request& request, Message& message) const {
  auto frozen = freeze(request, message.foreign_id);
  if (!frozen) return std::move(frozen).error();
  message.wire_foreign_id = frozen->wire_foreign_id;
  message.key = frozen->key;
  return call_for(*frozen, {});
}

/// Why this one cannot be sent, now or at all.
std::optional<Error> Messenger::refuse(const PreparedAccess::State& state, Message& message) const {
  if (auto error = pipeline_->refuse_after_fork()) return error;
  Runtime& runtime = *pipeline_->runtime();
  const auto age = runtime.wall_now() - state.prepared_at;
  if (age >= Prepared::lifetime) {
    return not_sent(ErrorKind::invalid_request,
                    "it was prepared 23 hours ago or more, and the service may have forgotten its "
                    "idempotency key: nothing was sent now; find out by its result what became of "
                    "it before you prepare another one");
  }
  if (age < -delivery::key_clock_error) {
    return not_sent(ErrorKind::configuration,
                    "it was prepared in the future by this machine's clock, so nobody knows "
                    "whether its idempotency key still holds: set the clock right, and do "
                    "not send it when the clock has caught up");
  }
  const Frozen& frozen = state.frozen;
  // Before the application is asked, which may take its time.
  switch (KeysUnderWay::take(keys_, frozen.key, runtime.now(), message.claim)) {
    case KeysUnderWay::State::taken: break;
    case KeysUnderWay::State::under_way:
      return not_sent_for_now(ErrorKind::overloaded,
                              "it is under way already: wait for that call to end");
    case KeysUnderWay::State::resting: {
      Error error = not_sent_for_now(ErrorKind::overloaded,
                                     "the service may still be at work on its last attempt: send "
                                     "it again after a second");
      error.retry_after = std::chrono::seconds(1);
      return error;
    }
  }
  return refused_by_application(pipeline_->options(),
                                {frozen.kind, frozen.to, frozen.foreign_id, frozen.contact_id});
}

Result<delivery::PreparedRequest> Messenger::ready(const Prepared& prepared,
                                                   Message& message) const {
  const auto& state = PreparedAccess::state(prepared);
  message.foreign_id = state->frozen.foreign_id;
  message.wire_foreign_id = state->frozen.wire_foreign_id;
  message.key = state->frozen.key;
  message.prepared = state;
  if (auto error = refuse(*state, message)) {
    return after(*state->may_exist || error->kind == ErrorKind::overloaded, *std::move(error));
  }
  return call_for(state->frozen, {state->prepared_at, *state->may_exist});
}

// ---- Sending ----

template <class Source>
Result<Receipt> Messenger::send(const Source& source, const CallOptions& options) const {
  Runtime& runtime = *pipeline_->runtime();
  const auto submitted = runtime.now();
  Message message;
  auto call = ready(source, message);
  if (call) {
    try {
      return message.result(pipeline_->run(*call, options, submitted), runtime);
    } catch (...) {  // no memory, and nothing is known of an attempt that was begun
      if (message.prepared) message.attempt_was_lost(runtime);
      throw;
    }
  }
  return message.result(
      pipeline_->report_refused(operation_for(kind_of(source)), message.foreign_id, submitted,
                                std::move(call).error()),
      runtime);
}

template <class Source>
std::future<Result<Receipt>> Messenger::send_async(const Source& source,
                                                   const CallOptions& options) const {
  return future_of<Receipt>(
      [&](Completion completion) { send_async(source, std::move(completion), options); });
}

template <class Source>
void Messenger::send_async(const Source& source, Completion completion,
                           const CallOptions& options) const {
  require_completion(static_cast<bool>(completion));
  const auto submitted = pipeline_->runtime()->now();
  Message message;
  auto call = ready(source, message);
  const std::string foreign_id = message.foreign_id;
  delivery::Background::Completion complete =
      [completion = std::move(completion), message = std::move(message),
       runtime = pipeline_->runtime()](Result<delivery::Response> response) mutable {
        Result<Receipt> result = message.result(std::move(response), *runtime);
        { const Message over = std::move(message); }  // the completion may send it again
        completion(std::move(result));
      };
  hand_over(pipeline_, background_, {operation_for(kind_of(source)), foreign_id, submitted},
            std::move(call), options, complete);
}

template Result<Prepared> Messenger::prepare(const RvmRequest&) const;
template Result<Prepared> Messenger::prepare(const SmsRequest&) const;
template Result<Receipt> Messenger::send(const RvmRequest&, const CallOptions&) const;
template Result<Receipt> Messenger::send(const SmsRequest&, const CallOptions&) const;
template Result<Receipt> Messenger::send(const Prepared&, const CallOptions&) const;
template std::future<Result<Receipt>> Messenger::send_async(const RvmRequest&,
                                                            const CallOptions&) const;
template std::future<Result<Receipt>> Messenger::send_async(const SmsRequest&,
                                                            const CallOptions&) const;
template std::future<Result<Receipt>> Messenger::send_async(const Prepared&,
                                                            const CallOptions&) const;
template void Messenger::send_async(const RvmRequest&, Completion, const CallOptions&) const;
template void Messenger::send_async(const SmsRequest&, Completion, const CallOptions&) const;
template void Messenger::send_async(const Prepared&, Completion, const CallOptions&) const;

}  // namespace dropcowboy::v2

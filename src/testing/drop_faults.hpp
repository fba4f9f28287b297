#pragma once

#include "testing/accepted_message.hpp"

// What a message fails with before anybody is called, with the vendor's codes and words.

namespace dropcowboy::testing::drop_faults {

constexpr DropResult no_funds{3000, "No Funds"};
constexpr DropResult audio_not_valid{3001, "Audio file not valid"};
constexpr DropResult no_voice{3002, "No Voice"};
constexpr DropResult not_authorized{3007, "Not authorized"};
constexpr DropResult must_be_e164{3011, "Must be E.164 format"};
constexpr DropResult number_not_valid{3012, "Phone number not valid"};
constexpr DropResult invalid_route{3013, "Invalid IVR or Route"};
constexpr DropResult audio_url_not_allowed{3014, "Not allowed audio_url"};
constexpr DropResult no_speech{3015, "No TTS"};
constexpr DropResult byoc_not_enabled{3016, "BYOC not enabled"};
constexpr DropResult orig_id_not_a_uuid{3017, "sti_orig_id not a UUID"};
constexpr DropResult wrong_attestation{3018, "attestation not A, B or C"};
constexpr DropResult invalid_callback{3019, "Invalid Callback"};
constexpr DropResult speech_too_long{3021, "TTS too long"};
constexpr DropResult not_in_trial{3022, "Not Allowed in Trial"};
constexpr DropResult key_conflict{3027, "Idempotency Key Conflict"};
constexpr DropResult key_not_valid{3028, "Idempotency Key not valid"};
constexpr DropResult media_not_found{3033, "Media Not Found"};
constexpr DropResult test_numbers_only{3040, "Test Numbers Only"};
constexpr DropResult no_line{4010, "No Caller ID"};
constexpr DropResult internal_dnc{4016, "Internal DNC", true};
constexpr DropResult pool_not_ready{6003, "Pool Not Ready"};
constexpr DropResult opt_in_missing{6011, "Opt-in Missing"};
// The vendor has published no code for these two.
constexpr DropResult invalid_message{0, "Invalid message"};
constexpr DropResult invalid_caller_id{0, "Invalid caller ID or not SMS enabled"};
/// Of the v2 service, where a result always has a code; this one is the simulator's own.
constexpr DropResult text_not_valid{3999, "Invalid message"};

}  // namespace dropcowboy::testing::drop_faults

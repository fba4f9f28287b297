#pragma once

#include <array>

#include "testing/accepted_message.hpp"
#include "testing/drop_faults.hpp"

namespace dropcowboy::testing {

/// Every failure that the vendor documents with a code, in the order of the codes.
inline constexpr std::array documented_failures = {
    drop_faults::no_funds,
    drop_faults::audio_not_valid,
    drop_faults::no_voice,
    drop_faults::not_authorized,
    drop_faults::must_be_e164,
    drop_faults::number_not_valid,
    drop_faults::invalid_route,
    drop_faults::audio_url_not_allowed,
    drop_faults::no_speech,
    drop_faults::byoc_not_enabled,
    drop_faults::orig_id_not_a_uuid,
    drop_faults::wrong_attestation,
    drop_faults::invalid_callback,
    drop_faults::speech_too_long,
    drop_faults::not_in_trial,
    drop_faults::key_conflict,
    drop_faults::key_not_valid,
    drop_faults::media_not_found,
    drop_faults::test_numbers_only,
    DropResult{4000, "VoiceMail Not Detected"},
    DropResult{4001, "VoiceMail Not Setup"},
    DropResult{4002, "VoiceMail Full"},
    DropResult{4004, "Number not reachable"},
    DropResult{4005, "No Answer"},
    DropResult{4006, "User Busy"},
    DropResult{4008, "Spam detected", false, true},
    drop_faults::no_line,
    DropResult{4011, "outside calling hours"},
    DropResult{4013, "Too Many Attempts"},
    drop_faults::internal_dnc,
    DropResult{4017, "Known Litigator"},
    DropResult{4019, "RND Reassigned"},
    DropResult{4021, "RND Error"},
    DropResult{6000, "Carrier Denied Use Case"},
    DropResult{6001, "Carrier Suspension"},
    DropResult{6002, "Pool Suspended"},
    drop_faults::pool_not_ready,
    DropResult{6004, "Opt-in Flagged"},
    DropResult{6005, "Opt-in Revoked", true},
    DropResult{6006, "Opt-in Pending"},
    drop_faults::opt_in_missing,
};

}  // namespace dropcowboy::testing

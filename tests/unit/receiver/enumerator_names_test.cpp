#include <gtest/gtest.h>

#include "dropcowboy/receiver/callback_signer.hpp"
#include "dropcowboy/receiver/drop_record.hpp"
#include "dropcowboy/receiver/signature.hpp"
#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "support/header_enumerators.hpp"

namespace dropcowboy::receiver {
namespace {

using support::expect_own_names;

TEST(EnumeratorNames, AreThoseOfTheHeaders) {
  expect_own_names<DropState>("receiver/drop_record.hpp", "DropState");
  expect_own_names<Authenticity>("receiver/webhook_receiver.hpp", "Authenticity");
  expect_own_names<Rejection>("receiver/webhook_receiver.hpp", "Rejection");
  expect_own_names<SignatureFault>("receiver/signature.hpp", "SignatureFault");
  expect_own_names<TagFault>("receiver/callback_signer.hpp", "TagFault");
}

}  // namespace
}  // namespace dropcowboy::receiver

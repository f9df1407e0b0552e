#pragma once

/// \file
/// The shipped one, by its short name.

#include <corest/testing/scripted_transport.hpp>

using corest::test::respond;
using corest::test::scripted_transport;

#pragma once

/// \file
/// The shipped one, by its short name.

#include <corest/testing/manual_clock.hpp>

using corest::test::manual_clock;

#pragma once

/// \file
/// Pages made of the JSON text of their records, for tests that need no server and no selector.

#include <destination/contract_support.hpp>

using corest::test::make_binding;
using corest::test::make_page;

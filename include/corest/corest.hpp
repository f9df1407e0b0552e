#pragma once

/// \file
/// Everything but the destinations that need a database's library: those are `corest/destination/sqlite.hpp`, ...

#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/flow.hpp>
#include <corest/select/decode.hpp>
#include <corest/source/connect.hpp>
#include <corest/source/overrides.hpp>
#include <corest/source/plan.hpp>
#include <corest/source/read_source.hpp>
#include <corest/source/run.hpp>
#include <corest/source/run_report.hpp>
#include <corest/source/secrets.hpp>
#include <corest/source/source_config.hpp>

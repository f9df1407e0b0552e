#pragma once

/// \file
/// What a refusal of Python code ends in.

#include <string>

inline const std::string supported_python =
    ". Supported are texts, numbers, True, False, None, lists, dictionaries, dlt.secrets[\"name\"] and "
    "os.environ[\"NAME\"]; Python is not run, so put the value itself here or give it with --set.";

/// \file
/// Owns the precompiled header that the test programs share.

#include "precompiled.hpp"

/// \file
/// What corest's headers only declare where COREST_SEPARATE_COMPILATION is defined, but for corest::source.

#include <corest/flow_src.hpp>

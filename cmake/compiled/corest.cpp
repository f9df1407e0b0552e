/// \file
/// The one file that defines what corest's headers only declare where COREST_SEPARATE_COMPILATION is defined.

#include <corest/src.hpp>

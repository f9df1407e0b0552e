/// \file
/// What the headers of corest::source only declare where COREST_SEPARATE_COMPILATION is defined.

#include <corest/source/source_src.hpp>

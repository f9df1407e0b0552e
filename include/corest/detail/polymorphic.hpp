#pragma once

/// \file
/// The base of interfaces that are called at run time.

namespace corest::detail {

/// Held by a pointer to the interface and destroyed through it; never copied or moved, so that nothing is sliced off.
class polymorphic {
public:
    polymorphic(const polymorphic&) = delete;
    polymorphic& operator=(const polymorphic&) = delete;
    virtual ~polymorphic() = default;

protected:
    polymorphic() = default;
};

} // namespace corest::detail

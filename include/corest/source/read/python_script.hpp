#pragma once

/// \file
/// A Python text with its name: places in it, for messages. Not for users.

#include <corest/error.hpp>
#include <corest/source/read/text_position.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// A Python file, the Python of a page, or the code cells of a notebook one after another.
class python_script {
public:
    /// Where a cell of a notebook begins.
    struct cell {
        std::size_t offset; ///< in the text
        std::size_t number; ///< among all cells, from 1
    };

    /// \param its_text UTF-8, as Python would read it
    /// \param its_name of the file
    /// \param its_cells of a notebook, in their order; none of anything else
    python_script(std::string its_text, std::string_view its_name, std::vector<cell> its_cells = {})
        : text_(std::move(its_text)),
          name_(its_name),
          cells_(std::move(its_cells))
    {
    }

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// "f.py:12:5", or "f.ipynb, cell 3:2:5".
    [[nodiscard]] std::string position(std::size_t offset) const
    {
        const auto next = std::find_if(cells_.begin(), cells_.end(), [&](const cell& c) { return c.offset > offset; });
        if (next == cells_.begin()) {
            return position_text(name_, text_, std::min(offset, text_.size()));
        }
        const cell& here = *(next - 1);
        return position_text(name_ + ", cell " + std::to_string(here.number),
            std::string_view(text_).substr(here.offset), std::min(offset, text_.size()) - here.offset);
    }

    /// \throws error (invalid_source) for a place of the text
    [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint = {}) const
    {
        throw error(errc::invalid_source, position(offset) + ": " + message, std::move(hint));
    }

private:
    std::string text_;
    std::string name_;
    std::vector<cell> cells_;
};

} // namespace corest::source::detail

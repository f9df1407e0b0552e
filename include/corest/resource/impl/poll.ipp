#pragma once

#include <corest/resource/poll.hpp>

#include <corest/detail/text.hpp>

namespace corest {

COREST_DECL std::string poll::text() const
{
    const auto seconds = [](std::chrono::milliseconds time) {
        const auto count = time.count();
        std::string fraction;
        if (count % 1000 != 0) {
            fraction = std::to_string(1000 + count % 1000).substr(1);
            fraction = "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
        }
        return std::to_string(count / 1000) + fraction + " s";
    };
    std::string out =
        "until " + (until_ ? detail::printable(until_->text(), 60) : std::string("the status is not 202"));
    if (failed_) {
        out += ", failed where " + detail::printable(failed_->text(), 60);
    }
    out += ", asked every " + seconds(interval_) + " at "
        + (path_            ? path_->text()
                : url_path_ ? "the URL at " + url_path_->text()
                            : std::string("the Location header's URL"))
        + ", for " + seconds(timeout_) + " at most";
    if (download_ || download_url_path_) {
        out += ", then read at " + (download_ ? download_->text() : "the URL at " + download_url_path_->text());
    }
    return out;
}

} // namespace corest

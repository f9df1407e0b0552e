#pragma once

#include <corest/source/run/api_failure.hpp>

#include <corest/error.hpp>

#include <string>

namespace corest::source::detail {

COREST_DECL bool concerns_whole_api(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        switch (e.kind()) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::tls_failed:
        case errc::token_failed:
            return true;
        case errc::unauthorized:
            return e.context().status == 401;
        default:
            return false;
        }
    } catch (...) {
        return true;
    }
}

COREST_DECL std::exception_ptr presentable_failure(const std::exception_ptr& failure, const conceal& hidden)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& thrown) {
        error e = thrown;
        const bool unreachable = e.kind() == errc::resolve_failed || e.kind() == errc::connect_failed;
        if (unreachable && e.hint().find("client.") == std::string::npos) {
            e.set_hint((e.hint().empty() ? "" : e.hint() + ". ") + "The address is client.base_url");
            return hidden.mask(std::make_exception_ptr(e));
        }
    } catch (...) { // a cancellation, or what a program's own part has thrown
    }
    return hidden.mask(failure);
}

} // namespace corest::source::detail

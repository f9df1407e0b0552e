#pragma once

/// \file
/// What tests of the HTTP client share.

#include <corest/error.hpp>
#include <corest/http/http_transport.hpp>

#include "support/certificates.hpp"
#include "support/run.hpp"
#include "support/scripted_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

inline tls_wish any_tls()
{
    return tls_wish(certificate(certificate_wish()));
}

/// Sends requests on a context of its own. Each helper returns only when the context has nothing left to do, so that a
/// timer or an operation that is left behind shows up as a test that hangs.
class HttpTest : public ::testing::Test {
protected:
    HttpTest() { options.use_environment_proxy = false; }

    corest::http_transport transport() { return corest::http_transport(context.get_executor(), options); }

    corest::response send(corest::http_transport& through, corest::request r)
    {
        return run(context, through.send(std::move(r)));
    }

    corest::response get(const std::string& url)
    {
        corest::http_transport through = transport();
        return send(through, corest::request("GET", url));
    }

    corest::error failure(corest::http_transport& through, corest::request r)
    {
        try {
            const corest::response got = send(through, std::move(r));
            ADD_FAILURE() << "no error, but status " << got.status << " and '" << got.body.view().substr(0, 200) << "'";
        } catch (const corest::error& e) {
            EXPECT_EQ(through.stats().in_flight, 0U);
            return e;
        } catch (const std::exception& e) {
            ADD_FAILURE() << "not a corest::error: " << e.what();
        }
        return corest::error(corest::errc::destination_failed, "there was no error");
    }

    corest::error failure(corest::request r)
    {
        corest::http_transport through = transport();
        return failure(through, std::move(r));
    }

    corest::error failure(const std::string& url) { return failure(corest::request("GET", url)); }

    corest::net::io_context context;
    corest::http_options options;
};

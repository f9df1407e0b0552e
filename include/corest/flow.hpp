#pragma once

/// \file
/// What flows are composed of: the client and its layers, paginators, selection, resources and generators. A file that
/// includes this compiles in two thirds of the time that `corest/corest.hpp` takes, which adds records as structs
/// (`select/decode.hpp`), dictionaries (`source/`) and destinations.

#include <corest/async_generator.hpp>
#include <corest/auth/api_key.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/auth/authorize.hpp>
#include <corest/auth/basic.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/auth/secret.hpp>
#include <corest/clock.hpp>
#include <corest/concurrency/background.hpp>
#include <corest/concurrency/flat_map.hpp>
#include <corest/concurrency/mutex.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/prefetch.hpp>
#include <corest/concurrency/queue.hpp>
#include <corest/concurrency/semaphore.hpp>
#include <corest/concurrency/with_timeout.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/http/http_options.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/http/transport.hpp>
#include <corest/http/url.hpp>
#include <corest/net.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/resource/record_stream.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/retry/retry.hpp>
#include <corest/retry/retry_policy.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>
#include <corest/select/selector.hpp>
#include <corest/version.hpp>

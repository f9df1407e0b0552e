#include <corest/auth/detail/header_credentials.hpp>

#include <corest/auth/api_key.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using corest::detail::header_credentials;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(HeaderCredentials, AreTheTokenBehindAScheme)
{
    EXPECT_THAT(header_credentials("Authorization", "Bearer abc.def-9"), ElementsAre("abc.def-9"));
    EXPECT_THAT(header_credentials("authorization", " token  ghp_9== "), ElementsAre("ghp_9=="));
    EXPECT_THAT(header_credentials("X-Authorization", "ApiKey k9k9"), ElementsAre("k9k9"));
    EXPECT_THAT(header_credentials("Authorization", "abc.def-9"), IsEmpty()) << "the whole is known anyway";
    EXPECT_THAT(header_credentials("Authorization", "Bearer "), IsEmpty());
    EXPECT_THAT(header_credentials("Authorization", ""), IsEmpty());
}

TEST(HeaderCredentials, OfBasicAreUserAndPasswordToo)
{
    EXPECT_THAT(header_credentials("Authorization", "Basic dXNlcjpwYXNz"), ElementsAre("dXNlcjpwYXNz", "user", "pass"));
    EXPECT_THAT(header_credentials("Authorization", "Basic YToxMg=="), ElementsAre("YToxMg==", "a", "12"));
    EXPECT_THAT(header_credentials("Authorization", "Basic no base64"), ElementsAre("no base64"));
    EXPECT_THAT(header_credentials("Authorization", "Basic abc"), ElementsAre("abc"));
}

TEST(HeaderCredentials, OfParametersAreThoseWhoseNamesSaySo)
{
    EXPECT_THAT(header_credentials("Authorization", "Token token=\"a\\\"b\", realm=\"All\""), ElementsAre("a\"b"));
    EXPECT_THAT(header_credentials("Authorization", "OAuth realm=\"r\", oauth_token=t9t9,oauth_signature=\"s%3D\""),
        ElementsAre("t9t9", "s%3D"));
}

TEST(HeaderCredentials, OfACookieIsTheValueOfEach)
{
    EXPECT_THAT(header_credentials("Cookie", "sid=s9s9; lang=\"en\"; flag"), ElementsAre("s9s9", "en"));
}

TEST(HeaderCredentials, AreSecretsOfAnApiKeyThatIsOne)
{
    using corest::api_key;
    EXPECT_THAT(api_key("Authorization", corest::secret("Bearer k9k9")).secrets(), ElementsAre("Bearer k9k9", "k9k9"));
    EXPECT_THAT(
        api_key("q", corest::secret("Bearer k9k9"), api_key::location::query).secrets(), ElementsAre("Bearer k9k9"));
}

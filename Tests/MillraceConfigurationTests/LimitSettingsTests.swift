import MillraceConfiguration
import MillraceDomain
import Testing

struct LimitSettingsTests {
    @Test func `wrong tokens are limited unless it is switched off, right ones once it is switched on`() throws {
        let settings = try load().http
        #expect(settings.rateLimit.perSecond == 0)
        #expect(settings.failedAuth.perSecond == 1)
        #expect(settings.failedAuth.burst == 50)
        #expect(settings.trustedProxies.isEmpty)
        #expect(settings.maxInFlight == 1024)
        let given = try load(
            .api, ["--http.rateLimit.perSecond=20", "--http.rateLimit.burst=40"],
            [
                "HTTP_FAILED_AUTH_PER_SECOND": "0", "HTTP_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8",
                "HTTP_MAX_IN_FLIGHT": "7", "CACHE_TOKENS_MAX": "0",
            ])
        #expect(given.http.rateLimit.perSecond == 20)
        #expect(given.http.rateLimit.burst == 40)
        #expect(given.http.failedAuth.perSecond == 0)
        #expect(given.http.trustedProxies == ["10.0.0.0/8", "fd00::/8"])
        #expect(given.http.maxInFlight == 7)
        #expect(given.cache.maxTokens == 0)
    }

    @Test func `nobody has a quota unless there is one`() throws {
        #expect(try load().quotas.defaults.isUnlimited)
        let given = try load(.api, ["--quotas.liveJobs=1000"], ["QUOTAS_PAYLOAD_BYTES": "1048576"]).quotas.defaults
        #expect(given.liveJobs == 1000 && given.payloadBytes == 1_048_576)
        #expect(problems(.consumer, [], ["QUOTAS_LIVE_JOBS": "-1"]).count == 1)
    }

    @Test(arguments: [
        ("HTTP_RATE_LIMIT_PER_SECOND", "-1"), ("HTTP_RATE_LIMIT_BURST", "0"), ("HTTP_TRUSTED_PROXIES", "10.0.0.1"),
        ("HTTP_MAX_IN_FLIGHT", "1"), ("CACHE_TOKENS_MAX_AGE_MS", "5s"),
    ])
    func `a limit that is none stops the boot`(name: String, value: String) {
        let problems = problems(.api, [], [name: value])
        #expect(problems.count == 1)
        #expect(problems[0].contains(name))
    }
}

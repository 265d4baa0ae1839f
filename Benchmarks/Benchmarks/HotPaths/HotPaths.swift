import Benchmark
import FoundationEssentials
import MillraceDomain

/// What every request or record goes through and what can be called from outside the package: the encoding of SQL
/// parameters and of answers is internal to its modules, so it shows in `make bench` alone.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.cpuTotal, .wallClock, .throughput], warmupIterations: 10, scalingFactor: .kilo,
        maxDuration: .seconds(3), maxIterations: 5000)

    Benchmark("submission, read") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try JobSubmission(json: JSONText(Examples.submission), limits: SubmissionLimits()))
        }
    }

    Benchmark("submission, read by Codable") { benchmark in
        let data = Data(Examples.submission)
        let decoder = JSONDecoder()
        for _ in benchmark.scaledIterations { blackHole(try decoder.decode(Examples.Submission.self, from: data)) }
    }

    Benchmark("answer, written") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(Examples.answer()) }
    }

    Benchmark("token, digest") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(TokenSecret(bearer: Examples.token)?.digest) }
    }

    Benchmark("token, remembered") { benchmark in
        let cache = TokenCache(tokens: OneToken())
        cache.hear(.complete(until: .now + .seconds(3600)))
        let authenticate = Authenticate(tokens: cache)
        guard let secret = TokenSecret(bearer: Examples.token) else { return benchmark.error("no token") }
        _ = try await authenticate(secret)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try await authenticate(secret)) }
    }

    Benchmark("id, made and written") { benchmark in
        let ids = UUIDv7Generator()
        for _ in benchmark.scaledIterations { blackHole(ids.next().description) }
    }

    Benchmark("id, read") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(UniqueID(Examples.id)) }
    }

    Benchmark("time, written") { benchmark in
        let time = Timestamp(microseconds: 1_795_000_000_123_456)
        for _ in benchmark.scaledIterations { blackHole(time.description) }
    }
}

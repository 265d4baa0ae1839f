import AsyncHTTPClient
import MillraceDomain
import NIOCore
import NIOHTTP1

/// Does a job by posting its payload to a receiver, signed.
struct WebhookHandler: JobHandler {
    let target: WebhookTarget
    var headers = WebhookHeaders.none
    let webhooks: Webhooks
    var clock: any WallClock = SystemClock()

    /// A longer answer is no result.
    static let maxBodyBytes = RunJob.maxResultBytes

    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        let receiver = try Receiver(url: target.url)
        let deadline = NIODeadline.now() + .nanoseconds(context.timeout.microseconds * 1000)
        let now = clock.now()
        let request = request(for: job, at: now)
        do {
            let answer = try await webhooks.withClient(for: receiver) { client in
                try await Self.send(request, with: client, by: deadline)
            }
            return try answer.outcome(at: now)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            throw JobFailure(code: "timeout", message: "The receiver did not answer in time.")
        } catch let failure as JobFailure {
            throw failure
        } catch {
            try Task.checkCancellation()
            throw JobFailure(code: "network_error", message: "The receiver could not be reached: \(error)")
        }
    }

    /// The request of one attempt.
    func request(for job: Job, at now: Timestamp) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: target.url)
        request.method = .POST
        let (id, timestamp) = (job.id.description, String(now.microseconds / 1_000_000))
        let body = job.submission.payload.bytes
        request.headers = [
            "content-type": "application/json", "user-agent": "millrace", "webhook-id": id,
            "webhook-timestamp": timestamp, "millrace-attempt": String(job.attempt),
            "millrace-kind": job.submission.kind.text,
        ]
        for name in headers.names { request.headers.add(name: name, value: headers.values[name] ?? "") }
        if let signature = WebhookSignature.header(
            id: id, timestamp: timestamp, body: body, secrets: target.secrets)
        {
            request.headers.add(name: "webhook-signature", value: signature)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    /// The client's own deadline ends with the head of the answer; reading the body ends with the task, which is
    /// cancelled at the same deadline.
    private static func send(
        _ request: HTTPClientRequest, with client: HTTPClient, by deadline: NIODeadline
    ) async throws -> WebhookAnswer {
        let response = try await client.execute(request, deadline: deadline)
        var body: [UInt8]? = []
        for try await part in response.body {
            body?.append(contentsOf: part.readableBytesView)
            if let count = body?.count, count > maxBodyBytes {
                body = nil
                break
            }
        }
        try Task.checkCancellation()
        return WebhookAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }
}

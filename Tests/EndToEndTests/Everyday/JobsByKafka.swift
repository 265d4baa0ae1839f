import Foundation
import Testing

extension EverydayTests {
    @Suite(
        .enabled("needs KAFKA_BROKERS") {
            Deployment.fromEnvironment == nil || Deployment.fromEnvironment?.kafkaBrokers != nil
        })
    struct JobsByKafka {
        private func kcat() throws -> (KafkaCat, Deployment) {
            let deployment = try deployment()
            return (KafkaCat(brokers: try #require(deployment.kafkaBrokers)), deployment)
        }

        @Test func `an event in binary mode becomes a job that succeeds`() async throws {
            let (kcat, deployment) = try kcat()
            let id = UUID().uuidString.lowercased()
            try await kcat.produce(
                topic: "\(deployment.topicPrefix).jobs.default", event: Deployment.uniqueName("event"),
                source: "/e2e", type: "noop", payload: #"{"n": 1.0}"#, extensions: ["mrid": id])
            try await eventually("the job exists") {
                try await deployment.client.get("/api/v1/jobs/\(id)").status == 200
            }
            let job = try await deployment.client.settled(id)
            #expect(job.string("state") == "succeeded")
            #expect(job.text.contains(#""payload":{"n": 1.0}"#), "the payload is kept as sent")
        }

        @Test func `a structured event and a plain record become jobs`() async throws {
            let (kcat, deployment) = try kcat()
            let (structured, plain) = (UUID().uuidString.lowercased(), UUID().uuidString.lowercased())
            let topic = "\(deployment.topicPrefix).jobs.default"
            try await kcat.produce(
                topic: topic,
                values: [
                    """
                    {"specversion":"1.0","id":"\(structured)","source":"/e2e","type":"noop",\
                    "mrid":"\(structured)","data":{"form":"structured"}}
                    """
                ], headers: ["content-type": "application/cloudevents+json"])
            try await kcat.produce(topic: topic, values: [#"{"id":"\#(plain)","kind":"noop"}"#])
            for id in [structured, plain] {
                try await eventually("job \(id) exists") {
                    try await deployment.client.get("/api/v1/jobs/\(id)").status == 200
                }
                #expect(try await deployment.client.settled(id).string("state") == "succeeded")
            }
        }

        @Test func `the same event twice is one job, and the queue of a new topic is found`() async throws {
            let (kcat, deployment) = try kcat()
            let queue = Deployment.uniqueName("twice")
            let topic = "\(deployment.topicPrefix).jobs.\(queue)"
            for _ in 1...2 {
                try await kcat.produce(
                    topic: topic, event: "once-\(queue)", source: "/e2e", type: "noop", payload: "{}")
            }
            try await kcat.produce(topic: topic, event: "last-\(queue)", source: "/e2e", type: "noop", payload: "{}")
            try await eventually("the two different events are jobs") {
                try await deployment.client.jobs(inQueue: queue, state: "succeeded").count == 2
            }
            #expect(try await deployment.client.jobs(inQueue: queue).count == 2)
        }

        @Test func `records that cannot be read are kept with their bytes, and the next good one runs`() async throws {
            let (kcat, deployment) = try kcat()
            let queue = Deployment.uniqueName("poison")
            let topic = "\(deployment.topicPrefix).jobs.\(queue)"
            let bad = ["not json \(queue)", #"{"kind":"no.such.kind","payload":"\#(queue)"}"#, #"{"payload":{}}"#]
            try await kcat.produce(topic: topic, values: bad, partition: 0)
            try await kcat.produce(topic: topic, values: [#"{"kind":"noop"}"#], partition: 0)
            try await eventually("the good record has run") {
                try await deployment.client.jobs(inQueue: queue, state: "succeeded").count == 1
            }
            let letters = try await deployment.client.get("/api/v1/dead-letters?limit=500")
            for value in bad {
                #expect(letters.text.contains(Data(value.utf8).base64EncodedString()), "\(value) is kept")
            }
        }
    }
}

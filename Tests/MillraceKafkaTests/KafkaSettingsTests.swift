import Testing

@testable import MillraceKafka

@Suite struct KafkaSettingsTests {
    private let settings = KafkaSettings(brokers: "localhost:9092")

    @Test func `the defaults are valid`() throws {
        try settings.validate()
    }

    @Test func `an unknown property is refused by name`() {
        var settings = settings
        settings.properties = ["sasl.pasword": "secret"]
        #expect(
            throws: KafkaError.invalidProperty(name: "sasl.pasword", reason: "is not known to librdkafka")
        ) { try settings.validate() }
    }

    @Test func `a bad value is refused without being repeated`() {
        var settings = settings
        settings.properties = ["security.protocol": "hunter2"]
        let error = #expect(throws: KafkaError.self) { try settings.validate() }
        #expect(error?.description.contains("security.protocol") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: ["", "a b", "ä", "x/y"])
    func `a prefix that no topic can have is refused`(prefix: String) {
        var settings = settings
        settings.topicPrefix = prefix
        #expect(throws: KafkaError.self) { try settings.validate() }
    }

    @Test func `topics and queues name each other`() {
        #expect(settings.jobsTopic(queue: "mail") == "millrace.jobs.mail")
        #expect(settings.deadTopic(queue: "mail") == "millrace.dead.mail")
        #expect(settings.queue(ofTopic: "millrace.jobs.mail") == "mail")
        #expect(settings.queue(ofTopic: "millrace.dead.mail") == nil)
    }

    @Test func `the prefix is taken literally in the pattern`() {
        var settings = settings
        settings.topicPrefix = "a.b"
        #expect(settings.jobsPattern == #"^a\.b\.jobs\..*"#)
    }
}

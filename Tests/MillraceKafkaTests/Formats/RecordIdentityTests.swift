import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct RecordIdentityTests {
    // printf '%s\0' event /shop A-1 | sha256sum
    @Test func `the identity and the derived id of an event never change`() {
        let identity = RecordIdentity.event(source: "/shop", id: "A-1")
        #expect(identity.uniqueID.description == "0d053db1-20aa-38b5-8be5-5b10268d0775")
        #expect(identity.derivedJobID.description == "44676f26-a66c-818c-87b6-ad8e098582a5")
    }

    // printf '%s\0' place millrace.jobs.mail 3 0 42 | sha256sum
    @Test func `the identity and the derived id of a place never change`() {
        let identity = RecordIdentity.place(.sample(), incarnation: 0)
        #expect(identity.uniqueID.description == "c56c78a8-8306-c0f8-fbdc-7cc1b5c76081")
        #expect(identity.derivedJobID.description == "284d964f-2f26-8b7d-b54d-4cc51dfde400")
    }

    @Test func `pairs that spell the same together are different`() {
        #expect(RecordIdentity.event(source: "a", id: "bc") != .event(source: "ab", id: "c"))
    }

    @Test func `a topic made anew has places of its own`() {
        #expect(RecordIdentity.place(.sample(), incarnation: 0) != .place(.sample(), incarnation: 1))
        #expect(RecordIdentity.place(.sample(), incarnation: 0) != .place(.sample(offset: 43), incarnation: 0))
    }
}

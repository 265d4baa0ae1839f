import Testing

/// What every deployment does, and what `make e2e` runs against one: submit, feed, watch, refuse. These suites use
/// the API and the topics only, make what they need under names of their own, and remove the users they made.
@Suite(.deployment)
struct EverydayTests {}

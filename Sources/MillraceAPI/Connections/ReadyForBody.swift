/// The word from a route to the guard of its connection that it now reads the body: a client that waits for that
/// (`Expect: 100-continue`) is told to go on, once whatever can be refused without the body has been.
struct ReadyForBody: Sendable {}

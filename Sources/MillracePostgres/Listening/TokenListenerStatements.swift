/// What is said on the connection that listens for changes of tokens.
enum TokenListenerStatements {
    static let all = [triggers, listen, proof]

    /// How many of the triggers that tell are there and in force: see `migrations/0015_tell_of_tokens.sql`.
    static let triggers = StatementText(
        name: "token_listener_triggers",
        sql: """
            SELECT count(*)
            FROM pg_trigger
            WHERE tgrelid = 'api_tokens'::regclass
              AND tgname LIKE 'api\\_tokens\\_tell\\_%'
              AND tgenabled IN ('O', 'A')
            """, access: .read)

    static let listen = StatementText(name: "token_listener_listen", sql: "LISTEN millrace_tokens")

    /// Answered, with every notification of what was committed before it was asked in front of the answer.
    static let proof = StatementText(
        name: "token_listener_proof", sql: "SELECT pg_backend_pid()", access: .read)
}

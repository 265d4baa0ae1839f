/// How a dotted key is spelt as an environment variable: `kafka.topicPrefix` → `KAFKA_TOPIC_PREFIX`.
enum EnvironmentName {
    /// Short names that everyone expects, and the derived names they stand for; of two for the same the first counts.
    static let aliases: KeyValuePairs = [
        "DATABASE_URL": "POSTGRES_URL", "PORT": "HTTP_PORT",
        "AWS_REGION": "ARCHIVE_REGION", "AWS_DEFAULT_REGION": "ARCHIVE_REGION",
        "AWS_ENDPOINT_URL_DYNAMODB": "ARCHIVE_ENDPOINT", "AWS_ENDPOINT_URL": "ARCHIVE_ENDPOINT",
    ]

    /// The derived name of a key; equal to what swift-configuration's environment provider looks up.
    static func derived(from key: String) -> String {
        var name = ""
        var previousIsLowercase = false
        for character in key {
            if character.isUppercase, previousIsLowercase { name.append("_") }
            name.append(character.isLetter || character.isNumber ? character.uppercased() : "_")
            previousIsLowercase = character.isLowercase
        }
        return name
    }

    /// Adds the derived names for the aliases that are set, unless the derived name is set itself; drops empty values,
    /// because `NAME=${NAME:-}` in a compose file means «not set».
    ///
    /// - Returns: the variables, and for each derived name that was filled the alias it came from.
    static func resolvingAliases(
        in environment: [String: String]
    ) -> (variables: [String: String], aliases: [String: String]) {
        var variables = environment.filter { !$0.value.isEmpty }
        var used: [String: String] = [:]
        for (alias, derived) in aliases {
            guard let value = variables[alias], variables[derived] == nil else { continue }
            variables[derived] = value
            used[derived] = alias
        }
        return (variables, used)
    }
}

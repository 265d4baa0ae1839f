import FoundationEssentials
import MillraceDomain
import Yams

/// Decodes one kind's mapping of the handler catalogue; every problem names file, kind and member.
struct HandlerEntry {
    let kind: String
    let role: ProcessRole
    let source: String
    let environment: [String: String]
    /// The keys that sign for kinds without their own.
    let sharedKeys: [[UInt8]]
    private(set) var problems: [ConfigurationError.Problem] = []

    private static let policyMembers: Set = ["driver", "timeoutMs", "maxAttempts", "retry", "ordering"]
    private static let dayMs = 86_400_000

    init(kind: String, role: ProcessRole, source: String, environment: [String: String], sharedKeys: [[UInt8]]) {
        self.kind = kind
        self.role = role
        self.source = source
        self.environment = environment
        self.sharedKeys = sharedKeys
    }

    /// The handler, nil when anything about it is wrong.
    mutating func decode(_ node: Node) -> KindDescription? {
        let kind = try? JobKind(self.kind)
        if kind == nil { report(nil, "is not a kind (a letter a-z, then letters, digits, . _ -, 128 at most)") }
        guard let members = node.mapping else {
            report(nil, "is not a mapping with a driver")
            return nil
        }
        guard let driver = driver(members) else { return nil }
        let policy = policy(members)
        guard let kind, problems.isEmpty else { return nil }
        return KindDescription(kind: kind, driver: driver, policy: policy)
    }

    mutating func report(_ member: String?, _ reason: String) {
        let key = member.map { "handlers.\(kind).\($0)" } ?? "handlers.\(kind)"
        problems.append(.init(key: key, source: source, reason: reason))
    }

    private mutating func driver(_ members: Node.Mapping) -> HandlerDriver? {
        switch members["driver"]?.string {
        case "http" where members["endpoint"] != nil:
            refuse(members, except: ["endpoint"])
            return endpoint(members).map { .endpoint($0) }
        case "http":
            refuse(members, except: ["url", "secret", "secrets", "secretEnv"])
            guard let url = url(members) else { return nil }
            return .http(WebhookTarget(url: url, secrets: keys(members)))
        case "command":
            return command(members)
        case "swift":
            refuse(members, except: [])
            return .swift
        case nil:
            report("driver", "is missing; it is http, command or swift")
        case let other?:
            report("driver", "\"\(other.prefix(80))\" is not one of http, command, swift")
        }
        return nil
    }

    mutating func refuse(_ members: Node.Mapping, except own: Set<String>, below parent: String = "") {
        for (key, _) in members {
            let name = key.string ?? "?"
            let isKnown = own.contains(name) || (parent.isEmpty && Self.policyMembers.contains(name))
            if !isKnown { report(parent + name, "is not a known member of this handler") }
        }
    }

    /// An endpoint's id, or the name by which the job's owner has registered one.
    private mutating func endpoint(_ members: Node.Mapping) -> WebhookEndpointChoice? {
        let text = members["endpoint"]?.string ?? ""
        if let id = WebhookEndpointID(text) { return .id(id) }
        if let name = try? WebhookEndpointName(text) { return .named(name) }
        report("endpoint", "is neither the name of a webhook endpoint nor the id of one")
        return nil
    }

    private mutating func url(_ members: Node.Mapping) -> String? {
        guard let text = members["url"]?.string else {
            report("url", "is missing")
            return nil
        }
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false, url.user == nil, url.fragment == nil
        else {
            report("url", "is not an http:// or https:// URL (without user and fragment)")
            return nil
        }
        return text
    }

    private mutating func keys(_ members: Node.Mapping) -> [[UInt8]] {
        let own = ["secret", "secrets", "secretEnv"].flatMap { member in
            members[member].map { keys(in: $0, of: member) } ?? []
        }
        let isSilent = ["secret", "secrets", "secretEnv"].allSatisfy { members[$0] == nil }
        if isSilent, sharedKeys.isEmpty { report("secret", "is missing, and webhooks.secrets has none either") }
        return isSilent ? sharedKeys : own
    }

    private mutating func keys(in node: Node, of member: String) -> [[UInt8]] {
        let texts = node.sequence?.map { $0.string ?? "" } ?? [node.string ?? ""]
        if texts.isEmpty || texts.contains("") { report(member, "is empty or not a text") }
        return texts.filter { !$0.isEmpty }.compactMap { text in
            guard let secret = member == "secretEnv" ? environment[text] : text, !secret.isEmpty else {
                // Somebody may have written the secret where its name belongs.
                let isName = text.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
                let name = isName ? "the environment variable \(text)" : "an environment variable"
                report(member, "names \(name), which is not set")
                return nil
            }
            let key = SigningKey.bytes(of: secret)
            if key == nil { report(member, "is not base64 after whsec_") }
            return key
        }
    }

    private mutating func policy(_ members: Node.Mapping) -> HandlerPolicy {
        let standard = HandlerPolicy()
        return HandlerPolicy(
            timeout: int("timeoutMs", in: members, 1...Self.dayMs).map { .milliseconds($0) } ?? standard.timeout,
            maxAttempts: int("maxAttempts", in: members, 1...100) ?? standard.maxAttempts,
            retry: retry(members["retry"]), onDead: onDead(members["ordering"]))
    }

    private mutating func onDead(_ node: Node?) -> DeathPolicy {
        guard let node else { return .proceed }
        guard let members = node.mapping else {
            report("ordering", "is not a mapping of onDead")
            return .proceed
        }
        refuse(members, except: ["onDead"], below: "ordering.")
        guard let word = members["onDead"] else { return .proceed }
        guard let policy = word.string.flatMap(DeathPolicy.init(rawValue:)) else {
            report("ordering.onDead", "is not continue or hold")
            return .proceed
        }
        return policy
    }

    private mutating func retry(_ node: Node?) -> RetryPolicy {
        guard let node else { return RetryPolicy() }
        guard let members = node.mapping else {
            report("retry", "is not a mapping of baseMs, capMs, maxAgeMs")
            return RetryPolicy()
        }
        refuse(members, except: ["baseMs", "capMs", "maxAgeMs"], below: "retry.")
        let base = int("baseMs", in: members, 1...Self.dayMs, below: "retry.")
        let cap = int("capMs", in: members, 1...(Self.dayMs * 7), below: "retry.")
        let maxAge = int("maxAgeMs", in: members, 1...(Self.dayMs * 365), below: "retry.")
        if let base, let cap, base > cap { report("retry.baseMs", "is larger than retry.capMs") }
        return RetryPolicy().overridden(
            by: RetryOverride(
                base: base.map { .milliseconds($0) }, cap: cap.map { .milliseconds($0) },
                maxAge: maxAge.map { .milliseconds($0) }))
    }

    mutating func int(
        _ member: String, in members: Node.Mapping, _ range: ClosedRange<Int>, below parent: String = ""
    ) -> Int? {
        guard let node = members[member] else { return nil }
        guard let value = node.int, range.contains(value) else {
            let written = node.string.map { "\"\($0.prefix(80))\" " } ?? ""
            report(parent + member, written + "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }
}

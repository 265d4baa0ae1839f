import CLibpq
import MillraceDomain

/// libpq's keywords and values for one connection, read from the settings once.
struct ConnectionParameters: Sendable {
    private(set) var values: [String: String]

    /// Reads the connection string the way libpq does.
    ///
    /// - Throws: ``PostgresError/Kind/configuration``. The string is not quoted: it may hold a password.
    init(_ settings: PostgresSettings) throws(PostgresError) {
        values = try Self.parse(settings.url)
        values["client_encoding"] = "UTF8"
        values["fallback_application_name"] = settings.applicationName
        values["options"] = Self.options(settings, given: values["options"])
    }

    /// The same for a session that migrates: no server-side limit on a statement.
    init(forMigrations settings: PostgresSettings) throws(PostgresError) {
        values = try Self.parse(settings.url)
        values["client_encoding"] = "UTF8"
        values["fallback_application_name"] = settings.applicationName
    }

    /// Host names still to be resolved, in libpq's order; empty for sockets, numeric addresses and a given `hostaddr`.
    var namesToResolve: [String] {
        guard values["hostaddr"] == nil else { return [] }
        return hosts.filter { !$0.isEmpty && !$0.hasPrefix("/") && !$0.hasPrefix("@") && !HostResolver.isNumeric($0) }
    }

    /// The same parameters with the names' addresses filled in, so that libpq never looks one up itself.
    ///
    /// A host with several addresses becomes several hosts; one without any is left out.
    func resolved(_ addresses: [String: [String]]) -> ConnectionParameters {
        guard !namesToResolve.isEmpty else { return self }
        let ports = (values["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var triples: [(host: String, address: String, port: String)] = []
        for (index, host) in hosts.enumerated() {
            let port = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : ""
            for address in addresses[host] ?? (HostResolver.isNumeric(host) ? [host] : []) {
                triples.append((host, address, port))
            }
        }
        var copy = self
        copy.values["host"] = triples.map(\.host).joined(separator: ",")
        copy.values["hostaddr"] = triples.map(\.address).joined(separator: ",")
        copy.values["port"] = triples.map(\.port).joined(separator: ",")
        return copy
    }

    /// The same parameters with another host first. libpq waits for one host at a time and has no limit of its own: the
    /// first, when it is frozen, would use up every attempt.
    func rotated(by count: Int) -> ConnectionParameters {
        var copy = self
        for key in ["host", "hostaddr", "port"] {
            guard let text = values[key] else { continue }
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let start = count % parts.count
            copy.values[key] = (parts[start...] + parts[..<start]).joined(separator: ",")
        }
        return copy
    }

    private var hosts: [String] {
        (values["host"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func parse(_ url: String) throws(PostgresError) -> [String: String] {
        var values = read(PQconndefaults())
        guard let options = PQconninfoParse(url, nil) else {
            throw PostgresError(.configuration, "libpq cannot read the connection string.")
        }
        values.merge(read(options)) { $1 }
        return values
    }

    /// Takes the values out of libpq's list and frees it.
    private static func read(_ list: UnsafeMutablePointer<PQconninfoOption>?) -> [String: String] {
        guard let list else { return [:] }
        defer { PQconninfoFree(list) }
        var values: [String: String] = [:]
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }

    /// What every session of ours is told.
    ///
    /// The server's own time limits stand a little behind ours: they end what a closed connection leaves running. A
    /// statement whose client is gone is ended within a second, and its locks with it.
    /// Every statement of this module goes by an index, and a plan made while a table was small lives on while it
    /// grows: so the plans that read or hash whole tables are priced out, and compiling such prices with them.
    private static func options(_ settings: PostgresSettings, given: String?) -> String {
        let limit = settings.statementTimeout.milliseconds + 1_000
        let ours = [
            "statement_timeout=\(limit)",
            "idle_in_transaction_session_timeout=\(settings.idleTransactionTimeout.milliseconds)",
            "client_connection_check_interval=1000", "synchronous_commit=on",
            "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off", "jit=off",
        ]
        return ([given].compactMap(\.self) + ours.map { "-c \($0)" }).joined(separator: " ")
    }
}

import HTTPTypes

/// Finds the route of a request. Also knows the methods of every target, which the answer 405 has to name.
struct RouteTable: Sendable {
    /// What a method and a path lead to.
    enum Resolution {
        case found(Route, parameters: [String: String])
        /// The target exists, for these methods.
        case wrongMethod(template: String, allowed: [HTTPRequest.Method])
        case unknown
    }

    private struct Target: Sendable {
        let template: String
        let segments: [Segment]
        var routes: [Route]
    }

    private enum Segment: Hashable, Sendable {
        case literal(String)
        case capture(String)
    }

    /// All routes, in the order given.
    let routes: [Route]
    /// The targets by their number of segments, those with earlier literals first.
    private let targets: [Int: [Target]]

    /// Makes the table of some routes; of two for the same method and template the first is used.
    init(_ routes: [Route]) {
        var targets: [String: Target] = [:]
        for route in routes {
            let segments = Self.split(route.template).map(Self.segment)
            targets[route.template, default: Target(template: route.template, segments: segments, routes: [])]
                .routes.append(route)
        }
        self.routes = routes
        self.targets = Dictionary(grouping: targets.values) { $0.segments.count }
            .mapValues { $0.sorted { Self.precedes($0, $1) } }
    }

    /// What a method and a path, as sent, lead to. HEAD is served wherever GET is.
    func resolve(_ method: HTTPRequest.Method, _ path: String) -> Resolution {
        let segments = Self.split(path)
        for target in targets[segments.count] ?? [] {
            guard let parameters = Self.match(target.segments, segments) else { continue }
            let wanted = method == .head ? .get : method
            if let route = target.routes.first(where: { $0.method == wanted }) {
                return .found(route, parameters: parameters)
            }
            return .wrongMethod(template: target.template, allowed: Self.allowed(target.routes))
        }
        return .unknown
    }

    private static func allowed(_ routes: [Route]) -> [HTTPRequest.Method] {
        var methods = routes.map(\.method)
        if methods.contains(.get) { methods.append(.head) }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }

    private static func match(_ template: [Segment], _ path: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (segment, text) in zip(template, path) {
            switch segment {
            case .literal(let literal):
                guard literal == text else { return nil }
            case .capture(let name):
                guard !text.isEmpty, let value = PercentCoding.decode(text) else { return nil }
                parameters[name] = value
            }
        }
        return parameters
    }

    private static func split(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func segment(_ text: Substring) -> Segment {
        text.hasPrefix("{") ? .capture(String(text.dropFirst().dropLast())) : .literal(String(text))
    }

    /// A literal segment wins over a captured one in the same place.
    private static func precedes(_ left: Target, _ right: Target) -> Bool {
        for (one, other) in zip(left.segments, right.segments) where one != other {
            switch (one, other) {
            case (.literal, .capture): return true
            case (.capture, .literal): return false
            case (.literal, .literal), (.capture, .capture): continue
            }
        }
        return left.template < right.template
    }
}

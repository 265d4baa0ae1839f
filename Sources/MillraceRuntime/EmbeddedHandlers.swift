import MillraceDomain
import MillraceWorker

/// The code that a consumer's main brings along, by kind.
struct EmbeddedHandlers: Sendable {
    let plain: [String: any JobHandler]
    let transactional: [String: any TransactionalJobHandler]

    /// Together with the built-in handlers, of which each may be replaced by either sort.
    ///
    /// - Throws: `FieldError` for a name that is no kind, `KindTaken` for one that both sorts claim.
    func code(
        _ builtIn: [JobKind: any TransactionalJobHandler]
    ) throws -> (plain: [JobKind: any JobHandler], transactional: [JobKind: any TransactionalJobHandler]) {
        var code = (plain: HandlerSet.builtIn, transactional: builtIn)
        for (name, handler) in plain {
            let kind = try JobKind(name)
            code.transactional[kind] = nil
            code.plain[kind] = handler
        }
        for (name, handler) in transactional {
            guard plain[name] == nil else { throw KindTaken(kind: name) }
            code.transactional[try JobKind(name)] = handler
        }
        return code
    }
}

/// A kind has two handlers.
struct KindTaken: Error {
    let kind: String
}

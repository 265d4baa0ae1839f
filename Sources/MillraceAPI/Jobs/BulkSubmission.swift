import MillraceDomain

/// Many submissions of one request, each of which succeeds or fails on its own.
struct BulkSubmission: Sendable {
    private enum Item: Sendable {
        case readable(JobSubmission)
        case accepted(Job)
        case existing(Job, isArchived: Bool)
        case failed(Problem)
    }

    private var items: [Item]

    /// Reads each element, keeping the problems of those that cannot be read.
    init(_ elements: [JSONText], _ limits: APILimits) {
        items = elements.enumerated().map { index, json in
            do throws(DomainError) {
                let submission = try JobSubmission(json: json, at: "/jobs/\(index)", limits: limits.submission)
                return .readable(submission)
            } catch {
                return .failed(Problem(error))
            }
        }
    }

    /// The elements of `{"jobs": […]}`.
    ///
    /// - Throws: `DomainError.invalid` for anything else, and for too many.
    static func elements(of json: JSONText, _ limits: APILimits) throws(DomainError) -> [JSONText] {
        var object = try JSONObject.open(json)
        let jobs = object.take("jobs", "an array") { (json) throws(FieldError) -> [JSONText]? in
            guard let elements = json.elements else { return nil }
            guard elements.count <= limits.maxBulkJobs else {
                throw FieldError("", .tooLong, "must have at most \(limits.maxBulkJobs) jobs")
            }
            return elements
        }
        object.require(jobs, "jobs")
        try object.finish()
        return jobs ?? []
    }

    /// The submissions that could be read, in order.
    var readable: [JobSubmission] {
        items.compactMap { if case .readable(let submission) = $0 { submission } else { nil } }
    }

    /// Whether any of them is a job.
    var hasJobs: Bool {
        items.contains { item in
            switch item {
            case .accepted, .existing: true
            case .readable, .failed: false
            }
        }
    }

    /// The same with what became of the readable ones, in their order.
    func settled(_ results: [Result<SubmitOutcome, DomainError>]) -> BulkSubmission {
        let places = items.indices.filter { if case .readable = items[$0] { true } else { false } }
        var settled = self
        for (index, result) in zip(places, results) { settled.items[index] = Self.item(result, index) }
        return settled
    }

    /// Passes when nothing has failed.
    ///
    /// - Throws: one problem about everything that has; one that is no fault of the submission as it is.
    func requireNoProblem() throws(Problem) {
        var faults: [Problem.Fault] = []
        for (index, item) in items.enumerated() {
            guard case .failed(let problem) = item else { continue }
            guard problem.code.isAboutSubmission else { throw problem }
            faults += problem.faults
            if problem.faults.isEmpty {
                let fault = Problem.Fault(
                    pointer: "/jobs/\(index)/id", code: problem.code.rawValue, detail: problem.detail)
                faults.append(fault)
            }
        }
        guard !faults.isEmpty else { return }
        throw Problem(.validationFailed, "No job was accepted: \(faults.count) faults.", faults: faults)
    }

    /// `{items: [{index, status, job | problem}]}`
    var reply: RenderedReply {
        .json(capacity: 1024 * (items.count + 1)) { json in
            json.beginObject()
            json.name("items")
            json.beginArray()
            for (index, item) in items.enumerated() { Self.write(item, index, to: &json) }
            json.endArray()
            json.endObject()
        }
    }

    private static func item(_ result: Result<SubmitOutcome, DomainError>, _ index: Int) -> Item {
        switch result {
        case .success(.accepted(let job)): .accepted(job)
        case .success(.existing(let job, let isArchived)): .existing(job, isArchived: isArchived)
        case .success(.idTaken), .success(.archived): .failed(Problem(.conflict(.idTaken)))
        case .success(.uniqueConflict(let holder)), .success(.uniqueArchived(let holder)):
            .failed(Problem(.uniqueConflict(holder)))
        case .success(.unknownOwner): .failed(Problem(.unauthenticated))
        case .success(.overQuota(let excess)): .failed(Problem(.quotaExceeded(excess)))
        case .failure(.invalid(let faults)):
            .failed(Problem(.invalid(faults.map { $0.under("/jobs/\(index)") })))
        case .failure(let error): .failed(Problem(error))
        }
    }

    private static func write(_ item: Item, _ index: Int, to json: inout JSONWriter) {
        json.beginObject()
        json.name("index")
        json.value(index)
        json.name("status")
        switch item {
        case .accepted(let job):
            json.value(202)
            json.name("job")
            job.write(to: &json)
        case .existing(let job, let isArchived):
            json.value(200)
            json.name("job")
            job.write(to: &json, isArchived: isArchived)
        case .failed(let problem):
            write(problem, to: &json)
        case .readable:
            // No outcome came back for it: the store broke its contract.
            write(Problem(.failure), to: &json)
        }
        json.endObject()
    }

    private static func write(_ problem: Problem, to json: inout JSONWriter) {
        json.value(problem.code.status)
        json.name("problem")
        problem.write(to: &json)
    }
}

extension ProblemCode {
    /// Whether another submission would fare better.
    fileprivate var isAboutSubmission: Bool {
        switch self {
        case .unauthenticated, .quotaExceeded: false
        default: status < 500
        }
    }
}

import MillraceDomain

extension QuotaStanding {
    /// Writes how much there is, how much there may be, and which limits are the user's own.
    ///
    /// - Parameter defaults: what holds where the user has no limit of its own.
    func write(to json: inout JSONWriter, defaults: Quota) {
        let limits = own.falling(backTo: defaults)
        json.beginObject()
        Self.write(.liveJobs, usage.liveJobs, limits.liveJobs, own.liveJobs, to: &json)
        Self.write(.payloadBytes, usage.payloadBytes, limits.payloadBytes, own.payloadBytes, to: &json)
        json.endObject()
    }

    private static func write(
        _ resource: QuotaExcess.Resource, _ used: Int, _ limit: Int?, _ own: Int?, to json: inout JSONWriter
    ) {
        json.name(resource.rawValue)
        json.beginObject()
        json.name("used")
        json.value(used)
        json.name("limit")
        if let limit { json.value(limit) } else { json.null() }
        json.name("is_own")
        json.value(own != nil)
        json.endObject()
    }
}

extension Quota {
    /// Reads `{live_jobs?, payload_bytes?}`; what is absent or null is not limited here.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText) throws(DomainError) {
        let range = 0...Int64(Self.greatest)
        var object = try JSONObject.open(json)
        let liveJobs = object.takeInteger(QuotaExcess.Resource.liveJobs.rawValue, in: range)
        let payloadBytes = object.takeInteger(QuotaExcess.Resource.payloadBytes.rawValue, in: range)
        try object.finish()
        self.init(liveJobs: liveJobs.map { Int($0) }, payloadBytes: payloadBytes.map { Int($0) })
    }
}

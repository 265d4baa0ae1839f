import MillraceDomain

extension KindDescription {
    /// Writes the kind as clients see it; where a handler lives is nobody's business.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("kind")
        json.value(kind.text)
        json.name("handler")
        json.value(driver.name)
        json.name("policy")
        json.beginObject()
        json.name("timeout_ms")
        json.value(policy.timeout.milliseconds)
        json.name("max_attempts")
        json.value(policy.maxAttempts)
        json.name("retry")
        json.beginObject()
        json.name("base_ms")
        json.value(policy.retry.base.milliseconds)
        json.name("cap_ms")
        json.value(policy.retry.cap.milliseconds)
        json.name("max_age_ms")
        json.value(policy.retry.maxAge.milliseconds)
        json.endObject()
        json.name("ordering")
        json.beginObject()
        json.name("on_dead")
        json.value(policy.onDead.rawValue)
        json.endObject()
        json.endObject()
        json.endObject()
    }
}

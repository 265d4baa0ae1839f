import MillraceDomain

extension AuditEntry {
    /// Writes the entry as clients see it.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("at")
        json.value(at)
        json.name("actor")
        actor.write(to: &json)
        json.name("action")
        json.value(action.word)
        json.name("subject")
        json.beginObject()
        json.name("type")
        json.value(subject.type)
        json.name("id")
        json.value(subject.id)
        json.endObject()
        json.name("result")
        json.value(result)
        json.name("request_id")
        json.value(requestID)
        json.endObject()
    }
}

extension AuditActor {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("type")
        switch self {
        case .user(let user, let token):
            json.value("user")
            json.name("user_id")
            json.value(user.description)
            json.name("token_id")
            json.value(token?.description)
        case .process(let name):
            json.value("process")
            json.name("name")
            json.value(name)
        }
        json.endObject()
    }
}

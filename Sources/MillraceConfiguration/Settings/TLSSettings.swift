/// Where the API's certificate and its key are.
public struct TLSSettings: Sendable, Equatable {
    /// The certificate and those that it depends on, in PEM (`http.tls.certificateFile`).
    public var certificateFile: String
    /// Its key, in PEM without a passphrase (`http.tls.keyFile`).
    public var keyFile: String

    /// Nil where neither is set; one alone is an error.
    init?(reading values: inout SettingsReader) {
        let names = ["http.tls.certificateFile", "http.tls.keyFile"]
        let paths = names.map { values.optionalString($0, expected: "a path") }
        switch (paths[0], paths[1]) {
        case (let certificate?, let key?):
            (certificateFile, keyFile) = (certificate, key)
        case (nil, nil):
            return nil
        case (.some, nil), (nil, .some):
            let missing = paths[0] == nil ? 0 : 1
            values.report(names[missing], source: nil, "is missing; \(names[1 - missing]) is set")
            return nil
        }
    }
}

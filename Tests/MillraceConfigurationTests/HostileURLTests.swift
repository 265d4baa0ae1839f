import MillraceConfiguration
import Testing

/// What stands in a catalogue where a receiver's URL should.
@Suite struct `A receiver's URL` {
    @Test(arguments: [
        "", "h", "h/x", "//h/x", "/x", "http", "http:", "http:/h", "http://", "http:///x", "http://:80/", "http://[::1",
        "ftp://h/", "file:///etc/passwd", "unix:/run/x", "http+unix://%2Frun%2Fx/", "javascript:alert(1)", "data:,x",
        "gopher://h/", "ws://h/", "http://me@h/", "http://me:secret@h/", "http://@h/", "https://h/#top",
        "HTTPX://h/", " http://h/",
    ])
    func `names a host by HTTP, or is refused without being quoted`(url: String) throws {
        try withFile("x: {driver: http, secret: s, url: '\(url)'}") { (path) throws in
            let reason = "is not an http:// or https:// URL (without user and fragment)"
            #expect(problems(.api, [], ["HANDLERS_FILE": path]) == ["handlers.x.url (file \(path)): \(reason)"])
        }
    }

    @Test(arguments: ["http://h", "HTTPS://h/", "http://h:8080/x?y=z", "http://[::1]/", "http://192.0.2.1/%20"])
    func `may be any other`(url: String) throws {
        try withFile("x: {driver: http, secret: s, url: '\(url)'}") { (path) throws in
            #expect(problems(.api, [], ["HANDLERS_FILE": path]).isEmpty)
        }
    }
}

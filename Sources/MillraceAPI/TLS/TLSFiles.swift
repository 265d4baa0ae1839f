import FoundationEssentials
import MillraceConfiguration
import NIOCore
import NIOSSL

/// Where a certificate with its chain and its key are, each in PEM.
struct TLSFiles: Sendable, Equatable {
    let certificate: String
    let key: String

    /// Reads both. Blocks.
    ///
    /// - Throws: `ConfigurationError` that names the key of the file that cannot be used.
    func load() throws(ConfigurationError) -> TLSPair {
        let chain = try loadChain()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(try loadKey()))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        // For a client to agree on the end of a connection; after that it ends all the same.
        configuration.shutdownTimeout = .seconds(1)
        do {
            return TLSPair(
                context: try NIOSSLContext(configuration: configuration),
                endsAt: chain.map { Int($0.notValidAfter) }.min() ?? 0)
        } catch {
            throw Self.unusable("keyFile", key, "does not belong to the certificate")
        }
    }

    private func loadChain() throws(ConfigurationError) -> [NIOSSLCertificate] {
        let bytes = try Self.read("certificateFile", certificate)
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw Self.unusable("certificateFile", certificate, "holds no certificate in PEM")
        }
        guard !chain.isEmpty else { throw Self.unusable("certificateFile", certificate, "holds no certificate in PEM") }
        return chain
    }

    private func loadKey() throws(ConfigurationError) -> NIOSSLPrivateKey {
        let bytes = try Self.read("keyFile", key)
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw Self.unusable("keyFile", key, "holds no key in PEM without a passphrase")
        }
    }

    private static func read(_ name: String, _ path: String) throws(ConfigurationError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw unusable(name, path, "cannot be read")
        }
        return Array(data)
    }

    private static func unusable(_ name: String, _ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError([.init(key: "http.tls.\(name)", source: "file \(path)", reason: reason)])
    }
}

/// A certificate and its key, ready for connections.
struct TLSPair: Sendable {
    let context: NIOSSLContext
    /// When the certificate, or one of its chain, is no longer valid, in Unix seconds.
    let endsAt: Int
}

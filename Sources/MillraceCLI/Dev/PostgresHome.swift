import FoundationEssentials
import Glibc

/// The private directory of a development Postgres: its data, its socket, its password. Mode 0700, and owned by the
/// user that the server runs as: ourselves, or `postgres` when we are root, because Postgres refuses to run as root.
struct PostgresHome: Sendable {
    /// An absolute path.
    let path: String
    /// The user to become when we are root.
    let user: String?

    var data: String { path + "/data" }
    var passwordFile: String { path + "/password" }
    /// Nil when its path would be too long for a socket address (107 bytes, with `/.s.PGSQL.65535` behind it).
    var socketDirectory: String? { path.utf8.count <= 85 ? path : nil }

    /// The account that the server runs as when we are root.
    static let account = "postgres"

    /// Makes the directory, or takes it as it is.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be made, or when it is another user's.
    init(at path: String) throws {
        self.path = path
        user = getuid() == 0 ? Self.account : nil
        let owner = try Self.owner(user)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw CommandFailure("cannot make \(path): \(SystemError.last)")
        }
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure("\(path) is not a directory")
        }
        // In a place where everybody may write, the name may have been taken by somebody with plans of his own.
        guard info.st_uid == owner.uid || info.st_uid == getuid() else {
            throw CommandFailure("\(path) belongs to another user (uid \(info.st_uid))")
        }
        guard chown(path, owner.uid, owner.gid) == 0, chmod(path, 0o700) == 0 else {
            throw CommandFailure("cannot own \(path): \(SystemError.last)")
        }
    }

    /// A home below a directory of ours, or, when the server's user cannot get there (root's own directories), one
    /// below /var/tmp whose name is derived from the path and so stays the same.
    static func persistent(below directory: String) throws -> PostgresHome {
        let near = directory + "/postgres"
        guard getuid() == 0, !isReachable(directory) else { return try PostgresHome(at: near) }
        let hash = directory.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return try PostgresHome(at: "/var/tmp/millrace-dev-" + String(hash, radix: 16))
    }

    /// A home that nobody has seen before, to be thrown away.
    static func temporary() throws -> PostgresHome {
        var template = Array("/tmp/millrace-pg-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure("cannot make a directory in /tmp: \(SystemError.last)")
        }
        return try PostgresHome(at: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Removes everything.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Gives a file that we made to the server's user.
    func own(_ file: String) throws {
        let owner = try Self.owner(user)
        guard chown(file, owner.uid, owner.gid) == 0 else {
            throw CommandFailure("cannot hand \(file) over: \(SystemError.last)")
        }
    }

    /// Whether every directory on the way lets other users pass.
    private static func isReachable(_ directory: String) -> Bool {
        var path = ""
        for part in directory.split(separator: "/") {
            path += "/\(part)"
            var info = stat()
            guard stat(path, &info) == 0, info.st_mode & S_IXOTH != 0 else { return false }
        }
        return true
    }

    private static func owner(_ user: String?) throws -> (uid: uid_t, gid: gid_t) {
        guard let user else { return (getuid(), getgid()) }
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 4096)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw CommandFailure("there is no user \(user) to run Postgres as: run `make setup`")
        }
        return (entry.pw_uid, entry.pw_gid)
    }
}

/// What holds for every handler that is an HTTP call.
public struct WebhookSettings: Sendable, Equatable {
    /// Networks in CIDR notation that may be called although they are private (`webhooks.allowPrivateNetworks`).
    public var allowPrivateNetworks: [String]
    /// The secrets that sign calls of kinds without their own; the first is the newest (`webhooks.secrets`).
    public var secrets: [Secret]

    init(reading values: inout SettingsReader) {
        allowPrivateNetworks = values.list(
            "webhooks.allowPrivateNetworks", expected: "a list of networks like 10.0.0.0/8 or fd00::/8",
            where: NetworkNotation.isValid)
        secrets = values.list(
            "webhooks.secrets", isSecret: true, expected: "a list of secrets (base64 after whsec_)",
            where: SigningKey.isValid
        ).map(Secret.init)
    }
}

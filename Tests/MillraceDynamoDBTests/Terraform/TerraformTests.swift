import Foundation
import MillraceDomain
import Testing

@testable import MillraceDynamoDB

/// The module of `deploy/terraform`, applied to the endpoint of the tests.
@Suite(
    .enabled("terraform is not installed") { Terraform.isInstalled },
    .enabled(
        """
        terraform finds no AWS provider on this machine; TF_CLI_ARGS_init=-plugin-dir=<folder with \
        registry.terraform.io> shows it one
        """
    ) { await Terraform.canInitialise() })
struct TerraformTests {
    enum Variant: String, CaseIterable {
        case onDemand = "on-demand"
        case provisioned
    }

    @Test func `the files are formatted`() async throws {
        let unformatted = try await Terraform.withCopy { try await $0.run(["fmt", "-check", "-diff", "-recursive"]) }
        #expect(unformatted.status == 0, "\(unformatted.text)")
    }

    @Test func `bad values are refused before anything is made`() async throws {
        let reasons = [
            #"table_name = "a""#: "3 to 255", #"billing_mode = "FREE""#: "PAY_PER_REQUEST or PROVISIONED",
            #"kms_key_arn = "alias/x""#: "ARN of a key", "target_utilization_percent = 95": "20 to 90 percent",
            "capacity = { table = { read_min = 0 } }": "whole numbers from 1",
            "capacity = { by_owner = { write_min = 9, write_max = 8 } }": "must not exceed its maximum",
        ]
        let modules = reasons.keys.enumerated().map { index, setting in
            "module \"bad\(index)\" {\n  source = \"../..\"\n  \(setting)\n}\n"
        }
        let output = try await Terraform.withCopy { terraform in
            let root = terraform.folder.appending(path: "examples/bad")
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try Data(modules.joined().utf8).write(to: root.appending(path: "main.tf"))
            try await terraform.succeed(["init"], in: "examples/bad")
            return try await terraform.run(["validate"], in: "examples/bad")
        }
        #expect(output.status == 1)
        #expect(output.errors.components(separatedBy: "Invalid value for variable").count == reasons.count + 1)
        for reason in reasons.values { #expect(output.errors.contains(reason), "\(output.errors)") }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Variant.allCases)
    func `a variant makes the archive's table and leaves nothing to change`(_ variant: Variant) async throws {
        try await withDeployment(variant) { deployment in
            let again = try await deployment.terraform.run(
                ["plan", "-detailed-exitcode"] + deployment.variables, in: deployment.path)
            #expect(again.status == 0, "\(again.text) \(again.errors)")
            let shape = try await TableShape(of: deployment.table, deployment.client)
            #expect(shape == TableShape.archive)
            #expect(shape == deployment.created)
            try await expectProtection(deployment, variant)
            try await expectPolicies(deployment, variant)
        }
    }

    private func expectProtection(_ deployment: Deployment, _ variant: Variant) async throws {
        let table = try await deployment.client.call("DescribeTable", name: deployment.table).member("Table")
        let billing = table?.member("BillingModeSummary")?.text(of: "BillingMode")
        #expect(billing == (variant == .onDemand ? "PAY_PER_REQUEST" : "PROVISIONED"))
        let encryption = table?.member("SSEDescription")?.text(of: "SSEType")
        #expect(encryption == (variant == .onDemand ? nil : "KMS"))
        let backups = try await deployment.client.call("DescribeContinuousBackups", name: deployment.table)
        let recovery = backups.member("ContinuousBackupsDescription")?.member("PointInTimeRecoveryDescription")
        #expect(recovery?.text(of: "PointInTimeRecoveryStatus") == "ENABLED")
    }

    /// Exactly the operations that the program calls, on nothing but this table.
    private func expectPolicies(_ deployment: Deployment, _ variant: Variant) async throws {
        let json = try await deployment.terraform.succeed(["output", "-json", "policies"], in: deployment.path)
        let policies = try JSONDecoder().decode([String: Policy].self, from: Data(json.utf8))
        let hasKey = variant != .onDemand
        let key: Set<String> = hasKey ? ["kms:Decrypt", "kms:DescribeKey"] : []
        let writing: Set<String> = hasKey ? ["kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"] : []
        let reads: Set<String> = ["dynamodb:Query", "dynamodb:BatchGetItem"]
        #expect(policies["api"]?.actions == reads.union(key))
        #expect(policies["consumer"]?.actions == reads.union(key).union(writing).union(["dynamodb:BatchWriteItem"]))
        for policy in policies.values {
            for resource in policy.resources where !resource.contains(":key/") {
                #expect(resource.contains(":table/\(deployment.table)"))
                #expect(!resource.hasSuffix("*"))
            }
        }
    }
}

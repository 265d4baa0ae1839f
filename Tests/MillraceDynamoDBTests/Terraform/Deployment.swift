import Foundation
import Testing

@testable import MillraceDynamoDB

/// An example of the module, applied.
struct Deployment {
    let terraform: Terraform
    /// The example's folder in the copy.
    let path: String
    let table: String
    let client: DynamoDBClient
    /// The shape of a table that `createTable()` made beside it.
    let created: TableShape

    var variables: [String] { ["-var", "table_name=\(table)", "-var", "deletion_protection=false"] }
}

/// Applies the variant's example, runs `body`, destroys what was made and checks that it is gone.
func withDeployment(
    _ variant: TerraformTests.Variant, _ body: (Deployment) async throws -> Void
) async throws {
    try await withArchive { test in
        let client = test.client
        let created = try await TableShape(of: test.table, client)
        try await Terraform.withCopy { terraform in
            let deployment = Deployment(
                terraform: terraform, path: "examples/\(variant.rawValue)", table: "terraform-\(UUID().uuidString)",
                client: client, created: created)
            try await terraform.succeed(["init"], in: deployment.path)
            try await terraform.succeed(["validate"], in: deployment.path)
            let outcome: Result<Void, any Error>
            do {
                try await terraform.succeed(["apply", "-auto-approve"] + deployment.variables, in: deployment.path)
                try await body(deployment)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            try await terraform.succeed(["destroy", "-auto-approve"] + deployment.variables, in: deployment.path)
            try outcome.get()
            let gone = await #expect(throws: DynamoDBError.self) {
                try await client.call("DescribeTable", name: deployment.table)
            }
            #expect(gone?.kind == .notFound)
        }
    }
}

/// An IAM policy document, as far as these tests ask.
struct Policy: Decodable {
    /// A text or a list of them, as IAM writes both.
    private struct Texts: Decodable {
        let values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
        }
    }

    private struct Statement: Decodable {
        let actions: Texts
        let resources: Texts

        enum CodingKeys: String, CodingKey {
            case actions = "Action"
            case resources = "Resource"
        }
    }

    private let statements: [Statement]

    enum CodingKeys: String, CodingKey {
        case statements = "Statement"
    }

    var actions: Set<String> { Set(statements.flatMap(\.actions.values)) }
    var resources: Set<String> { Set(statements.flatMap(\.resources.values)) }
}

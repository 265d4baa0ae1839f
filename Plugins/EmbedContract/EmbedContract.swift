import Foundation
import PackagePlugin

/// Puts `openapi.yaml` into the target that serves it, so that a container needs no extra files.
@main
struct EmbedContract: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let file = context.package.directoryURL.appending(path: "openapi.yaml")
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedContract.swift")
        return [
            .buildCommand(
                displayName: "Embedding openapi.yaml",
                executable: try context.tool(named: "TextEmbedder").url,
                arguments: [output.path, "EmbeddedContract", file.path],
                inputFiles: [file],
                outputFiles: [output])
        ]
    }
}

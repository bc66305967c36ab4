// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target of the project.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests may read raw memory freely; everything else stays as strict.
let testing: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Data modules return spans of memory that they own. Imaging and Inference have it for Swift 6.2 alone, which asks for `@_lifetime` on
/// every `inout` span of a function that takes other spans too; 6.3 takes the same for granted.
let lending: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let optimizedC: [CSetting] = [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"])]
let plainC: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

func target(_ name: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name), "TestKit"] + dependencies, exclude: exclude,
        swiftSettings: testing)
}

let package = Package(
    name: "Picket",
    products: [.executable(name: "picket", targets: ["picket"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Level 0: C and plain values
        .target(name: "CKernels", cSettings: optimizedC),
        .target(name: "CV4L2", cSettings: plainC, linkerSettings: [.linkedLibrary("v4l2")]),
        .target(name: "CJPEG", cSettings: plainC, linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CGPIO", cSettings: plainC, linkerSettings: [.linkedLibrary("gpiod")]),
        target("FixedPoint"),
        target("Frames", [], lending),
        target("Settings", ["Yams"]),
        // Level 1
        target("Threads", ["Frames"]),
        target("Tensors", ["FixedPoint"], lending),
        target("Predictions", ["Frames"]),
        target("Capture", ["Frames", "Settings", "Threads", "CV4L2"]),
        target("Storage", [.product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift")]),
        // Level 2
        target("Imaging", ["Frames", "Tensors", "CJPEG"], lending),
        target("ModelGraph", ["Tensors"]),
        target("Learning", ["FixedPoint", "Frames", "Predictions", "CKernels"], lending),
        target("Operators", ["FixedPoint", "Predictions", "Settings"]),
        target("Actions", ["Frames", "Predictions", "Settings", "Threads", "CGPIO"]),
        target("Journal", ["Frames", "Predictions", "Settings", "Storage", "Threads", .product(name: "GRDB", package: "GRDB.swift")]),
        target("Samples", ["Frames", "Predictions", "Storage", .product(name: "GRDB", package: "GRDB.swift")]),
        // Level 3
        target("TFLite", ["ModelGraph"]),
        target("Inference", ["ModelGraph", "Threads", "CKernels"], lending),
        // Level 4
        target(
            "Models",
            [
                "FixedPoint", "Frames", "Imaging", "TFLite", "ModelGraph", "Inference", "Predictions", "Settings", "Tensors",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // Level 5
        target("Workflow", ["Frames", "Learning", "Models", "Operators", "Predictions", "Settings"]),
        // Level 6
        target(
            "Appliance",
            [
                "Actions", "Capture", "FixedPoint", "Frames", "Imaging", "Inference", "Journal", "Learning", "Models", "Operators",
                "Predictions", "Samples", "Settings", "Storage", "Threads", "Workflow", .product(name: "Logging", package: "swift-log"),
            ]),
        // Level 7
        .executableTarget(
            name: "picket",
            dependencies: [
                "Actions", "Appliance", "Capture", "Frames", "Imaging", "Inference", "Journal", "Learning", "ModelGraph", "Models",
                "Predictions", "Samples", "Settings", "Storage", "Tensors", "TFLite", "Threads", "Workflow",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // Tests
        .target(
            name: "TestKit", dependencies: ["Frames", "Tensors", "ModelGraph", "Predictions", "TFLite"], path: "Tests/TestKit",
            swiftSettings: testing),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests("FixedPoint"),
        tests("Frames"),
        tests("Settings"),
        tests("Threads", ["Frames"]),
        tests("Predictions", ["Frames"]),
        tests("Capture", ["Frames", "Settings", "Threads"]),
        tests("Storage"),
        tests("Imaging", ["Frames", "Tensors"], exclude: ["make_pillow_goldens.py"]),
        tests("ModelGraph", ["Tensors"]),
        tests("Learning", ["CKernels", "FixedPoint", "Frames", "Predictions"], exclude: ["Goldens", "make_coco_goldens.py"]),
        tests("Operators", ["FixedPoint", "Frames", "Predictions", "Settings"]),
        tests("Actions", ["Frames", "Settings"]),
        tests("Journal", ["Frames", "Predictions", "Settings", "Storage", "Threads", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("Samples", ["Frames", "Predictions"]),
        tests("TFLite", ["ModelGraph", "Tensors"]),
        tests("Inference", ["CAllocationCounter", "CKernels", "FixedPoint", "ModelGraph", "Tensors"], exclude: ["Goldens"]),
        tests("Workflow", ["Frames", "Learning", "Operators", "Predictions", "Settings"]),
        tests("Models", ["FixedPoint", "Frames", "Imaging", "Inference", "ModelGraph", "Predictions", "Settings", "Tensors", "TFLite"]),
        tests(
            "Appliance",
            [
                "Actions", "Capture", "FixedPoint", "Frames", "Imaging", "Inference", "Journal", "Learning", "Models", "Predictions",
                "Samples", "Settings", "Storage", "TFLite", "Threads", "Workflow", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "ArchitectureTests", swiftSettings: testing),
        .testTarget(
            name: "GoldenTests", dependencies: ["CAllocationCounter", "Inference", "ModelGraph", "TFLite", "Tensors", "TestKit"],
            swiftSettings: testing),
    ]
)

import Settings
import TestKit
import Testing

/// What a text reads as, or the issues that it has.
private func outcome(_ text: String) -> Result<SettingsNode, SettingsError> {
    Result { () throws(SettingsError) in try SettingsDocument.parse(text, file: "p.yaml") }
}

private func complaint(_ text: String) -> String {
    switch outcome(text) {
    case .success(let node): "fine: \(node.content)"
    case .failure(let error): error.description
    }
}

@Suite struct DocumentTests {
    @Test func valuesKeepTheirTextPlaceAndPath() throws {
        let root = try SettingsDocument.parse("a: 1\nlist:\n  - {on: off}\n  - 'x'\n", file: "p.yaml")
        #expect(root["a"]?.content == .scalar("1"))
        guard case .sequence(let items)? = root["list"]?.content else {
            Issue.record("not a list")
            return
        }
        #expect(items[0]["on"]?.content == .scalar("off"))
        #expect(items[0]["on"]?.path == "list[0].on")
        #expect(items[0]["on"]?.position == Position(line: 3, column: 10))
        #expect(items[1].position == Position(line: 4, column: 5))
    }

    @Test func wordsThatLookLikeTruthValuesStayWords() throws {
        for word in ["on", "off", "yes", "no", "no_helmet", "1e3", "0x10", "12:30", "2024-01-01", ".inf"] {
            #expect(try SettingsDocument.parse("a: \(word)", file: "p.yaml")["a"]?.content == .scalar(word))
        }
        for nothing in ["", "~", "null"] {
            #expect(try SettingsDocument.parse("a: \(nothing)", file: "p.yaml")["a"]?.content == .null)
        }
        #expect(try SettingsDocument.parse("a: 'null'", file: "p.yaml")["a"]?.content == .scalar("null"))
    }

    @Test func byteOrderMarkAndWindowsLineEndsAreFine() throws {
        let plain = try SettingsDocument.parse("a: 1\nb:\n  - c: 2\n", file: "p.yaml")
        #expect(try SettingsDocument.parse("\u{FEFF}a: 1\r\nb:\r\n  - c: 2\r\n", file: "p.yaml") == plain)
    }

    @Test func unquotedComparisonIsToldToBeQuoted() {
        let told = "a value cannot start with > or | without quotes; put it in quotes, as in \">= 0.60\""
        #expect(complaint("concepts: {person: >= 0.60}") == "p.yaml:1:20: " + told)
        #expect(complaint("count: > 3") == "p.yaml:1:8: " + told)
        #expect(complaint("a: 1\ntext: |\n  long") == "p.yaml:2:7: " + told)
        #expect(complaint("list:\n  - >\n    folded") == "p.yaml:2:5: " + told)
    }

    @Test func quotedAndCommentedSignsAreFine() throws {
        let text =
            "a: '>= 1' # > | & * ! [[[\nb: \"it's [ok] & {so}\"\nc: it's - fine, isn't it\nd: R&D, sand & gravel\ne: a>b|c*d!e\nf: 'don''t &'\n"
        guard case .mapping(let entries) = try SettingsDocument.parse(text, file: "p.yaml").content else { return }
        #expect(
            entries.map(\.value.content) == [
                .scalar(">= 1"), .scalar("it's [ok] & {so}"), .scalar("it's - fine, isn't it"), .scalar("R&D, sand & gravel"),
                .scalar("a>b|c*d!e"), .scalar("don't &"),
            ])
    }

    @Test func tabsInTheIndentationAreTold() {
        #expect(complaint("a:\n\tb: 1") == "p.yaml:2:1: a tab in the indentation; use spaces")
        #expect(complaint("a:\n  \tb: 1") == "p.yaml:2:3: a tab in the indentation; use spaces")
        #expect(complaint("a: 1\t# a comment").hasPrefix("fine"))
    }

    @Test func duplicateKeysAreTold() {
        #expect(complaint("a: 1\nb: 2\na: 3") == "p.yaml:1:1: the key 'a' is given twice; keep one of them")
        #expect(complaint("x:\n  '1': a\n  1: b").contains("is given twice"))
    }

    @Test func emptyAndScalarFilesAreTold() {
        #expect(complaint("") == "p.yaml:1:1: the file is empty")
        #expect(complaint("# nothing\n") == "p.yaml:1:1: the file is empty")
        #expect(complaint("a: 1\n---\nb: 2") == "p.yaml:2:1: a second document starts here; keep all settings in one, without ---")
        #expect(complaint("---\na: 1\n").hasPrefix("fine"))
    }

    @Test func brokenSyntaxNamesThePlace() {
        #expect(complaint("a: [1, 2\nb: 3").hasPrefix("p.yaml:2:"))
        #expect(complaint("a: 'open\n").hasPrefix("p.yaml:"))
        #expect(complaint("a: b: c").hasPrefix("p.yaml:1:"))
        #expect(complaint("a: @x").hasPrefix("p.yaml:1:4: "))
    }
}

@Suite struct HostileDocumentTests {
    @Test func anchorsAreRefusedWhereverTheyHide() {
        // Each of these made a scanner that loses track of quotes or comments overlook what follows.
        for text in [
            "a: &x 1\nb: *x", "- &x 1", "{a: &x 1}", "a: -'\nb: &x 1\nc: '", "a: b:'\nb: &x 1\nc: '", "a: b,'\nb: &x 1 # '",
            "a: [b:#, &x c]",
            "# comment\r- &x 1", "# comment\u{85}- &x 1", "# comment\u{2028}- &x 1", "x: ['a'#, '\n, &x b]", "a: b\n  'c\nd: &x 1 # '",
            "a: \"\\\n&x b\"", "? &x a\n: b", "a: !t &x b",
        ] {
            #expect(!complaint(text).hasPrefix("fine"), "\(text)")
        }
        #expect(complaint("a: *x") == "p.yaml:1:4: aliases are not supported; repeat the value, or put the text in quotes")
        #expect(complaint("a: &x 1") == "p.yaml:1:4: anchors are not supported; repeat the value, or leave a blank after the &")
        #expect(complaint("a: !!binary aGVsbG8=") == "p.yaml:1:4: tags are not supported; put the text in quotes")
    }

    @Test func expandingAliasesAreRefusedAtOnce() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<12 { text += "a\(level): &a\(level) [" + (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]\n" }
        #expect(complaint(text).hasPrefix("p.yaml:1:5: anchors are not supported"))
    }

    @Test func deepNestingIsRefused() {
        for count in [33, 1_000, 100_000] {
            let told = "nested more than 32 levels deep"
            #expect(complaint(String(repeating: "[", count: count)).contains(told))
            #expect(complaint(String(repeating: "{a: ", count: count / 2 + 20)).contains(told))
            #expect(complaint(String(repeating: "- ", count: count) + "a").contains(told))
            #expect(complaint(String(repeating: "? ", count: count) + "a").contains(told))
        }
        let inside = String(repeating: "[", count: 30) + "1" + String(repeating: "]", count: 30)
        #expect(complaint("a: " + inside).hasPrefix("fine"))
    }

    @Test func deepIndentationIsRefused() {
        for count in [40, 600] {
            let text = (0..<count).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
            #expect(complaint(text).contains("deep") || complaint(text).contains("nesting"), "\(count)")
        }
    }

    @Test func nestingThatLooksLikeAQuotedTextEndsAtTheParsersLimit() {
        // The quote belongs to a plain text over two lines, so that the guard takes the brackets for quoted ones.
        let text = "a: b\n  'c\nd: " + String(repeating: "[", count: 20_000) + "\n# '"
        #expect(!complaint(text).hasPrefix("fine"))
    }

    @Test func oversizeFilesAreRefused() {
        let size = SettingsDocument.maximumByteCount
        #expect(complaint(String(repeating: "#", count: size + 1)) == "p.yaml:1:1: the file has 262145 bytes, the limit is 262144")
        #expect(complaint("a: " + String(repeating: "x", count: size - 3)).hasPrefix("fine"))
        #expect(complaint("[" + String(repeating: "a,", count: 60_000) + "]") == "p.yaml:1:1: the file has more than 50000 values")
    }

    @Test func longKeysDoNotMakeLongPathsOrMessages() throws {
        let key = String(repeating: "k", count: 100_000)
        let root = try SettingsDocument.parse("? " + key + "\n: [" + String(repeating: "a,", count: 40_000) + "]", file: "p.yaml")
        guard case .mapping(let entries) = root.content, case .sequence(let items) = entries[0].value.content else { return }
        #expect(items.allSatisfy { $0.path.utf8.count < 300 })
        let collector = IssueCollector(file: "p.yaml")
        Section(root, collector).finish()
        #expect(collector.issues.allSatisfy { $0.description.utf8.count < 400 })
    }

    @Test func controlCharactersAreToldAndNeverPrinted() {
        #expect(complaint("a: \u{0}b") == "p.yaml:1:4: a control character; remove it")
        #expect(complaint("a: \u{1B}[31m") == "p.yaml:1:4: a control character; remove it")
        #expect(Excerpt.quoted("\u{1B}[31mred\n\u{202E}") == "'?[31mred??'")
        #expect(Excerpt.quoted(String(repeating: "x", count: 70)) == "'" + String(repeating: "x", count: 60) + "...'")
        // Escapes in quoted text bring them back: they must not reach a terminal through a message.
        let collector = IssueCollector(file: "p.yaml")
        guard case .success(let root) = outcome("\"\\e[31m\\x07\": 1") else { return }
        Section(root, collector).finish()
        #expect(collector.issues.map(\.description) == ["p.yaml:1:1: ?[31m?: unknown key '?[31m?'; there is none to choose from"])
    }

    @Test func keysThatAreNotWordsAreTold() {
        #expect(complaint("{[a]: 1}").contains("a key must be a word"))
        #expect(complaint("? {a: 1}\n: 2").contains("a key must be a word"))
        #expect(complaint("<<: {a: 1}").hasPrefix("fine"), "a merge key is only an unknown key")
    }

    @Test func mutantsNeverCrash() {
        let text = """
            version: 1
            camera: {device: /dev/video0, size: 640x480, format: [MJPG, YUYV]}
            nodes:
              - id: people        # the first
                type: visual-detector
                inputs: [camera]
                concepts: {person: ">= 0.60", 'it''s': "0.2..0.8"}
              - {id: "sure\\t", inputs: [people]}
            """
        var fineCount = 0
        for seed in 0..<1_500 {
            var mutator = TextMutator(seed: UInt64(seed))
            let mutant = mutator.mutant(of: text)
            if case .success(let root) = outcome(mutant) {
                fineCount += 1
                let collector = IssueCollector(file: "p.yaml")
                Section(root, collector).finish()
                #expect(collector.issues.allSatisfy { $0.position.line >= 1 }, "seed \(seed)")
            }
        }
        #expect(fineCount > 100, "the mutants are not all hopeless")
    }
}

enum LookupReference {
    /// output[i] = table[input[i]] for i in 0..<count.
    @_lifetime(output: copy output)
    static func lookUp(_ input: Span<UInt8>, in table: Span<UInt8>, into output: inout MutableSpan<UInt8>, count: Int) {
        precondition(table.count == 256 && input.count >= count && output.count >= count)
        for index in 0..<count { output[index] = table[Int(input[index])] }
    }
}

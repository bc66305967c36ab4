import ModelGraph
import Tensors
import Testing

@Suite("Graphs")
struct GraphTests {
    @Test func graphWithoutInputsIsRefused() {
        #expect(throws: GraphError(path: "inputs", reason: "is empty, a model needs at least one input")) {
            try Graph(name: "empty", tensors: [], layers: [], inputs: [], outputs: [])
        }
    }
}

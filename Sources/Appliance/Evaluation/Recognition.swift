import Learning

/// What a head or classifier said of things whose names are known, ready to be summed up.
struct Recognition {
    enum Subject: String, Encodable { case head, classifier }

    let subject: Subject
    let name: String
    /// How the samples were judged, for people.
    let procedure: String
    let concepts: [String]
    let trials: [Trial]
    /// Where `unknown` begins.
    var noveltyLimit: Int64?
    /// Of the method; nil where there is none.
    var temperature: Double?
    /// What the samples would ask for; nil where it cannot be said.
    var suggestedTemperature: Double?
    /// When no stranger is among the trials: the curve that stands for them.
    var standIn: OpenSetCurve?
    /// How many of the pictures the head had learned: they say little.
    var learnedBefore = 0
    /// The last concept gathers all labels that the data set does not have.
    var hasOthers = false
}

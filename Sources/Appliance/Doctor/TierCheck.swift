import Inference

/// Which kernels the models run on.
enum TierCheck {
    static func findings(_ system: SystemReadings) -> [Finding] {
        let names = system.availableTiers.map(\.rawValue).joined(separator: ", ")
        let text = "\(system.tier.rawValue) in use, of \(names)"
        if let requested = system.requestedTier, requested != system.tier.rawValue {
            return [
                .warn(
                    "kernels", "\(text); PICKET_CPU asks for '\(requested)', which this CPU or this program does not have",
                    cure: "Leave PICKET_CPU unset, or set it to one of \(names).")
            ]
        }
        if let best = system.availableTiers.last, best != system.tier {
            return [.warn("kernels", text, cure: "Leave PICKET_CPU unset to use \(best.rawValue), which gives the same results faster.")]
        }
        return [.pass("kernels", text)]
    }
}

/// Whether the log's dates can be believed.
enum ClockCheck {
    /// 2025-01-01: no machine that runs this lives before it.
    private static let earliest: Int64 = 1_735_689_600
    /// 2100-01-01
    private static let latest: Int64 = 4_102_444_800

    static func findings(_ system: SystemReadings) -> [Finding] {
        let hasRTC = system.names("/sys/class/rtc").contains { $0.hasPrefix("rtc") }
        let day = date(system.wallSeconds)
        guard (earliest..<latest).contains(system.wallSeconds) else {
            return [
                .fail(
                    "date", "\(day) cannot be right, so the log's dates are wrong",
                    cure: "Set the clock: sudo timedatectl set-time, or a network."),
                rtc(hasRTC),
            ]
        }
        // systemd-timesyncd leaves a mark; the others have to be asked with programs of their own. The kernel's answer (adjtimex) is kept
        // from services that protect the clock, and the log judges by the same mark.
        if system.exists("/run/systemd/timesync/synchronized") {
            return [.pass("date", "\(day), synchronised with a time server"), rtc(hasRTC)]
        }
        if let (name, question) = timeService(system) {
            return [.pass("date", "\(day), kept by \(name) (\(question) tells whether it has a time server)"), rtc(hasRTC)]
        }
        if hasRTC { return [.pass("date", "\(day), from the battery-backed clock; no time server has confirmed it"), rtc(hasRTC)] }
        return [
            .warn(
                "date", "\(day), neither from a time server nor from a battery-backed clock",
                cure: "Check the date; outputs and holds do not depend on it, only the log's dates do."), rtc(hasRTC),
        ]
    }

    private static func timeService(_ system: SystemReadings) -> (name: String, question: String)? {
        if ["/run/chrony/chronyd.pid", "/run/chronyd.pid"].contains(where: system.exists) { return ("chrony", "chronyc tracking") }
        if ["/run/ntpd.pid", "/run/ntpsec/ntpd.pid"].contains(where: system.exists) { return ("ntpd", "ntpq -p") }
        return nil
    }

    private static func rtc(_ isThere: Bool) -> Finding {
        isThere
            ? .pass("RTC", "there is a battery-backed clock")
            : .pass(
                "RTC", "none: after a start without a network the date is wrong",
                cure: "Fit a DS3231 or the like if the log's dates matter.")
    }

    /// `2026-11-23`, in UTC: civil date from days, by Howard Hinnant's algorithm with eras of 400 years.
    static func date(_ seconds: Int64) -> String {
        let shifted = Int64((Double(seconds) / 86_400).rounded(.down)) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let day = shifted - era * 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let (d, m) = (dayOfYear - (153 * month + 2) / 5 + 1, month < 10 ? month + 3 : month - 9)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year + era * 400 + (m <= 2 ? 1 : 0))-\(two(m))-\(two(d))"
    }
}

package import FoundationEssentials

/// Times as `timestamptz` columns show them in a session whose time zone is UTC:
/// `2026-11-23 16:19:06.25+00`, also before our era, and `infinity` as far as a `Date` goes.
extension Date: PostgresDecodable, PostgresEncodable {
    package static var postgresDescription: String { "a time" }

    package init?(postgresText: String) {
        switch postgresText {
        case "infinity":
            self = .distantFuture
            return
        case "-infinity":
            self = .distantPast
            return
        default: break
        }
        let isBeforeOurEra = postgresText.hasSuffix(" BC")
        let text = isBeforeOurEra ? postgresText.dropLast(3) : postgresText[...]
        guard text.hasSuffix("+00") else { return nil }
        let halves = text.dropLast(3).split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        guard halves.count == 2 else { return nil }
        let day = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        let time = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard day.count == 3, time.count == 3, let year = day[0], let month = day[1],
            let dayOfMonth = day[2], let hour = Int(time[0]), let minute = Int(time[1]),
            let second = Double(time[2])
        else { return nil }
        // The year before the first one is 1 BC.
        let days = Self.days(
            year: isBeforeOurEra ? 1 - year : year,
            month: month,
            day: dayOfMonth
        )
        self.init(
            timeIntervalSince1970: Double(days * 86_400 + hour * 3_600 + minute * 60) + second
        )
    }

    /// Microseconds are what PostgreSQL keeps.
    package var postgresText: String {
        let microseconds = (timeIntervalSince1970 * 1_000_000).rounded()
        let total = Int(microseconds)
        let (days, ofDay) = total.flooredQuotientAndRemainder(dividingBy: 86_400_000_000)
        let (year, month, day) = Self.civil(days: days)
        let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1_000_000)
        func digits(_ value: Int, _ count: Int) -> String {
            String(repeating: "0", count: Swift.max(0, count - "\(value)".count)) + "\(value)"
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2)) "
            + "\(digits(seconds / 3_600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
            + ".\(digits(fraction, 6))+00"
    }

    /// Days since 1970 of a date in the Gregorian calendar (Hinnant, `days_from_civil`).
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// The date of a day since 1970 (Hinnant, `civil_from_days`).
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}

extension Int {
    /// The quotient rounded down, and the remainder that is never negative.
    fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// What a budget is for; periods begin at midnight UTC, weeks on Mondays.
package enum BudgetPeriod: String, CaseIterable, Sendable {
    case day
    case week
    case month
}

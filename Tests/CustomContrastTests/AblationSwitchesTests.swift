import Testing

@testable import CustomContrast

struct AblationSwitchesTests {
    /// Tables 3 and 4: which of textual, fusion, CSCL and MACL each row has; all have visual.
    @Test(arguments: [
        (0, [false, false, false, false]), (1, [true, false, false, false]),
        (2, [true, true, false, false]), (3, [true, true, true, false]),
        (4, [true, true, false, true]), (5, [true, true, true, true]),
    ])
    func hasTheRowsOfTheTables(id: Int, expected: [Bool]) throws {
        let row = try #require(AblationSwitches(tableRow: id))
        #expect(
            [row.textual, row.fusion, row.semanticContrast, row.appearanceContrast] == expected
        )
        #expect(row.visual)
        #expect(row.contradiction == nil)
    }

    @Test func hasNoOtherRows() {
        #expect(AblationSwitches(tableRow: -1) == nil)
        #expect(AblationSwitches(tableRow: 6) == nil)
        #expect(AblationSwitches(tableRow: 5) == .full)
    }

    @Test(arguments: ["fusion", "CSCL", "MACL", "location loss", "location mask"])
    func refusesWhatNeedsATextualQFormerWithoutOne(piece: String) throws {
        var switches = try #require(AblationSwitches(tableRow: 0))
        switch piece {
        case "fusion": switches.fusion = true
        case "CSCL": switches.semanticContrast = true
        case "MACL": switches.appearanceContrast = true
        case "location loss": switches.locationLoss = true
        default: switches.locationMask = true
        }
        #expect(switches.contradiction != nil)
    }
}

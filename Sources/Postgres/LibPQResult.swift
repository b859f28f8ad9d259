import CPostgres

/// Owns a `PGresult`.
@safe struct LibPQResult: ~Copyable {
    private let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    /// Whether the statement succeeded.
    var isSuccess: Bool {
        switch unsafe PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: true
        default: false
        }
    }

    /// The server's words about a statement that failed; nil if they do not come from the server.
    var serverError: PostgresError.ServerError? {
        guard let state = field(Int32(UInt8(ascii: "C"))) else { return nil }
        return PostgresError.ServerError(
            state: SQLState(rawValue: state),
            primaryMessage: field(Int32(UInt8(ascii: "M"))) ?? "the server refused the statement",
            constraint: field(Int32(UInt8(ascii: "n")))
        )
    }

    /// How many rows an INSERT, UPDATE or DELETE changed; 0 for other statements.
    var changedRowCount: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return unsafe Int(String(cString: text)) ?? 0
    }

    /// All rows, copied.
    var rows: [PostgresRow] {
        let columnCount = unsafe PQnfields(pointer)
        let columns = PostgresColumns(
            (0..<columnCount).map { unsafe String(cString: PQfname(pointer, $0)) }
        )
        return (0..<(unsafe PQntuples(pointer))).map { row in
            PostgresRow(
                columns: columns,
                values: (0..<columnCount).map { column in
                    unsafe PQgetisnull(pointer, row, column) == 1
                        ? nil : String(cString: PQgetvalue(pointer, row, column))
                }
            )
        }
    }

    private func field(_ code: Int32) -> String? {
        guard let text = unsafe PQresultErrorField(pointer, code) else { return nil }
        return unsafe String(cString: text)
    }
}

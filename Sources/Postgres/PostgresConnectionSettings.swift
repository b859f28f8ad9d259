/// How to reach a database, and how patient to be.
package struct PostgresConnectionSettings: Sendable {
    /// A connection URL or keyword string as libpq reads it; what it sets wins over the rest of this value.
    /// May hold a password, so it is never printed.
    package var url: String
    /// What the server's lists of sessions show.
    package var applicationName: String
    /// For each address.
    package var connectTimeout: Duration
    /// The longest a statement may run on the server; zero is for ever.
    package var statementTimeout: Duration
    /// The longest a statement may wait for a lock; zero is for ever.
    package var lockTimeout: Duration
    /// The longest a statement's answer may take to arrive: a peer that has gone silent, such as a frozen server
    /// or a pooler behind a dead link, never tells so. Nil waits for ever.
    package var answerTimeout: Duration?

    package init(
        url: String,
        applicationName: String,
        connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration = .seconds(30),
        lockTimeout: Duration = .seconds(10),
        answerTimeout: Duration? = nil
    ) {
        self.url = url
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.answerTimeout =
            answerTimeout ?? (statementTimeout > .zero ? statementTimeout + .seconds(5) : nil)
    }

    /// libpq's keywords. The URL comes last but for what the protocol here depends on: later ones win.
    var keywords: [(String, String)] {
        [
            ("application_name", applicationName),
            ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
            // A dead peer is noticed within 15 seconds, with or without unanswered data.
            ("keepalives", "1"),
            ("keepalives_idle", "5"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "2"),
            ("tcp_user_timeout", "10000"),
            ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
    }
}

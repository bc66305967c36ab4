import GRDB

/// The tables of the journal. A migration is never changed once released; a new one is added below it.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, events, edges") { database in
            try database.execute(
                sql: """
                    CREATE TABLE runs (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        boot_id TEXT NOT NULL,
                        configuration_digest TEXT NOT NULL,
                        model_digests TEXT NOT NULL,
                        version TEXT NOT NULL,
                        start_monotonic_ns INTEGER NOT NULL,
                        start_wall_ns INTEGER NOT NULL,
                        wall_synchronized INTEGER NOT NULL
                    );
                    CREATE TABLE events (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        key TEXT NOT NULL UNIQUE,
                        run_id INTEGER NOT NULL REFERENCES runs(id),
                        node TEXT NOT NULL,
                        state TEXT NOT NULL,
                        first_sequence INTEGER NOT NULL,
                        last_sequence INTEGER NOT NULL,
                        frame_count INTEGER NOT NULL,
                        first_monotonic_ns INTEGER NOT NULL,
                        first_wall_ns INTEGER NOT NULL,
                        last_monotonic_ns INTEGER NOT NULL,
                        last_wall_ns INTEGER NOT NULL,
                        wall_synchronized INTEGER NOT NULL,
                        box_left INTEGER NOT NULL,
                        box_top INTEGER NOT NULL,
                        box_right INTEGER NOT NULL,
                        box_bottom INTEGER NOT NULL,
                        best_sequence INTEGER NOT NULL,
                        explanation TEXT NOT NULL
                    );
                    CREATE INDEX events_by_wall_time ON events(last_wall_ns);
                    CREATE TABLE event_concepts (
                        event_id INTEGER NOT NULL REFERENCES events(id) ON DELETE CASCADE,
                        concept TEXT NOT NULL,
                        score_units INTEGER NOT NULL,
                        PRIMARY KEY (event_id, concept)
                    ) WITHOUT ROWID;
                    CREATE INDEX concepts_by_name ON event_concepts(concept, event_id);
                    CREATE TABLE snapshots (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        event_key TEXT NOT NULL,
                        file TEXT NOT NULL UNIQUE,
                        byte_count INTEGER NOT NULL,
                        sequence INTEGER NOT NULL,
                        wall_ns INTEGER NOT NULL,
                        wall_synchronized INTEGER NOT NULL
                    );
                    CREATE INDEX snapshots_by_event ON snapshots(event_key);
                    CREATE TABLE samples (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id INTEGER NOT NULL REFERENCES runs(id),
                        node TEXT NOT NULL,
                        status TEXT NOT NULL,
                        file TEXT NOT NULL UNIQUE,
                        byte_count INTEGER NOT NULL,
                        sequence INTEGER NOT NULL,
                        wall_ns INTEGER NOT NULL,
                        wall_synchronized INTEGER NOT NULL
                    );
                    CREATE TABLE sample_labels (
                        sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
                        box_left INTEGER NOT NULL,
                        box_top INTEGER NOT NULL,
                        box_right INTEGER NOT NULL,
                        box_bottom INTEGER NOT NULL,
                        concept TEXT NOT NULL,
                        score_units INTEGER NOT NULL
                    );
                    CREATE INDEX labels_by_sample ON sample_labels(sample_id);
                    CREATE TABLE edges (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id INTEGER NOT NULL REFERENCES runs(id),
                        node TEXT NOT NULL,
                        line TEXT NOT NULL,
                        active INTEGER NOT NULL,
                        reason TEXT NOT NULL,
                        monotonic_ns INTEGER NOT NULL,
                        wall_ns INTEGER NOT NULL
                    );
                    """)
        }
        migrator.registerMigration("2: embeddings of events") { database in
            try database.execute(
                sql: """
                    CREATE TABLE embedders (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        digest TEXT NOT NULL UNIQUE,
                        path TEXT NOT NULL,
                        dimension INTEGER NOT NULL,
                        scale REAL NOT NULL,
                        generation INTEGER NOT NULL,
                        next_row INTEGER NOT NULL
                    );
                    CREATE TABLE event_embeddings (
                        event_id INTEGER PRIMARY KEY REFERENCES events(id) ON DELETE CASCADE,
                        embedder_id INTEGER NOT NULL REFERENCES embedders(id),
                        row INTEGER NOT NULL,
                        embedding_check INTEGER NOT NULL,
                        UNIQUE (embedder_id, row)
                    );
                    """)
        }
        return migrator
    }
}

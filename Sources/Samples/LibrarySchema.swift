import GRDB

/// The tables of the library. A migration is never changed once released; a new one is added below it.
enum LibrarySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: heads, samples, revisions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE heads (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE,
                        embedder_digest TEXT NOT NULL,
                        embedder_path TEXT NOT NULL,
                        dimension INTEGER NOT NULL,
                        scale REAL NOT NULL,
                        active_revision INTEGER
                    );
                    CREATE TABLE concepts (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        head_id INTEGER NOT NULL REFERENCES heads(id) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        UNIQUE (head_id, name)
                    );
                    CREATE TABLE samples (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        head_id INTEGER NOT NULL REFERENCES heads(id) ON DELETE CASCADE,
                        concept_id INTEGER REFERENCES concepts(id) ON DELETE CASCADE,
                        picture_digest TEXT NOT NULL,
                        box_left INTEGER NOT NULL,
                        box_top INTEGER NOT NULL,
                        box_right INTEGER NOT NULL,
                        box_bottom INTEGER NOT NULL,
                        source TEXT NOT NULL,
                        wall_ns INTEGER NOT NULL,
                        embedding_row INTEGER NOT NULL,
                        embedding_check INTEGER NOT NULL,
                        UNIQUE (head_id, picture_digest, box_left, box_top, box_right, box_bottom)
                    );
                    CREATE INDEX samples_by_concept ON samples(concept_id);
                    CREATE TABLE vector_files (
                        embedder_digest TEXT PRIMARY KEY,
                        file TEXT NOT NULL,
                        next_row INTEGER NOT NULL
                    );
                    CREATE TABLE revisions (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        head_id INTEGER NOT NULL REFERENCES heads(id) ON DELETE CASCADE,
                        number INTEGER NOT NULL,
                        method TEXT NOT NULL,
                        sample_count INTEGER NOT NULL,
                        wall_ns INTEGER NOT NULL,
                        evaluation TEXT NOT NULL,
                        contents BLOB NOT NULL,
                        UNIQUE (head_id, number)
                    );
                    """)
        }
        return migrator
    }
}

//! Just enough of SQL to read our own migrations: tables, columns, references and indexes.
//!
//! Triggers have statements inside statements; they are cut into pieces here, which is harmless: no piece creates a table.

use std::sync::LazyLock;

use regex::Regex;

use crate::workspace::SourceFile;

/// A statement that concerns us, with the line it starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    pub file: String,
    pub line: usize,
    pub what: T,
}

impl<T> Located<T> {
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// What one statement does to the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    CreateTable {
        name: String,
    },
    DropTable {
        name: String,
    },
    RenameTable {
        from: String,
        to: String,
    },
    Column {
        table: String,
        name: String,
        kind: String,
    },
    Reference {
        table: String,
        column: String,
    },
    /// The first column of a primary key, a unique constraint or an index.
    IndexStart {
        table: String,
        column: String,
    },
}

pub fn is_migration(file: &SourceFile) -> bool {
    file.path.starts_with("migrations/") && file.has_extension("sql")
}

/// Written once for each database, for triggers and full text: their columns have types of their own.
pub fn is_for_one_database(file: &SourceFile) -> bool {
    file.path.ends_with(".sqlite.sql") || file.path.ends_with(".postgres.sql")
}

/// All changes of one migration, in order.
pub fn changes(file: &SourceFile) -> Vec<Located<Change>> {
    let text = without_comments(&file.text);
    let mut found = Vec::new();
    let mut line = 1;
    for statement in text.split(';') {
        let leading = statement
            .chars()
            .take_while(|c| c.is_whitespace())
            .filter(|c| *c == '\n')
            .count();
        for what in statement_changes(statement.trim()) {
            found.push(Located {
                file: file.path.clone(),
                line: line + leading,
                what,
            });
        }
        line += statement.matches('\n').count();
    }
    found
}

static CREATE_TABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)\s*\((.*)\)[^)]*$"));
static CREATE_VIRTUAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)^CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)"));
static DROP_TABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(\w+)"));
static RENAME_TABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)^ALTER\s+TABLE\s+(\w+)\s+RENAME\s+TO\s+(\w+)"));
static ADD_COLUMN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)^ALTER\s+TABLE\s+(\w+)\s+ADD\s+(?:COLUMN\s+)?(.*)$"));
static CREATE_INDEX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?is)^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+\s+ON\s+(\w+)\s*\(\s*(\w+)\s*(.*)$")
});
/// A partial index finds the rows of a foreign key only if it leaves out nothing but NULL.
static WHERE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)\bWHERE\s+(.*)$"));
static COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)^(\w+)\s+(\w+)"));
static INLINE_KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:PRIMARY\s+KEY|UNIQUE)\b"));
static REFERENCES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bREFERENCES\b"));
static TABLE_KEY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)^(?:CONSTRAINT\s+\w+\s+)?(?:PRIMARY\s+KEY|UNIQUE)\s*\(\s*(\w+)"));
static TABLE_REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)^(?:CONSTRAINT\s+\w+\s+)?FOREIGN\s+KEY\s*\(\s*(\w+)"));
static TABLE_CHECK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)^(?:CONSTRAINT\s+\w+\s+)?CHECK\s*\("));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant that the tests use")
}

fn group(captures: &regex::Captures<'_>, index: usize) -> String {
    captures
        .get(index)
        .map_or_else(String::new, |found| found.as_str().to_owned())
}

fn statement_changes(statement: &str) -> Vec<Change> {
    if let Some(found) = CREATE_TABLE.captures(statement) {
        let table = group(&found, 1);
        let mut changes = vec![Change::CreateTable { name: table.clone() }];
        changes.extend(
            top_level_items(&group(&found, 2))
                .iter()
                .flat_map(|item| table_item(&table, item)),
        );
        changes
    } else if let Some(found) = CREATE_VIRTUAL.captures(statement) {
        vec![Change::CreateTable { name: group(&found, 1) }]
    } else if let Some(found) = DROP_TABLE.captures(statement) {
        vec![Change::DropTable { name: group(&found, 1) }]
    } else if let Some(found) = RENAME_TABLE.captures(statement) {
        vec![Change::RenameTable {
            from: group(&found, 1),
            to: group(&found, 2),
        }]
    } else if let Some(found) = ADD_COLUMN.captures(statement) {
        table_item(&group(&found, 1), group(&found, 2).trim())
    } else if let Some(found) = CREATE_INDEX.captures(statement) {
        let (table, column, rest) = (group(&found, 1), group(&found, 2), group(&found, 3));
        let is_partial = WHERE
            .captures(&rest)
            .is_some_and(|condition| !is_not_null(&group(&condition, 1), &column));
        if is_partial {
            vec![]
        } else {
            vec![Change::IndexStart { table, column }]
        }
    } else {
        vec![]
    }
}

fn is_not_null(condition: &str, column: &str) -> bool {
    let words: Vec<_> = condition.split_whitespace().map(str::to_ascii_lowercase).collect();
    words == [&column.to_ascii_lowercase(), "is", "not", "null"]
}

/// One line between the parentheses of CREATE TABLE: a column or a constraint.
fn table_item(table: &str, item: &str) -> Vec<Change> {
    let table = table.to_owned();
    if let Some(found) = TABLE_KEY.captures(item) {
        return vec![Change::IndexStart {
            table,
            column: group(&found, 1),
        }];
    }
    if let Some(found) = TABLE_REFERENCE.captures(item) {
        return vec![Change::Reference {
            table,
            column: group(&found, 1),
        }];
    }
    if TABLE_CHECK.is_match(item) {
        return vec![];
    }
    let Some(found) = COLUMN.captures(item) else {
        return vec![];
    };
    let (name, kind) = (group(&found, 1), group(&found, 2).to_ascii_uppercase());
    let mut changes = vec![Change::Column {
        table: table.clone(),
        name: name.clone(),
        kind,
    }];
    if INLINE_KEY.is_match(item) {
        changes.push(Change::IndexStart {
            table: table.clone(),
            column: name.clone(),
        });
    }
    if REFERENCES.is_match(item) {
        changes.push(Change::Reference { table, column: name });
    }
    changes
}

/// Splits at the commas that are in no parentheses and no quotes.
fn top_level_items(body: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let (mut depth, mut quoted) = (0_i32, false);
    for c in body.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(c);
        }
    }
    items
        .iter()
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| line.split_once("--").map_or(line, |(before, _)| before))
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Change> {
        changes(&SourceFile::new("migrations/202601010000_a.sql", text))
            .into_iter()
            .map(|c| c.what)
            .collect()
    }

    fn index(table: &str, column: &str) -> Change {
        Change::IndexStart {
            table: table.into(),
            column: column.into(),
        }
    }

    fn reference(table: &str, column: &str) -> Change {
        Change::Reference {
            table: table.into(),
            column: column.into(),
        }
    }

    fn column(table: &str, name: &str, kind: &str) -> Change {
        Change::Column {
            table: table.into(),
            name: name.into(),
            kind: kind.into(),
        }
    }

    #[test]
    fn a_table_is_read_with_its_columns_keys_and_references() {
        let changes = of(
            "-- A shop; with a semicolon.\nCREATE TABLE IF NOT EXISTS a_shops (\n  id TEXT NOT NULL PRIMARY KEY,\n\
             state text CHECK (state IN ('open', 'closed')),\n  owner TEXT REFERENCES people (id),\n\
             CHECK (id <> ''),\n  UNIQUE (owner, state),\n  FOREIGN KEY (state) REFERENCES states (id)\n);",
        );
        assert_eq!(
            changes,
            [
                Change::CreateTable { name: "a_shops".into() },
                column("a_shops", "id", "TEXT"),
                index("a_shops", "id"),
                column("a_shops", "state", "TEXT"),
                column("a_shops", "owner", "TEXT"),
                reference("a_shops", "owner"),
                index("a_shops", "owner"),
                reference("a_shops", "state"),
            ]
        );
    }

    #[test]
    fn later_changes_are_read_too() {
        assert_eq!(of("ALTER TABLE a ADD COLUMN b BIGINT;"), [column("a", "b", "BIGINT")]);
        assert_eq!(
            of("ALTER TABLE a RENAME TO b;"),
            [Change::RenameTable {
                from: "a".into(),
                to: "b".into()
            }]
        );
        assert_eq!(of("DROP TABLE IF EXISTS a;"), [Change::DropTable { name: "a".into() }]);
        assert_eq!(
            of("CREATE VIRTUAL TABLE a_fts USING fts5(x);"),
            [Change::CreateTable { name: "a_fts".into() }]
        );
    }

    #[test]
    fn a_partial_index_counts_only_when_it_leaves_out_null() {
        assert_eq!(of("CREATE INDEX i ON a (b, c);"), [index("a", "b")]);
        assert_eq!(
            of("CREATE UNIQUE INDEX i ON a (b) WHERE b IS NOT NULL;"),
            [index("a", "b")]
        );
        assert_eq!(of("CREATE INDEX i ON a (b) WHERE state = 'open';"), []);
    }

    #[test]
    fn statements_know_their_lines() {
        let file = SourceFile::new(
            "migrations/a.sql",
            "-- one\nCREATE TABLE a (x TEXT);\n\nDROP TABLE a;\n",
        );
        assert_eq!(changes(&file).iter().map(|c| c.line).collect::<Vec<_>>(), [2, 2, 4]);
    }
}

//! Every foreign key is the first column of an index: without one, deleting the row it points at reads the whole table.

use std::collections::BTreeSet;

use crate::sql::{self, Change};
use crate::tidy::Problem;
use crate::workspace::SourceFile;

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    let changes: Vec<_> = files
        .iter()
        .filter(|file| sql::is_migration(file))
        .flat_map(sql::changes)
        .collect();
    let indexed: BTreeSet<_> = changes
        .iter()
        .filter_map(|change| match &change.what {
            Change::IndexStart { table, column } => Some((table, column)),
            _ => None,
        })
        .collect();
    let dropped: BTreeSet<_> = changes
        .iter()
        .filter_map(|change| match &change.what {
            Change::DropTable { name } => Some(name),
            _ => None,
        })
        .collect();
    changes
        .iter()
        .filter_map(|change| match &change.what {
            Change::Reference { table, column } if !indexed.contains(&(table, column)) && !dropped.contains(table) => {
                Some(Problem::new(
                    change.place(),
                    format!("{table}.{column} is a foreign key without an index: CREATE INDEX {table}_{column} ON {table} ({column})"),
                ))
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&[SourceFile::new("migrations/202601010000_a.sql", text)]).len()
    }

    #[test]
    fn a_key_or_an_index_serves() {
        assert_eq!(count("CREATE TABLE a (b TEXT PRIMARY KEY REFERENCES c (id));"), 0);
        assert_eq!(
            count("CREATE TABLE a (b TEXT REFERENCES c (id), d TEXT, UNIQUE (b, d));"),
            0
        );
        assert_eq!(
            count("CREATE TABLE a (b TEXT REFERENCES c (id));\nCREATE INDEX a_b ON a (b);"),
            0
        );
    }

    #[test]
    fn being_second_in_an_index_does_not() {
        assert_eq!(
            count("CREATE TABLE a (b TEXT REFERENCES c (id), d TEXT, UNIQUE (d, b));"),
            1
        );
        assert_eq!(
            count("CREATE TABLE a (b TEXT);\nALTER TABLE a ADD COLUMN d TEXT REFERENCES c (id);"),
            1
        );
    }
}

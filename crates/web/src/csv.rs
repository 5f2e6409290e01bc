//! A table as a file that spreadsheets open.
//!
//! **Always holds:** the file starts with a byte order mark, so that Excel reads Cyrillic; no cell can run as a formula; the
//! browser saves it and never shows it.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use karavan_kernel::Locale;

use crate::ApiError;

/// A download is for spreadsheets, not for moving a database: it ends after so many rows.
pub const MOST_ROWS: u64 = 50_000;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A download.
#[derive(Debug)]
pub struct Csv {
    name: &'static str,
    separator: u8,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Csv {
    /// A file `<name>.csv` for readers of that language: outside English, Excel separates cells with `;`.
    pub fn new(name: &'static str, locale: Locale, header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let separator = match locale {
            Locale::En => b',',
            Locale::Ru | Locale::Uk | Locale::Kk => b';',
        };
        Self {
            name,
            separator,
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    fn write(&self) -> Result<Vec<u8>, ::csv::Error> {
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(self.separator)
            .terminator(::csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(BYTE_ORDER_MARK.to_vec());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

/// Spreadsheets run a cell that starts with one of these signs; an apostrophe makes it text. Negative numbers stay numbers.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_negative_number = cell.strip_prefix('-').is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_digit())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
    });
    if is_formula && !is_negative_number {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        let file_name = format!("attachment; filename=\"{}.csv\"", self.name);
        let disposition = HeaderValue::from_str(&file_name).unwrap_or(HeaderValue::from_static("attachment"));
        match self.write() {
            Ok(bytes) => {
                let kind = HeaderValue::from_static("text/csv; charset=utf-8");
                (
                    [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)],
                    bytes,
                )
                    .into_response()
            }
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_as_a_formula() {
        for hostile in [
            "=1+1",
            "+77010000000",
            "-1+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-",
            "-A1",
        ] {
            assert_eq!(harmless(hostile), format!("'{hostile}"));
        }
        for plain in ["Анна", "12.5", "-12.50", "-3", "a=b", ""] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn excel_finds_letters_and_columns() {
        let mut csv = Csv::new("people", Locale::Ru, ["Имя", "Сумма"]);
        csv.push(["Анна; \"Я\"", "-5"]);
        let text = String::from_utf8(csv.write().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}Имя;Сумма\r\n\"Анна; \"\"Я\"\"\";-5\r\n");
    }
}

//! Pages of lists: every list is counted and capped.

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows; at least 1, at most [`PageRequest::MOST`].
    pub limit: u32,
    /// How many rows to pass over.
    pub offset: u64,
}

impl PageRequest {
    /// No list gives more rows at once.
    pub const MOST: u32 = 100;

    /// A request within the bounds.
    pub fn new(limit: u32, offset: u64) -> Self {
        Self {
            limit: limit.clamp(1, Self::MOST),
            // Databases count with signed numbers; nobody has that many rows anyway.
            offset: offset.min(i64::MAX.unsigned_abs()),
        }
    }

    /// The `number`th page (from 1) of `limit` rows.
    pub fn numbered(number: u32, limit: u32) -> Self {
        let limit = limit.clamp(1, Self::MOST);
        Self {
            limit,
            offset: u64::from(number.max(1) - 1) * u64::from(limit),
        }
    }

    /// The pages of a download, one after another, until `rows` rows were asked for. Stop at [`Page::is_last`].
    pub fn up_to(rows: u64) -> impl Iterator<Item = Self> {
        (0..rows)
            .step_by(Self::MOST as usize)
            .map(|offset| Self::new(Self::MOST, offset))
    }
}

/// One page and how many rows there are in all.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Rows on all pages.
    pub total: i64,
}

impl<T> Page<T> {
    /// No row comes after this page, which answers `request`.
    pub fn is_last(&self, request: PageRequest) -> bool {
        request.offset + u64::from(request.limit) >= u64::try_from(self.total).unwrap_or(0)
    }

    /// The same page with other rows.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(each).collect(),
            total: self.total,
        }
    }
}

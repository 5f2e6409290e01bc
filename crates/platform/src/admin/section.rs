//! What the panel's navigation shows.

use karavan_kernel::Permission;

/// A product's part of the panel.
#[derive(Debug, Clone)]
pub struct Section {
    /// The product's name, for its colour; `None` for the platform's own.
    pub product: Option<&'static str>,
    /// The key of its title.
    pub title: &'static str,
    /// Its pages, in order.
    pub entries: Vec<Entry>,
}

/// One page in the navigation.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The key of its title.
    pub title: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// A name from the icon sprite.
    pub icon: &'static str,
    /// Whoever lacks it does not see the entry.
    pub permission: Permission,
}

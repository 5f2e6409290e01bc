//! Permissions: what a route asks for and what a role is made of.

/// The right to do one thing, named `<product>.<noun>.<act>`. The name is stored in roles: never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(&'static str);

impl Permission {
    /// Names a permission; use [`permissions!`](crate::permissions).
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The stored name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// A permission as a type, so that an extractor can ask for it: `Can<ReadOrders>`.
pub trait Right: Send + Sync + 'static {
    /// The permission it stands for.
    const PERMISSION: Permission;
}

/// Declares rights as types and the list of their permissions.
///
/// ```
/// karavan_kernel::permissions! {
///     /// Read orders.
///     pub ReadOrders = "shop.orders.read",
/// }
/// assert_eq!(PERMISSIONS[0].name(), "shop.orders.read");
/// ```
#[macro_export]
macro_rules! permissions {
    ($($(#[$doc:meta])* pub $name:ident = $text:literal),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl $crate::Right for $name {
                const PERMISSION: $crate::Permission = $crate::Permission::new($text);
            }
        )+
        /// Every permission declared here.
        pub const PERMISSIONS: &[$crate::Permission] = &[$($crate::Permission::new($text)),+];
    };
}

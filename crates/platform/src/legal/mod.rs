//! Legal texts: what an installation tells people about itself, and what it asks them to agree to.
//!
//! **Always holds:** a published text never changes, a correction is the next version; an agreement names the very text that
//! was on the screen; every purpose is a question of its own, and none is answered in advance.
//!
//! Nothing is published at first: a template has gaps (`[[company]]`) that only the owner can fill. Until then nobody is
//! asked for anything, and `karavan doctor` says so.
//!
//! Start at [`Document`], then [`store`]; the pages of people are in `pages`, the editor of the owner beside them.

mod asking;
mod markdown;
mod model;
pub(crate) mod pages;
pub mod store;
mod templates;

pub(crate) use asking::record;
pub use asking::{Answer, Asked, asked};
pub use model::{Channel, Consent, ConsentId, Document, LegalText, TextId};
pub(crate) use templates::demo;
pub use templates::{Publisher, has_gaps, publish_templates, template};

//! The attribute `#[app_test]`: one body, one test per database.
//!
//! **Always holds:** `#[app_test] async fn a_rule(t: Fixture)` becomes the tests `a_rule::on_sqlite` and
//! `a_rule::on_postgres`, so that a run names both. What they do is in `karavan_testkit::run`; here is only the wording.

use proc_macro::TokenStream;
use proc_macro2::Span;
use quote::quote;
use syn::{Error, FnArg, ItemFn, ReturnType, parse_macro_input, spanned::Spanned};

/// Runs an `async fn(t: SomeFixture)` once on SQLite and once on PostgreSQL, then finishes the fixture.
#[proc_macro_attribute]
pub fn app_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let no_arguments = if arguments.is_empty() {
        Ok(())
    } else {
        Err(Error::new(Span::call_site(), "`#[app_test]` takes no arguments"))
    };
    no_arguments
        .and_then(|()| expand(function))
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(mut function: ItemFn) -> Result<proc_macro2::TokenStream, Error> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        return Err(Error::new(signature.span(), "`#[app_test]` wants an `async fn`"));
    }
    if signature.inputs.len() != 1 || !matches!(signature.inputs.first(), Some(FnArg::Typed(_))) {
        let hint = "`#[app_test]` wants exactly one argument, the fixture: `t: TestDb` or `t: TestApp`";
        return Err(Error::new(signature.inputs.span(), hint));
    }
    if !matches!(signature.output, ReturnType::Default) {
        return Err(Error::new(
            signature.output.span(),
            "`#[app_test]` wants no return value: `unwrap` instead",
        ));
    }
    let name = signature.ident.clone();
    // `#[ignore = "…"]` and the like belong to the tests, everything else to the body.
    let of_test = ["ignore", "should_panic"];
    let (on_tests, on_body): (Vec<_>, Vec<_>) = function
        .attrs
        .drain(..)
        .partition(|attribute| of_test.iter().any(|word| attribute.path().is_ident(word)));
    function.attrs = on_body;
    // A function and a module may share a name: `a_rule::on_sqlite` reads as what it is. `cfg(test)` tells clippy so.
    Ok(quote! {
        #[cfg(test)]
        #function

        #[cfg(test)]
        mod #name {
            #[test]
            #(#on_tests)*
            fn on_sqlite() {
                ::karavan_testkit::run::on_sqlite(::core::module_path!(), super::#name);
            }

            #[test]
            #(#on_tests)*
            fn on_postgres() {
                ::karavan_testkit::run::on_postgres(::core::module_path!(), super::#name);
            }
        }
    })
}

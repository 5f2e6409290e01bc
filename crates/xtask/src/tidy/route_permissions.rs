//! Every route says in its own attribute who may use it. That the line is also true is proven in `app`, route by route.

use std::sync::LazyLock;

use regex::Regex;

use crate::rust;
use crate::tidy::Problem;
use crate::workspace::SourceFile;

static SECURITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bsecurity\s*\(").expect("a constant pattern"));
static PUBLIC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bsecurity\s*\(\s*\(\s*\)\s*\)").expect("a constant pattern"));

const ROUTE: &str = "#[utoipa::path(";

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| file.is_rust() && file.path_in_src().is_some())
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &SourceFile) -> Vec<Problem> {
    // Blanked strings keep the parentheses of a path or a description from being counted.
    let code = rust::code_only(&file.text);
    let mut problems = Vec::new();
    let mut line = 1;
    let mut pieces = code.split(ROUTE);
    line += pieces.next().unwrap_or_default().matches('\n').count();
    for piece in pieces {
        let attribute = until_closed(piece);
        let public_line = PUBLIC.find(&attribute).and_then(|found| attribute.get(..found.start()));
        let public_line = public_line.map(|before| line + before.matches('\n').count());
        if !SECURITY.is_match(&attribute) {
            let advice = "add `security((\"permission\" = [\"<product>.<noun>.<act>\"]))`, \
                          or `security(())` with a comment that says why anybody may";
            problems.push(Problem::at(
                file,
                line,
                format!("the route names no permission: {advice}"),
            ));
        } else if let Some(public_line) = public_line
            && !has_comment(file, public_line)
        {
            let advice = "say why in a comment on that line or the one before";
            problems.push(Problem::at(
                file,
                public_line,
                format!("the route is open to anybody: {advice}"),
            ));
        }
        line += piece.matches('\n').count();
    }
    problems
}

/// The attribute's arguments: everything up to the parenthesis that closes it.
fn until_closed(code: &str) -> String {
    let mut depth = 1_i32;
    code.chars()
        .take_while(|c| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth > 0
        })
        .collect()
}

fn has_comment(file: &SourceFile, line_number: usize) -> bool {
    file.lines()
        .any(|(number, line)| (number == line_number || number + 1 == line_number) && line.contains("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<Problem> {
        check(&[SourceFile::new("crates/coffee/src/orders/create.rs", text)])
    }

    #[test]
    fn a_permission_serves() {
        let text = "#[utoipa::path(post, path = \"/coffee/orders/\",\n  responses((status = 201, description = \":-)\")),\n\
                    security((\"permission\" = [\"coffee.order.create\"])))]\nfn a() {}";
        assert_eq!(problems(text), []);
    }

    #[test]
    fn a_route_without_one_is_named_with_its_line() {
        let text = "\n#[utoipa::path(get, path = \"/a\", security((\"permission\" = [\"a.b.c\"])))]\nfn a() {}\n\n\
                    #[utoipa::path(get, path = \"/security(\")]\nfn security() {}\n";
        let problems = problems(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].place, "crates/coffee/src/orders/create.rs:5");
    }

    #[test]
    fn a_public_route_says_why() {
        assert_eq!(
            problems("#[utoipa::path(get, path = \"/a\",\n security(()))]\nfn a() {}").len(),
            1
        );
        assert_eq!(
            problems("#[utoipa::path(get,\n // Anybody may read the menu.\n security(()))]\nfn a() {}"),
            []
        );
    }

    #[test]
    fn an_attribute_in_a_comment_or_a_string_is_none() {
        assert_eq!(
            problems("// #[utoipa::path(get)]\nlet a = \"#[utoipa::path(get)]\";"),
            []
        );
    }
}

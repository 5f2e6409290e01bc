//! Do the languages say the same? Keys and variables are compared, meanings are for people.

use std::collections::BTreeSet;

use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, Message, Pattern, PatternElement};
use karavan_kernel::Locale;

use super::Variables;

/// The variables that a message uses anywhere in its value.
pub(super) fn variables(message: &Message<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(pattern) = &message.value {
        of_pattern(pattern, &mut found);
    }
    found
}

/// One sentence per difference between the languages of one key.
pub(super) fn differences(key: &str, variables: &Variables) -> Vec<String> {
    let absent: Vec<Locale> = Locale::ALL
        .iter()
        .copied()
        .filter(|locale| !variables.contains_key(locale))
        .collect();
    let mut sentences = Vec::new();
    if !absent.is_empty() {
        sentences.push(format!("{key}: missing in {}", names(&absent)));
    }
    let every: BTreeSet<&String> = variables.values().flatten().collect();
    for variable in every {
        let mut lacking: Vec<Locale> = variables
            .iter()
            .filter(|(_, own)| !own.contains(variable))
            .map(|(locale, _)| *locale)
            .collect();
        lacking.sort_by_key(|locale| locale.as_str());
        match lacking.len() {
            0 => {}
            1 => sentences.push(format!("{key}: {} lacks ${variable}", names(&lacking))),
            _ => sentences.push(format!("{key}: {} lack ${variable}", names(&lacking))),
        }
    }
    sentences
}

fn names(locales: &[Locale]) -> String {
    locales
        .iter()
        .map(|locale| locale.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn of_pattern(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, found);
        }
    }
}

fn of_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, found),
        Expression::Select { selector, variants } => {
            of_inline(selector, found);
            for variant in variants {
                of_pattern(&variant.value, found);
            }
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => of_expression(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => of_arguments(arguments, found),
        InlineExpression::TermReference { arguments, .. } => {
            if let Some(arguments) = arguments {
                of_arguments(arguments, found);
            }
        }
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. } => {}
    }
}

fn of_arguments(arguments: &CallArguments<&str>, found: &mut BTreeSet<String>) {
    arguments
        .positional
        .iter()
        .for_each(|argument| of_inline(argument, found));
    arguments
        .named
        .iter()
        .for_each(|argument| of_inline(&argument.value, found));
}

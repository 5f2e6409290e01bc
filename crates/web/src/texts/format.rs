//! Numbers, money and dates as the readers of a language write them.

use karavan_kernel::{Currency, Date, Locale, Money, TimeZone, Timestamp};

/// Keeps "950 ₽" on one line.
const NO_BREAK: char = '\u{a0}';
/// Keeps "12 900" on one line; narrower than a space.
const THIN: char = '\u{202f}';
const MINUS: char = '−';
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub(super) fn number(locale: Locale, value: i64) -> String {
    digits(locale, &value.to_string())
}

/// Groups the digits of a whole number in decimal notation by thousands.
pub(super) fn digits(locale: Locale, decimal: &str) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(rest) => (Some(MINUS), rest),
        None => (None, decimal),
    };
    let separator = if locale == Locale::En { ',' } else { THIN };
    let mut text: String = sign.into_iter().collect();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Kopecks appear only when there are some. The dollar and the euro stand before the amount in English, like there;
/// the other signs follow it in all four languages.
pub(super) fn money(locale: Locale, amount: Money) -> String {
    let size = amount.minor.unsigned_abs();
    let (units, minor) = (size / 100, size % 100);
    let sign = if amount.minor < 0 {
        MINUS.to_string()
    } else {
        String::new()
    };
    let mut value = digits(locale, &units.to_string());
    if minor > 0 {
        value.push(if locale == Locale::En { '.' } else { ',' });
        value.push_str(&format!("{minor:02}"));
    }
    let symbol = symbol(amount.currency);
    match (locale, amount.currency) {
        (Locale::En, Currency::Usd | Currency::Eur) => format!("{sign}{symbol}{value}"),
        _ => format!("{sign}{value}{NO_BREAK}{symbol}"),
    }
}

fn symbol(currency: Currency) -> char {
    match currency {
        Currency::Usd => '$',
        Currency::Eur => '€',
        Currency::Uah => '₴',
        Currency::Rub => '₽',
        Currency::Kzt => '₸',
    }
}

pub(super) fn date(locale: Locale, date: Date) -> String {
    let dotted = date.dotted();
    let mut parts = dotted.split('.');
    match (
        locale,
        parts.next(),
        parts.next().and_then(|month| month.parse::<usize>().ok()),
        parts.next(),
    ) {
        (Locale::En, Some(day), Some(month @ 1..=12), Some(year)) => {
            format!("{} {} {year}", day.trim_start_matches('0'), MONTHS[month - 1])
        }
        _ => dotted,
    }
}

pub(super) fn moment(locale: Locale, moment: Timestamp, zone: &TimeZone) -> String {
    format!(
        "{}, {}",
        date(locale, zone.day_of(moment)),
        zone.format(moment, "%H:%M")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stay_together() {
        assert_eq!(number(Locale::Ru, 1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(Locale::En, -1_234), "−1,234");
        assert_eq!(number(Locale::Kk, 999), "999");
        assert_eq!(number(Locale::En, i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn money_shows_kopecks_only_when_there_are_some() {
        let rub = |minor| Money {
            minor,
            currency: Currency::Rub,
        };
        assert_eq!(money(Locale::Ru, rub(95_000)), "950\u{a0}₽");
        assert_eq!(money(Locale::Ru, rub(1_290_050)), "12\u{202f}900,50\u{a0}₽");
        assert_eq!(money(Locale::En, rub(1_290_005)), "12,900.05\u{a0}₽");
        assert_eq!(
            money(
                Locale::En,
                Money {
                    minor: -990,
                    currency: Currency::Usd
                }
            ),
            "−$9.90"
        );
        assert_eq!(
            money(
                Locale::Uk,
                Money {
                    minor: 5,
                    currency: Currency::Uah
                }
            ),
            "0,05\u{a0}₴"
        );
    }

    #[test]
    fn dates_are_short_and_local() {
        let day = Date::new(2026, 3, 7).unwrap();
        assert_eq!(date(Locale::Uk, day), "07.03.2026");
        assert_eq!(date(Locale::En, day), "7 Mar 2026");
        let late: Timestamp = "2026-11-19T22:30:00Z".parse().unwrap();
        assert_eq!(
            moment(Locale::En, late, &"Europe/Moscow".parse().unwrap()),
            "20 Nov 2026, 01:30"
        );
    }
}

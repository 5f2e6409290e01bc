//! Calendar days and time zones: birthdays, opening days, the hour of a café.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::Timestamp;

/// A calendar day without a time zone. Prints and parses as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A text that is not a day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the calendar")]
pub struct InvalidDate;

impl Date {
    /// The day with these numbers, if the calendar has it.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `DD.MM.YYYY`, as people in the region write it; one-digit days and months are fine.
    ///
    /// # Errors
    /// [`InvalidDate`] for another form or a day that does not exist.
    pub fn parse_dotted(text: &str) -> Result<Self, InvalidDate> {
        let parts: Vec<&str> = text.trim().split('.').map(str::trim).collect();
        let [day, month, year] = parts.as_slice() else {
            return Err(InvalidDate);
        };
        let plain =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !plain(day, 2) || !plain(month, 2) || !plain(year, 4) || year.len() != 4 {
            return Err(InvalidDate);
        }
        let (Ok(day), Ok(month), Ok(year)) = (day.parse(), month.parse(), year.parse()) else {
            return Err(InvalidDate);
        };
        Self::new(year, month, day).ok_or(InvalidDate)
    }

    /// `DD.MM.YYYY`.
    pub fn dotted(self) -> String {
        format!("{:02}.{:02}.{:04}", self.0.day(), self.0.month(), self.0.year())
    }

    /// The day after; the last day of the calendar has none and stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// So many days earlier.
    #[must_use]
    pub fn days_before(self, days: u16) -> Self {
        let span = jiff::ToSpan::days(i64::from(days));
        Self(self.0.checked_sub(span).unwrap_or(jiff::civil::Date::MIN))
    }

    /// Whole years from this day to `today`; negative when this day is later.
    pub fn years_until(self, today: Self) -> i16 {
        let years = today.0.year() - self.0.year();
        let before_anniversary = (today.0.month(), today.0.day()) < (self.0.month(), self.0.day());
        years - i16::from(before_anniversary)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;
    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        // jiff also reads full timestamps as dates; a column and a request hold exactly ten characters.
        if text.len() != 10 {
            return Err(InvalidDate);
        }
        text.parse().map(Self).map_err(|_not_a_day| InvalidDate)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?
            .parse()
            .map_err(D::Error::custom)
    }
}

crate::sql_text!(Date);

/// A named time zone with its history, such as `Europe/Moscow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(jiff::tz::TimeZone);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(jiff::tz::TimeZone::UTC);

    /// The day on which `moment` falls here.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        Date(moment.to_jiff().to_zoned(self.0.clone()).date())
    }

    /// The first moment of `day` here.
    pub fn start_of(&self, day: Date) -> Timestamp {
        // Only the calendar's very first and last days have moments that cannot be told.
        let start = day.0.to_zoned(self.0.clone()).map(|zoned| zoned.timestamp());
        start
            .unwrap_or(if day.0.year() < 0 {
                jiff::Timestamp::MIN
            } else {
                jiff::Timestamp::MAX
            })
            .into()
    }

    /// `moment` as local wall-clock text, by strftime's letters.
    pub fn format(&self, moment: Timestamp, pattern: &str) -> String {
        moment.to_jiff().to_zoned(self.0.clone()).strftime(pattern).to_string()
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl FromStr for TimeZone {
    type Err = InvalidDate;
    fn from_str(name: &str) -> Result<Self, InvalidDate> {
        jiff::tz::TimeZone::get(name).map(Self).map_err(|_unknown| InvalidDate)
    }
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(from)?;
        name.parse()
            .map_err(|_unknown| D::Error::custom(format!("unknown time zone `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_days_with_dots() {
        assert_eq!(Date::parse_dotted(" 7.3.1990 "), Ok(Date::new(1990, 3, 7).unwrap()));
        assert_eq!(Date::new(1990, 3, 7).unwrap().dotted(), "07.03.1990");
        for wrong in [
            "",
            "31.02.2000",
            "1990-03-07",
            "7.3.90",
            "+7.3.1990",
            "7.3.1990.1",
            "७.3.1990",
            "29.02.2023",
        ] {
            assert_eq!(Date::parse_dotted(wrong), Err(InvalidDate), "{wrong}");
        }
    }

    #[test]
    fn years_count_anniversaries() {
        let born = Date::new(2004, 2, 29).unwrap();
        assert_eq!(born.years_until(Date::new(2018, 2, 28).unwrap()), 13);
        assert_eq!(born.years_until(Date::new(2018, 3, 1).unwrap()), 14);
        assert_eq!(born.years_until(Date::new(2003, 1, 1).unwrap()), -2);
    }

    #[test]
    fn a_day_depends_on_where_one_stands() {
        let moment: Timestamp = "2026-11-19T22:30:00Z".parse().unwrap();
        let moscow: TimeZone = "Europe/Moscow".parse().unwrap();
        assert_eq!(moscow.day_of(moment).to_string(), "2026-11-20");
        assert_eq!(TimeZone::UTC.day_of(moment).to_string(), "2026-11-19");
        assert_eq!(
            moscow.start_of(moscow.day_of(moment)).to_string(),
            "2026-11-19T21:00:00Z"
        );
        assert_eq!(Date::new(2026, 12, 31).unwrap().next().to_string(), "2027-01-01");
        assert!("Mars/Olympus".parse::<TimeZone>().is_err());
    }
}

//! The Gregorian calendar as arithmetic: dates, ordinals, weeks. Knows no Python.

pub(crate) const MIN_YEAR: i64 = 1;
pub(crate) const MAX_YEAR: i64 = 9999;
/// The ordinal of 9999-12-31.
pub(crate) const MAX_ORDINAL: i64 = 3_652_059;

const DAYS_IN_400_YEARS: i64 = 146_097;
const DAYS_IN_100_YEARS: i64 = 36_524;
const DAYS_IN_4_YEARS: i64 = 1_461;

/// Days before each month of a year that is no leap year.
const BEFORE_MONTH: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// A date of the calendar; the order of the fields is the order of dates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Ymd {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days in a month from 1 to 12.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + is_leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i64) -> i64 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

fn days_before_month(year: i64, month: i64) -> i64 {
    BEFORE_MONTH[month as usize] + (month > 2 && is_leap(year)) as i64
}

/// The ordinal of a day whose month is from 1 to 12; 0001-01-01 is 1.
pub(crate) fn ordinal(year: i64, month: i64, day: i64) -> i64 {
    days_before_year(year) + days_before_month(year, month) + day
}

impl Ymd {
    pub(crate) fn new(year: i64, month: i64, day: i64) -> Ymd {
        Ymd { year: year as u16, month: month as u8, day: day as u8 }
    }
    /// The date of an ordinal from 1 to one past [`MAX_ORDINAL`] and some more.
    pub(crate) fn from_ordinal(n: i64) -> Ymd {
        let n = n - 1;
        let (n400, n) = (n / DAYS_IN_400_YEARS, n % DAYS_IN_400_YEARS);
        let (n100, n) = (n / DAYS_IN_100_YEARS, n % DAYS_IN_100_YEARS);
        let (n4, n) = (n / DAYS_IN_4_YEARS, n % DAYS_IN_4_YEARS);
        let (n1, n) = (n / 365, n % 365);
        let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
        if n1 == 4 || n100 == 4 {
            // The last day of a leap year.
            return Ymd::new(year - 1, 12, 31);
        }
        let mut month = (n + 50) >> 5;
        if days_before_month(year, month) > n {
            month -= 1;
        }
        Ymd::new(year, month, n - days_before_month(year, month) + 1)
    }
    pub(crate) fn parts(self) -> (i64, i64, i64) {
        (self.year as i64, self.month as i64, self.day as i64)
    }
    pub(crate) fn ordinal(self) -> i64 {
        let (year, month, day) = self.parts();
        ordinal(year, month, day)
    }
    /// 0 is Monday.
    pub(crate) fn weekday(self) -> i64 {
        (self.ordinal() + 6).rem_euclid(7)
    }
    pub(crate) fn day_of_year(self) -> i64 {
        let (year, month, day) = self.parts();
        days_before_month(year, month) + day
    }
    /// Year, week and day by ISO 8601.
    pub(crate) fn iso(self) -> (i64, i64, i64) {
        let mut year = self.year as i64;
        let today = self.ordinal();
        let mut first = iso_week1_monday(year);
        let mut week = (today - first).div_euclid(7);
        if week < 0 {
            year -= 1;
            first = iso_week1_monday(year);
            week = (today - first) / 7;
        } else if week >= 52 && today >= iso_week1_monday(year + 1) {
            year += 1;
            week = 0;
        }
        (year, week + 1, self.weekday() + 1)
    }
    /// As one number, ordered as dates are.
    pub(crate) fn pack(self) -> u32 {
        (self.year as u32) << 16 | (self.month as u32) << 8 | self.day as u32
    }
    pub(crate) fn unpack(packed: u32) -> Ymd {
        Ymd { year: (packed >> 16) as u16, month: (packed >> 8) as u8, day: packed as u8 }
    }
}

/// The ordinal of the Monday that begins a year's first week by ISO 8601.
fn iso_week1_monday(year: i64) -> i64 {
    let first = ordinal(year, 1, 1);
    let weekday = (first + 6) % 7;
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// Why year, week and day by ISO 8601 name no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum IsoError {
    Year,
    Week,
    Weekday,
}

/// The ordinal of a day named by ISO year, week and weekday. It may lie after 9999.
pub(crate) fn iso_ordinal(year: i64, week: i64, day: i64) -> Result<i64, IsoError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(IsoError::Year);
    }
    if !(1..53).contains(&week) {
        // Years that begin on a Thursday, and leap years that begin on a Wednesday, have 53 weeks.
        let first = (ordinal(year, 1, 1) + 6) % 7;
        if week != 53 || !(first == 3 || first == 2 && is_leap(year)) {
            return Err(IsoError::Week);
        }
    }
    if !(1..=7).contains(&day) {
        return Err(IsoError::Weekday);
    }
    Ok(iso_week1_monday(year) + (week - 1) * 7 + day - 1)
}

/// A time of day; the order of the fields is the order of times. `fold` has no part in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Clock {
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) micro: u32,
    pub(crate) fold: bool,
}

const FOLD: u64 = 1 << 63;

impl Clock {
    pub(crate) const ZERO: Clock = Clock { hour: 0, minute: 0, second: 0, micro: 0, fold: false };

    pub(crate) fn new(hour: i64, minute: i64, second: i64, micro: i64) -> Clock {
        Clock {
            hour: hour as u8,
            minute: minute as u8,
            second: second as u8,
            micro: micro as u32,
            fold: false,
        }
    }
    /// The time of day this many seconds after midnight.
    pub(crate) fn from_seconds(seconds: i64, micro: i64) -> Clock {
        Clock::new(seconds / 3600, seconds / 60 % 60, seconds % 60, micro)
    }
    pub(crate) fn folded(self, fold: bool) -> Clock {
        Clock { fold, ..self }
    }
    /// Whole seconds since midnight.
    pub(crate) fn seconds(self) -> i64 {
        self.hour as i64 * 3600 + self.minute as i64 * 60 + self.second as i64
    }
    /// Fields above `fold` as one number, ordered as times are; `fold` in the top bit.
    pub(crate) fn pack(self) -> u64 {
        let fold = if self.fold { FOLD } else { 0 };
        self.order() | fold
    }
    pub(crate) fn order(self) -> u64 {
        (self.hour as u64) << 40
            | (self.minute as u64) << 32
            | (self.second as u64) << 24
            | self.micro as u64
    }
    pub(crate) fn unpack(packed: u64) -> Clock {
        Clock {
            hour: (packed >> 40) as u8,
            minute: (packed >> 32) as u8,
            second: (packed >> 24) as u8,
            micro: packed as u32 & 0xff_ffff,
            fold: packed & FOLD != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_and_dates_agree() {
        let mut n = 0;
        for year in MIN_YEAR..=MAX_YEAR {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    n += 1;
                    let date = Ymd::new(year, month, day);
                    assert_eq!(date.ordinal(), n);
                    assert_eq!(Ymd::from_ordinal(n), date);
                    assert_eq!(Ymd::unpack(date.pack()), date);
                    let (y, w, d) = date.iso();
                    if (MIN_YEAR..=MAX_YEAR).contains(&y) {
                        assert_eq!(iso_ordinal(y, w, d), Ok(n));
                    }
                }
            }
        }
        assert_eq!(n, MAX_ORDINAL);
    }

    #[test]
    fn times_are_packed_in_order() {
        let time = Clock::new(23, 59, 58, 999_999);
        assert_eq!(Clock::unpack(time.pack()), time);
        assert_eq!(Clock::unpack(time.folded(true).pack()), time.folded(true));
        assert!(Clock::from_seconds(86_398, 0).order() < time.order());
    }
}

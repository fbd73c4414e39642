//! The code by which a child stands in minutes (LG-10).

use crate::child::Gender;
use crate::name::fold;
use crate::year_group::YearGroup;

/// First initial, year group and gender: `J5M`; `JRM` in Reception, `JN2M` in nursery, `J-M` for whom no year group is known.
/// `taken` are the codes that stand in the same minutes already: a second `J5M` is `J5M-2`.
pub fn code(given_name: &str, year: Option<YearGroup>, gender: Gender, taken: &[String]) -> String {
    let initial = fold(given_name).chars().next().unwrap_or('x').to_uppercase().to_string();
    let year =
        year.map_or_else(|| "-".to_owned(), |year| year.to_string().trim_start_matches('Y').to_owned());
    let bare = format!("{initial}{year}{}", gender.code());
    let numbered = |number: usize| if number == 1 { bare.clone() } else { format!("{bare}-{number}") };
    let mut codes = (1..=taken.len() + 1).map(numbered);
    codes.find(|code| !taken.contains(code)).unwrap_or_else(|| bare.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_initial_year_and_gender() {
        let year = |number: i32| YearGroup::try_from(number).ok();
        for (name, year, gender, code_is) in [
            ("James", year(5), Gender::M, "J5M"),
            ("Élodie", year(0), Gender::F, "ERF"),
            ("łukasz", year(-1), Gender::M, "LN2M"),
            ("'Anna", year(14), Gender::X, "A14X"),
            ("Kit", None, Gender::X, "K-X"),
        ] {
            assert_eq!(code(name, year, gender, &[]), code_is);
        }
    }

    #[test]
    fn a_second_one_in_the_same_minutes_is_numbered() {
        let five = YearGroup::try_from(5).ok();
        let mut taken = vec!["J5F".to_owned()];
        for expected in ["J5M", "J5M-2", "J5M-3"] {
            let next = code("James", five, Gender::M, &taken);
            assert_eq!(next, expected);
            taken.push(next);
        }
        taken.remove(2);
        assert_eq!(code("Jo", five, Gender::M, &taken), "J5M-2");
    }
}

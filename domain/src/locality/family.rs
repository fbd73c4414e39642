//! Which schools form a locality: the family of schools to which a group belongs (LG-1).

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// Decides whether a locality can be so: with a name of its own, and none but open schools among those that join it. `closed` are
/// the places in the list of those that are not.
pub fn decide_family(name: &str, taken: bool, closed: impl IntoIterator<Item = usize>) -> Findings {
    let mut findings = Findings::default();
    if is_blank(name) {
        findings.refuse(RuleId::Lg1, Code::Missing, "name", "say what the locality is called");
    }
    if taken {
        findings
            .refuse(RuleId::Lg1, Code::Conflict, "name", "another locality has this name")
            .remedy("choose another name, or set the schools of that one");
    }
    for place in closed {
        findings.refuse(
            RuleId::Lg1,
            Code::NotEligible,
            &format!("schools.{place}"),
            "a closed school joins no locality",
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::decide_family;

    #[test]
    fn a_family_has_a_name_of_its_own_and_open_schools() {
        assert!(decide_family("North", false, []).pass());
        for refused in [
            decide_family(" ", false, []),
            decide_family("North", true, []),
            decide_family("North", false, [1]),
        ] {
            assert_eq!(refused.refusals.len(), 1);
        }
    }
}

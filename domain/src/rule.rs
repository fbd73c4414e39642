//! The rules by their ids: what the refusals, the advisories, the duties and the `rules` query speak of.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How strongly a rule binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
pub enum Strength {
    /// The mutation changes nothing and answers with a refusal.
    Must,
    /// The mutation answers with an advisory and changes nothing, unless the caller acknowledges the rule with a reason.
    Should,
    /// Sets a deadline; a breach raises an escalation or, where the rule says so, a cancellation.
    Duty,
    /// Both refuses and sets a deadline.
    MustAndDuty,
    /// Says how the service behaves; refuses nothing by itself.
    Describes,
}

/// A rule as the `rules` query shows it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The id as people write it, `OC-5`.
    pub name: &'static str,
    /// How strongly it binds.
    pub strength: Strength,
    /// What it asks, in one or two sentences.
    pub text: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// The policy figures it reads, by their GraphQL names.
    pub figures: &'static [&'static str],
}

macro_rules! rules {
    ($($variant:ident $name:literal $strength:ident [$($figure:literal),*] $source:ident $text:literal;)*) => {
        /// The id of a rule. Written `OC-5` wherever people or programs meet it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum RuleId {
            $(#[doc = $text] #[serde(rename = $name)] $variant,)*
        }

        /// Every rule in force, in the order of the rulebook.
        pub const RULES: &[Rule] = &[$(Rule {
            id: RuleId::$variant,
            name: $name,
            strength: Strength::$strength,
            text: $text,
            source: $source,
            figures: &[$($figure),*],
        }),*];
    };
}

const HOUSE: &str = "casegraph rulebook, common rules";
const GUIDANCE: &str = "Online consultations, guidance for schools (September 2023)";
const REGULATIONS: &str = "Special Educational Needs and Disability Regulations 2014";
const CODE_OF_PRACTICE: &str = "Graduated response, systems by the SEND Code of Practice 2015";
const MEETINGS: &str = "Guidance to planning and consultation meetings";
const LOCALITY: &str = "Guidance to SEND locality group consultations";
const QUERIES: &str = "Advice query protocol for EHC needs assessments";

rules! {
    Xc1 "XC-1" Describes [] HOUSE "A working day is Monday to Friday, not a bank holiday of the authority's division and not one of its closure days.";
    Xc2 "XC-2" Must [] HOUSE "Working days are counted after or before a day that is itself not counted; weeks and plain days are calendar days; past the end of the calendar data a date is refused.";
    Xc3 "XC-3" Must [] HOUSE "Dates are Europe/London dates and instants are UTC; a time in the hour that the clock skips does not exist.";
    Xc4 "XC-4" Describes [] HOUSE "Every due date explains itself: rule, trigger, count, dates skipped and why, policy version, result.";
    Xc5 "XC-5" Must [] HOUSE "A school year has six terms with first and last day, per authority; they do not overlap.";
    Xc6 "XC-6" Must [] HOUSE "Link staff are assigned to a school, in a discipline, from a date to a date; who is current is asked for a date.";
    Xc7 "XC-7" Must [] HOUSE "Consent names child, purpose, giver, signature and receipt; it is in force from signature (from receipt, for the C-RIC) until withdrawn.";
    Xc8 "XC-8" Must [] HOUSE "Withdrawing consent takes effect at once and cancels what depends on it and has not happened yet.";
    Xc9 "XC-9" Duty [] HOUSE "A breach of a duty raises one escalation, once; it is acknowledged, reassigned, resolved, or resolves itself when the duty is met late.";
    Xc10 "XC-10" Describes [] HOUSE "Every change is an event in the log, in the same transaction; every read of a child's record is in the access audit.";
    Xc11 "XC-11" Must [] HOUSE "A child is known by a verified UPN, names, date of birth, gender, year group, school, SEN status, needs and vulnerability flags.";
    Xc12 "XC-12" Describes [] HOUSE "Overdue is derived from the due date and the clock; due today is not overdue.";
    Xc13 "XC-13" Describes [] HOUSE "A new bank holiday, closure day or term date moves the deadlines still open that counted over it, with an event each.";
    Xc14 "XC-14" Must [] HOUSE "When a child changes school or authority the record goes along and the old school's view ends that day.";
    Xc15 "XC-15" Must [] HOUSE "A record is erased with a legal ground by the authority administrator; a tombstone says that, when and by whom.";
    Xc16 "XC-16" Describes [] HOUSE "Mail and logs carry no child's name, UPN or birth date.";
    Xc17 "XC-17" Describes [] HOUSE "CSV exports neutralise cells that a spreadsheet would run.";
    Xc18 "XC-18" Must [] HOUSE "What the caller sees but may not act on is refused; what the caller does not see is not found, like what is not there.";
    Xc19 "XC-19" Describes ["remindWorkingDays"] HOUSE "Each duty reminds its owner before it is due, in one digest a person and day; the worklist shows what is on the desk.";
    Xc20 "XC-20" Describes [] HOUSE "Children are searched by name, UPN and birth date within the viewer's scope.";
    Xc21 "XC-21" Must ["attachmentMegabytes"] HOUSE "Attachments have a hash, a type and a size limit, are scoped as what they hang on and audited when opened.";
    Xc22 "XC-22" Must [] HOUSE "A step taken by mistake is reversed with a reason, by a new event; nothing is edited out of history.";
    Xc23 "XC-23" Must [] HOUSE "The administrator invites, grants and revokes with dates, and hands a leaver's links and duties over in one call.";
    Oc1 "OC-1" Must ["consultationMinutes"] GUIDANCE "Slots are published by the consultations team; a specialist's slots never overlap and a slot has at most one live booking.";
    Oc2 "OC-2" Must [] GUIDANCE "A slot can be booked from 00:00 on the Monday of the penultimate week of the term before the slot's term.";
    Oc3 "OC-3" Must ["eligiblePhases"] GUIDANCE "Consultations are for primary schools; in an all-through school, for children in year 6 or below.";
    Oc4 "OC-4" Must [] GUIDANCE "The child has been discussed with a current link practitioner of the school, on a day that is not in the future.";
    Oc5 "OC-5" Must ["repeatIntervalWeeks"] GUIDANCE "No other live consultation for the same child lies within six weeks of the slot, before or after.";
    Oc6 "OC-6" Must ["viewsRequired"] GUIDANCE "Parent or pupil views are recorded.";
    Oc7 "OC-7" Must [] GUIDANCE "The consultation was discussed with parents or carers, they consent, and the C-RIC was sent before the booking.";
    Oc8 "OC-8" Must [] GUIDANCE "The booking form is complete: 'none' is an answer, blank is not; someone from the school attends.";
    Oc9 "OC-9" Must ["minimumDaysAhead"] GUIDANCE "A consultation is booked at least three days ahead.";
    Oc10 "OC-10" Describes [] GUIDANCE "Every attendee gets an invitation, an update when it changes and a cancellation when it is called off.";
    Oc11 "OC-11" MustAndDuty ["cRicWorkingDays"] GUIDANCE "The C-RIC is received three working days before the consultation; otherwise the booking is cancelled.";
    Oc12 "OC-12" MustAndDuty [] GUIDANCE "A consultation is marked held once it has started, with at least one immediate action that has an owner and a due date; neither held nor not held by the next working day is escalated.";
    Oc13 "OC-13" MustAndDuty ["roiWorkingDays"] GUIDANCE "The Record of Involvement is issued within ten working days; once issued it is immutable and a correction is a new version.";
    Oc14 "OC-14" MustAndDuty ["reviewFromWeeks", "reviewToWeeks"] GUIDANCE "The link practitioner arranges a review meeting six to eight weeks after the Record of Involvement was received.";
    Oc15 "OC-15" Describes [] GUIDANCE "The soonest bookable slots can be asked for, and a dry run answers the refusals without booking.";
    Pc1 "PC-1" Duty ["meetingWindowSchoolDays"] MEETINGS "Each school has a planning meeting at the beginning of each of the six terms.";
    Pc2 "PC-2" Must [] MEETINGS "A meeting is held with an educational psychologist and at least one key member of school staff present.";
    Pc3 "PC-3" Describes [] MEETINGS "The school's current link staff are invited by themselves; others join for named items only.";
    Pc4 "PC-4" Must [] MEETINGS "The agenda opens with every action still open from the previous record; items about a child name a child of the school and say how parents and child took part.";
    Pc5 "PC-5" Must [] MEETINGS "Each discussed item ends in one or more forms of support; traded work only within the school's contract.";
    Pc6 "PC-6" Should [] MEETINGS "Agreed hours add up per school, service and term beside the allocation.";
    Pc7 "PC-7" MustAndDuty ["shareRecordWorkingDays"] MEETINGS "The record follows the standard template, is completed by an EP who was present, and is shared with the school; once shared, corrections are addenda.";
    Pc8 "PC-8" Must [] MEETINGS "A record is complete only when each action brought forward has an outcome with a note.";
    Pc9 "PC-9" Must [] MEETINGS "Feedback has a score from 1 to 5 and words; monitoring adds up coverage, actions, hours, forms of support and feedback.";
    Lg1 "LG-1" MustAndDuty [] LOCALITY "A session belongs to a locality and a term, is facilitated by an EP, and starts with SENCOs of two or more of its schools present; each locality has one each term.";
    Lg2 "LG-2" Must [] LOCALITY "An item is about a child, a group, a class, a school or the locality, brought by a SENCO of a school in the locality.";
    Lg3 "LG-3" Must [] LOCALITY "A child is discussed only with the parent's signed consent in force that day, which says that the group and its EPs were explained.";
    Lg4 "LG-4" Must [] LOCALITY "The preparation form is complete before the session starts; only the group reads it.";
    Lg5 "LG-5" Should [] LOCALITY "The child is at SEN support, with planned intervention or support within a plan-do-review cycle.";
    Lg6 "LG-6" Must [] LOCALITY "The steps go in order and none is skipped; notes may be added to a step already passed; feedback marks what was helpful.";
    Lg7 "LG-7" MustAndDuty ["actionPlanWorkingDays"] LOCALITY "The SENCO writes the action plan from the strategies marked helpful.";
    Lg8 "LG-8" MustAndDuty ["impactReviewWeeks"] LOCALITY "The impact of an action plan is reviewed: what was done, and the outcome of each strategy.";
    Lg9 "LG-9" Should [] LOCALITY "Further involvement of an EP is the group's decision in a session, after the review of the action plan, with a rank among the group's requests.";
    Lg10 "LG-10" Must ["smallCohort"] LOCALITY "Stored minutes identify nobody: a child is a code of first initial, year group and gender, and text that holds a name, a UPN or a birth date is refused.";
    Lg11 "LG-11" Must [] LOCALITY "Only the presenting school, its link staff, the authority's case staff, the parents and the young person get from an item to the child; others see the code.";
    Lg12 "LG-12" Must [] LOCALITY "The support grid is moderated: the level that the school proposes and the level that the group agrees, from 1 to 5 per area of need.";
    Lg13 "LG-13" Must [] LOCALITY "Nothing in a session changes the child's SEN status.";
    Gr1 "GR-1" Describes [] CODE_OF_PRACTICE "Before identification, high-quality teaching and first-tier interventions are recorded and monitored (6.14 to 6.23).";
    Gr2 "GR-2" Must [] CODE_OF_PRACTICE "Each of the eight areas of development is assessed, or ruled out with a reason, before a SEN-register decision (6.14, 6.18, 6.27).";
    Gr3 "GR-3" Duty ["sensoryReferralWorkingDays"] CODE_OF_PRACTICE "A hearing, vision, multi-sensory or physical need is referred to the specialist teaching service for advice.";
    Gr4 "GR-4" Must [] CODE_OF_PRACTICE "SENCO, staff and parents together put a child on the SEN register, citing assessments and saying what is additional to or different from; taking off records the parents' view (6.19).";
    Gr5 "GR-5" Must [] CODE_OF_PRACTICE "A One Plan is active only with a section for each identified area of need, each with assess, plan, do and review, and with the parents' and the pupil's contributions (6.44 to 6.55).";
    Gr6 "GR-6" Duty [] CODE_OF_PRACTICE "A cycle lasts a full term and is reviewed by its last day; late, the head teacher is told.";
    Gr7 "GR-7" Must ["standardisedPerYear"] CODE_OF_PRACTICE "A review cites for each area an assessment re-administered since the cycle began, unless the instrument is standardised and used up this school year; beyond that it is not used (6.46, 6.54).";
    Gr8 "GR-8" Must [] CODE_OF_PRACTICE "Where concerns remain, observation and consultation with teacher and parents are recorded before the plan is updated (6.44 to 6.55).";
    Gr9 "GR-9" Must ["cyclesBeforeConsultation"] CODE_OF_PRACTICE "A school contacts its link staff at any time; it raises a child formally after further reviewed cycles, or for sudden significant concerns (6.58 to 6.71).";
    Gr10 "GR-10" Must [] CODE_OF_PRACTICE "The pack is there: signed consent, assessment and intervention information, One Plans, other professional reports or that there are none.";
    Gr11 "GR-11" Must [] CODE_OF_PRACTICE "The link EP or inclusion partner answers with next steps, each an action with owner and due date.";
    Gr12 "GR-12" Should [] CODE_OF_PRACTICE "A school discusses a request for statutory assessment and its paperwork with its link EP or inclusion partner; a parent's request is never refused.";
    Gr13 "GR-13" Duty ["exclusionRiskWorkingDays"] CODE_OF_PRACTICE "A child at risk of permanent exclusion is discussed with the link EP or inclusion partner as early as possible.";
    Gr14 "GR-14" Describes [] CODE_OF_PRACTICE "The pathway says where a child stands, what is missing, and what may be done next and by whom.";
    Eh1 "EH-1" Duty [] REGULATIONS "Counted from the request: six weeks to decide whether to assess, sixteen to decide against a plan, twenty to issue the final plan.";
    Eh2 "EH-2" Duty [] REGULATIONS "Advice is sought from parents, school, health, educational psychologist, social care and whoever else is needed, and each giver has six weeks.";
    Eh3 "EH-3" MustAndDuty [] REGULATIONS "Parents have at least fifteen days to answer the draft plan, and the day on which it is served is the first of them.";
    Eh4 "EH-4" Must [] REGULATIONS "An exception has one of the grounds that the regulations know, its dates and its evidence; nothing else excuses a date.";
    Eh5 "EH-5" Describes [] REGULATIONS "A statutory date that falls on a weekend or bank holiday stays where it is, and the answer says so.";
    Aq1 "AQ-1" Describes [] QUERIES "Advice arrives against its request and is kept in versions; each later version says what changed.";
    Aq2 "AQ-2" MustAndDuty ["managerDiscussionWorkingDays"] QUERIES "The EHCP coordinator raises a query, saying what is wrong with which part, and discusses it with the line manager at once.";
    Aq3 "AQ-3" Must [] QUERIES "The SEND manager decides between using the advice as submitted, a small point and extended input; no step is taken without that decision.";
    Aq4 "AQ-4" Must [] QUERIES "On a small point the coordinator contacts the giver and logs contact and answer, which closes the query.";
    Aq5 "AQ-5" Must ["followUpWorkingDays"] QUERIES "A formal follow-up goes to the giver and the giver's manager, both always, says what is required, and is due from the day it was opened.";
    Aq6 "AQ-6" Duty ["followUpWorkingDays"] QUERIES "The giver's manager owns the response and logs the discussion with the giver; a giver's absence moves no date.";
    Aq7 "AQ-7" Must [] QUERIES "Only the EHCP coordinator closes a follow-up, and only with an updated version of the advice received after it was opened.";
    Aq8 "AQ-8" MustAndDuty ["accuracyCheckWorkingDays"] QUERIES "Every advice giver checks the draft plan; it is issued once no query on its advice is open, or a SEND manager overrides with a reason.";
    Aq9 "AQ-9" MustAndDuty ["delayNoticeWorkingDays"] QUERIES "When the forecast passes the statutory date the parents are told the reason and the new date; each new slip needs a new notice.";
    Aq10 "AQ-10" Duty [] QUERIES "Each Monday the SEND managers read the weekly report on queries, turnaround and plans at risk.";
    Aq11 "AQ-11" Must [] QUERIES "A query, small or formal, never pauses or moves a statutory date.";
}

impl RuleId {
    /// The rule itself.
    pub fn rule(self) -> &'static Rule {
        // The macro writes enum and table together, so the discriminant is the index.
        &RULES[self as usize]
    }

    /// The id as people write it, `OC-5`.
    pub fn as_str(self) -> &'static str {
        self.rule().name
    }

    /// The rule with this id, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        RULES.iter().find(|rule| rule.name == name).map(|rule| rule.id)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_finds_its_own_rule() {
        for rule in RULES {
            assert_eq!(rule.id.rule().name, rule.name);
            assert_eq!(RuleId::parse(rule.name), Some(rule.id));
        }
        assert_eq!(RuleId::parse("OC-99"), None);
    }
}
